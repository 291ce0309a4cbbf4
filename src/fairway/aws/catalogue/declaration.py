"""How a resource type is declared: which calls carry it, and only what cannot be derived.

A *template* is text with names in braces (`arn:{partition}:sqs:{region}:{account}:{QueueName}`). The names
are the environment (`account`, `region`, `partition`, `url_suffix`, `stack`, `address`), the parts of the
identity, the properties, the attributes and the top-level members of the last answer, letter case aside. A
template that is nothing but one name keeps the value's kind. One that ends with `?` is left away when a
name is not known; of `{Name|unique_name}` the first known is taken. `unique_name` is made from the owner,
like a generated name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from fairway.model.plan import Contents
from fairway.model.until import Until
from fairway.model.values import Json

if TYPE_CHECKING:
    from fairway.aws.catalogue.context import Context

Template: TypeAlias = str
Plain: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Call:
    """One operation, and how properties and its members correspond.

    A property goes to the member of its name, letter case aside; a required member that is no property
    is filled from the scope by its name.

    - `keys`: member → template, for members that are no property;
    - `fixed`: member → constant;
    - `rename`: property → member. For a whole property the member may be a dotted path, or `.` to spread the
      property's own members over the input. Below that (`Rules.*.Id` → `ID`) it is the member's name;
    - `only`, `without`: the properties it carries, where that is not every one that matches;
    - `into`: the member that takes the properties that match no member themselves (`Attributes`); when it is
      a map whose keys the API model does not list, `only` names them;
    - `each`: one call per property; the two members that take its name and its value (SNS's attributes);
    - `patch`: changes go as API Gateway patch operations;
    - `whole`: an update sends all properties it carries, because what is left out would be reset;
    - `answer`: where in the answer the properties stand (`Table`); a renamed path that begins with `/.`
      starts at the answer's root. When that place is a list, `match` picks the item whose members equal the
      templates;
    - `service`: when it is not the type's own.
    """

    operation: str
    keys: Mapping[str, Template] = field(default_factory=dict)
    fixed: Mapping[str, Any] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    into: str = ""
    each: tuple[str, str] | None = None
    patch: bool = False
    whole: bool = False
    answer: str = ""
    match: Mapping[str, Template] = field(default_factory=dict)
    service: str = ""


Hook: TypeAlias = Callable[["Context"], None]
ReadHook: TypeAlias = Callable[["Context"], Plain]
Counter: TypeAlias = Callable[["Context"], Contents | None]


@dataclass(frozen=True)
class Facet:
    """Properties that calls of their own put, get and clear.

    `put` gets the properties as they shall be; `clear` is called when all of them are gone, and without it
    their `resets` or `defaults` are put. Without `get` they stand in the answer of the type's read. `absent`
    are AWS's codes that say "not set". `before_main`
    updates them ahead of the main calls.
    """

    properties: tuple[str, ...]
    put: Call | Hook
    get: Call | ReadHook | None = None
    clear: Call | Hook | None = None
    absent: tuple[str, ...] = ()
    before_main: bool = False
    readable: bool = True


@dataclass(frozen=True)
class Tags:
    """The calls that set, remove and list tags; lists and maps are told apart by the API model.

    Without `list` the type's read answers them; without `tag` the update call carries them. A hook for `tag`
    replaces them all. `arn` is the name under which the Resource Groups Tagging API knows the resource, for
    what has a `list` and is known there.
    """

    tag: Call | Hook | None = None
    untag: Call | None = None
    list: Call | ReadHook | None = None
    property: str = "Tags"
    arn: Template = ""


@dataclass(frozen=True)
class Wait:
    """A status that must leave `busy`.

    `path` is where it stands in the read's answer and, where that tells it, in the write's own; of a list
    on the way every item counts. Reaching `failed` is an error, with the text at `reason`.
    `after` says which writes it follows. What `settles` is usable before: it is waited for only where
    everything is to have finished, and shown otherwise.
    """

    path: str
    busy: tuple[str, ...]
    failed: tuple[str, ...] = ()
    reason: str = ""
    timeout: float = 600.0
    after: Literal["any", "create", "update"] = "any"
    settles: bool = False


@dataclass(frozen=True)
class Told:
    """What a bulk read gives away about one thing: the answers that single reads would have got.

    `answers` are operation, parameters and answer of each of those reads, word for word as the single read
    sends and expects them.
    """

    name: str
    answers: tuple[tuple[str, Plain, Plain], ...]


Pages: TypeAlias = Callable[..., Iterator[Mapping[str, Any]]]
"""Every page that an operation answers, called as `pages(operation, **parameters)`."""


@dataclass(frozen=True)
class Bulk:
    """Reads many things in few calls, and answers their single reads with that.

    `read` gets the names that are wanted and tells what it finds, others too; `names` says what a resource
    wants, one name or a list. One call takes `size` names; without it the read lists all that the account
    has, and takes `least` calls for that. What it does not tell is read singly.
    """

    read: Callable[[Pages, Collection[str]], Iterator[Told]]
    names: Template
    size: int = 0
    least: int = 1


@dataclass(frozen=True)
class Naming:
    """The rule for a physical name that a definition leaves open.

    `versioned` things of one name live beside each other (layer versions), so a replacement keeps the name.
    `allowed` is a regular expression class of characters; others become `-`. `suffix_when` is a property
    that, when true, asks for a suffix (`.fifo`).
    """

    property: str
    length: int
    allowed: str = "A-Za-z0-9_-"
    lower: bool = False
    suffix_when: tuple[str, str] | None = None
    versioned: bool = False


@dataclass(frozen=True)
class Codec:
    """A pure pair for a property whose shape differs from the API's: to it, and back."""

    write: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


@dataclass(frozen=True)
class ResourceType:
    """A declared type.

    - `identity`: the names that identify it; joined by `|` they are the identifier;
    - `ref`: what `Ref` returns (default: the first part of the identity);
    - `attributes`: `GetAtt` attribute → template, for those that need not be asked for;
    - `rename`, `codecs`: for all calls;
    - `create`, `read`, `update`, `delete`: a hook where a call cannot say it;
    - `names`: further names that follow from the first part of the identity;
    - `read_more`: further properties from the answer of the read;
    - `bulk`: reads many at once in a refresh;
    - `find`: finds a create that nobody recorded, where the identity does not follow from the properties;
    - `wait_deleted`: the least for which a delete is waited for until the resource is gone; None for those
      that are gone, or cannot be seen any more, once AWS has accepted it;
    - `going`: member of the read's answer → what it is while the resource is being deleted;
    - `defaults`: what AWS fills in for an absent property; `resets`: what to send to take a property
      back when that differs from the default;
    - `unreadable`: what the answer shows in another form than was set; `also_readable`: what a hook reads;
    - `refused`: property → why the catalogue does not carry it;
    - `serialize`: template of what only one change at a time may touch;
    - `overwrites`: the create call would change a thing of the same name without a word, so it is looked up
      first when the definition names it;
    - `made_by_aws`: services make it by themselves when they first need it, so one that bears no stack's tags
      is taken over;
    - `known_by`: without tags, and with a name that any stack could take: dotted places whose values tell
      whose it is, for what differs there was not made by this stack;
    - `sends`: the call that a create hook makes, by which what it carries is known; `carries`: further
      properties that the hook sends;
    - `create_only`: what forces a replacement although the schema does not say so, or only sometimes;
      `settled_by_create`: only whether it is there, its content can be updated;
    - `holds_data`: deleting it loses what cannot be made again; `contents` counts that with a call or two;
    - `delete_first`: the new one cannot exist beside the old one;
    - `retried_by`: properties that make AWS try again what failed after it was accepted, when they are sent;
    - `named_by`: types that refer to it by name alone, so that it need not be usable for them yet;
    - `movable`: false where another logical id for the same properties is how definitions ask for a new one;
    - `prepare_delete`: detaches or empties what AWS demands; `confirm`: proves the outcome of a write.
    """

    name: str
    service: str
    identity: tuple[str, ...]
    create: Call | ReadHook
    read: Call | ReadHook
    delete: Call | Hook
    update: tuple[Call, ...] = ()
    update_hook: Hook | None = None
    ref: Template = ""
    attributes: Mapping[str, Template] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    codecs: Mapping[str, Codec] = field(default_factory=dict)
    facets: tuple[Facet, ...] = ()
    tags: Tags | None = None
    wait: tuple[Wait, ...] = ()
    wait_deleted: Until | None = None
    going: Mapping[str, str] = field(default_factory=dict)
    naming: Naming | None = None
    names: Callable[[str], Mapping[str, str]] | None = None
    read_more: ReadHook | None = None
    bulk: Bulk | None = None
    find: Call | ReadHook | None = None
    defaults: Mapping[str, Json] = field(default_factory=dict)
    resets: Mapping[str, Json] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    unordered: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    interrupts: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    also_readable: tuple[str, ...] = ()
    create_only: tuple[str, ...] = ()
    settled_by_create: tuple[str, ...] = ()
    holds_data: bool = False
    contents: Counter | None = None
    movable: bool = True
    retried_by: tuple[str, ...] = ()
    named_by: tuple[str, ...] = ()
    delete_first: bool = False
    overwrites: bool = False
    sends: Call | None = None
    carries: tuple[str, ...] = ()
    made_by_aws: bool = False
    known_by: tuple[str, ...] = ()
    serialize: Template = ""
    prepare_delete: Hook | None = None
    confirm: Hook | None = None
