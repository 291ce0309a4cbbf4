"""What one operation on one resource knows, and the calls it makes; hooks work with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fairway.aws.artifacts import Artifacts, base64_digest
from fairway.aws.calls import Answer, Caller, Progress, quiet
from fairway.aws.catalogue.convert import UnknownMember, as_text, folded, to_input, to_property
from fairway.aws.catalogue.declaration import Call, Plain
from fairway.aws.catalogue.derive import Derived, Target
from fairway.aws.session import is_read
from fairway.model.errors import Failed
from fairway.model.until import Until
from fairway.model.values import Artifact, Json, rewrite

ENVIRONMENT = frozenset({"account", "region", "partition", "url_suffix"})
"""Names that the session answers; only asked for when used, because the account costs a call."""

ROOT = "/"
"""The step of a path that leads from a part of an answer to the whole."""

_NAME = re.compile(r"\{([A-Za-z_][A-Za-z0-9_.|]*)\}")


class MissingName(LookupError):
    """A template names something that is not known."""


@dataclass
class Context:
    """An operation on one resource.

    `before` and `after` are plain properties (secrets unwrapped; artifacts as they are); `scope` holds the
    names that templates use; `answer` is what the main calls answered so far.
    `tags_told` are the live tags, where they are known already; `secret_names` are the properties that hold
    a secret, in small letters. `until` says when a write is over. Where it is over before what it changed is
    usable, the wait for that is `owed`: the operation's next write is preceded by it.
    """

    derived: Derived
    caller: Caller
    scope: dict[str, Any]
    before: Plain = field(default_factory=dict)
    after: Plain = field(default_factory=dict)
    changed: frozenset[str] = frozenset()
    progress: Progress = quiet
    secrets: frozenset[str] = frozenset()
    answer: Answer = field(default_factory=dict)
    artifacts: Artifacts | None = None
    tags_told: Mapping[str, str] = field(default_factory=dict)
    secret_names: frozenset[str] = frozenset()
    until: Until = "ready"
    owed: Callable[[], None] | None = None

    def call(self, operation: str, *, service: str = "", once: bool = False, **parameters: Any) -> Answer:
        """One call with these members. Raises CallFailed."""
        if not is_read(operation):
            self.pay()
        return self.caller.call(
            service or self.derived.type.service,
            operation,
            parameters,
            progress=self.progress,
            secrets=self.secrets,
            once=once,
        )

    def pay(self) -> None:
        """Wait now for what is owed."""
        owed, self.owed = self.owed, None
        if owed is not None:
            owed()

    def pages(self, operation: str, *, service: str = "", **parameters: Any) -> Iterator[Answer]:
        """Every page of a listing."""
        return self.caller.pages(service or self.derived.type.service, operation, parameters)

    def __getitem__(self, name: str) -> Any:
        """A name of scope, environment or attributes, letter case aside. Raises MissingName."""
        key = name.casefold()
        if key in self.scope:
            return self.scope[key]
        if key in ENVIRONMENT:
            return getattr(self.caller.session, key)
        computed = {attribute.casefold(): t for attribute, t in self.derived.type.attributes.items()}
        template = computed.get(key)
        if template is None or template.casefold() == f"{{{key}}}":
            raise MissingName(name)
        return self.expand(template)

    def get(self, name: str, default: Any = None) -> Any:
        """A name, or the default when it is not known."""
        try:
            return self[name]
        except MissingName:
            return default

    def sendable(self, name: str, value: Any) -> Any:
        """A property with its artifacts as code locations, or as Lambda writes a digest (`CodeSha256`)."""
        artifacts = self.artifacts

        def step(node: Any) -> Any:
            if not isinstance(node, Artifact):
                return node
            if name == "CodeSha256" or artifacts is None:
                return base64_digest(node)
            return artifacts.location(node)

        return rewrite(value, step)

    def learn(self, values: Mapping[str, Any]) -> None:
        """Adds what a call answered or a definition gives to the scope."""
        for name, value in values.items():
            if value is not None:
                self.scope[name.casefold()] = value

    def expand(self, template: str) -> Any:
        """The template with its names filled in. Raises MissingName."""
        alone = _NAME.fullmatch(template)
        if alone:
            return self._first(alone[1])
        return _NAME.sub(lambda match: as_text(self._first(match[1])), template)

    def _first(self, names: str) -> Any:
        """The first known of the names that `|` separates."""
        *others, last = names.split("|")
        known = (value for name in others if (value := self.get(name)) is not None)
        return next(known, None) or self[last]

    def get_expanded(self, template: str) -> Any:
        """The template filled in; None for an optional one (`{Qualifier}?`) with an unknown name."""
        if not template.endswith("?"):
            return self.expand(template)
        try:
            return self.expand(template[:-1])
        except MissingName:
            return None

    def identify(self, identifier: str) -> None:
        """Takes the names that an identifier tells into the scope."""
        declared = self.derived.type
        parts = identifier.split("|", len(declared.identity) - 1)
        self.learn(dict(zip(declared.identity, parts, strict=False)))
        if declared.names is not None:
            self.learn(declared.names(parts[0]))

    @property
    def identifier(self) -> str:
        """The parts of the identity, joined."""
        return "|".join(as_text(self[name]) for name in self.derived.type.identity)

    @property
    def ref(self) -> Json:
        """What `Ref` returns."""
        found: Json = self.expand(self.derived.type.ref or "{" + self.derived.type.identity[0] + "}")
        return found

    def attributes(self) -> dict[str, Json]:
        """Every attribute that the scope or the last answer can tell."""
        found: dict[str, Json] = {}
        for name in self.derived.schema.read_only - set(self.derived.type.attributes):
            value = self._answered(name)
            if value is not None:
                found[name] = value
        for name, template in self.derived.type.attributes.items():
            if self.secret_names & {found.casefold() for found in _NAME.findall(template)}:
                continue  # attributes are recorded as they are
            value = self.get(name)
            if value is not None:
                found[name] = value
        return found

    def _answered(self, name: str) -> Any:
        value: Any = self.answer
        renames = self._attribute_renames()
        for step in renames.get(name, name).split("."):
            value = _member(value, step)
        if value is None and "." not in name:
            value = self.scope.get(name.casefold())
        node = self.derived.schema.properties.get(name, {})
        return None if value is None else to_property(value, node, self.derived.schema, name)

    def _attribute_renames(self) -> Mapping[str, str]:
        read = self.derived.type.read
        return self.derived.renames(read) if isinstance(read, Call) else self.derived.type.rename


def _member(value: Any, name: str) -> Any:
    """The member of that name, letter case aside."""
    if not isinstance(value, Mapping) or name in value:
        return value[name] if isinstance(value, Mapping) else None
    return value.get(folded(value).get(name.casefold(), name))


def send(
    context: Context, call: Call, properties: Plain, targets: Mapping[str, Target], *, once: bool = False
) -> Answer:
    """Makes a declared call with these properties; returns the part of the answer that it names."""
    if call.each:
        return _send_each(context, call, properties, targets)
    parameters = parameters_of(context, call, properties, targets)
    answer = context.call(call.operation, service=call.service, once=once, **parameters)
    return answered(answer, call, context)


def _send_each(context: Context, call: Call, properties: Plain, targets: Mapping[str, Target]) -> Answer:
    assert call.each is not None
    name_member, value_member = call.each
    for name in properties:
        if name in targets:
            renamed = context.derived.renames(call).get(name, name)
            parameters = parameters_of(context, call, {}, {})
            value = as_text(properties[name])
            context.call(
                call.operation,
                service=call.service,
                **{**parameters, name_member: renamed, value_member: value},
            )
    return {}


def parameters_of(
    context: Context, call: Call, properties: Plain, targets: Mapping[str, Target]
) -> dict[str, Any]:
    """The call's input: properties by their targets, then keys, constants and required names of the scope."""
    parameters: dict[str, Any] = {}
    for name, value in properties.items():
        if name in targets and value is not None:
            _place(parameters, targets[name], _converted(context, call, name, value, targets[name]))
    shape = context.derived.operation(call).input_shape
    for member, template in call.keys.items():
        value = context.get_expanded(template)
        if value is not None:
            path = tuple(member.split("."))
            _put(parameters, path, _as_member(value, shape, path))
    for member, value in call.fixed.items():
        _put(parameters, tuple(member.split(".")), value)
    for member in shape.required_members if shape is not None else ():
        if member in parameters or member in (call.each or ()):
            continue
        if (known := context.get(member)) is not None:
            parameters[member] = to_input(known, shape.members[member])
    return parameters


def _as_member(value: Any, shape: Any, path: Sequence[str]) -> Any:
    """A name of the scope as the member's shape wants it; for what takes a list it is a list of one."""
    for step in path:
        if shape.type_name != "structure":
            return value
        shape = shape.members[step]
    return to_input(value, shape)


def _converted(context: Context, call: Call, name: str, value: Any, target: Target) -> Any:
    value = context.sendable(name, value)
    codec = context.derived.type.codecs.get(name)
    if codec is not None:
        value = codec.write(value)
    if target.shape is None:
        return as_text(value)
    try:
        renames = {path: to for path, to in context.derived.renames(call).items() if to != "."}
        return to_input(value, target.shape, name if target.path else "", renames)
    except UnknownMember as error:
        where = ".".join(map(str, error.path))
        raise Failed("catalogue.not-carried", f"no member of {call.operation} takes {where}") from None
    except (ValueError, TypeError) as error:
        raise Failed("catalogue.value", f"{name} cannot be sent: {error}") from None


def _place(parameters: dict[str, Any], target: Target, value: Any) -> None:
    if target.path:
        _put(parameters, target.path, value)
    else:
        parameters.update(value)


def _put(parameters: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for step in path[:-1]:
        parameters = parameters.setdefault(step, {})
    parameters[path[-1]] = value


def answered(answer: Answer, call: Call, context: Context) -> Answer:
    """The part of an answer where the properties stand; empty when a listing has no matching item."""
    value: Any = answer
    for step in call.answer.split(".") if call.answer else ():
        value = (value or {}).get(step)
    if isinstance(value, list):
        wanted = {member: context.expand(template) for member, template in call.match.items()}
        matching = (item for item in value if all(item.get(m) == v for m, v in wanted.items()))
        value = next(matching, {})
    if not value or value is answer:
        return value or {}
    return {**value, ROOT: answer}


def properties_in(context: Context, call: Call, answer: Answer, names: frozenset[str]) -> dict[str, Any]:
    """The properties that stand in an answer, in the registry's shape."""
    derived = context.derived
    found = {}
    for name, path in derived.sources(call, names).items():
        value: Any = answer
        for step in path:
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is None:
            continue
        codec = derived.type.codecs.get(name)
        if codec is not None:
            value = codec.read(value)
        if value is not None:
            node = derived.schema.properties[name]
            found[name] = to_property(value, node, derived.schema, name, derived.renames(call))
    return found
