"""From what was found to the text of a first `fairway.toml`, each part with its reason."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from types import MappingProxyType

from fairway.project.init.facts import BROKEN, Front, Noted, Suite, Survey, Template
from fairway.project.init.places import Place, is_for_all, places, settings_of, stack_names
from fairway.project.names import escaped, name_from
from fairway.project.toml_text import quoted
from fairway.sources.cloudformation.parameters import Declaration

MOST_STACKS = 12
"""Templates that are stacks of one project; a repository with more is a collection of them."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]")
"""What TOML has in no comment: a line break in a file's name must not begin a line."""
_NAME = re.compile(r"[A-Za-z0-9]+")
"""Of a parameter (docs:CloudFormation, "Parameters")."""
_WIDTH = 80
"""Columns of a comment."""
_HEAD = """\
# What this project says about itself. Fairway's docs/fairway.toml has all keys.
# `fairway init` wrote it from what it found here. From now on it is yours.
"""
_EXAMPLE = {
    'account = "123456789012"': "credentials of any other account are refused",
    'region = "eu-central-1"': "",
    "approval = true": "somebody approves each plan",
    'on_failure = "rollback"': "instead of staying as it is, to be mended",
}


@dataclass(frozen=True)
class Part:
    """A part of the file: `found` says what it comes from, `wrote` what it is; `lines` are its TOML.

    `todo` is what somebody has to do in it before a plan can be made.
    """

    found: str
    wrote: str
    lines: tuple[str, ...]
    todo: str = ""

    @property
    def text(self) -> str:
        return "\n".join((_comment(self.found), *(_UNPRINTABLE.sub(" ", line) for line in self.lines)))


@dataclass(frozen=True)
class Proposal:
    """A first file; `plan` is the command that plans what it declares."""

    parts: tuple[Part, ...]
    plan: str

    @property
    def text(self) -> str:
        text = "\n\n".join([_HEAD.rstrip(), *(part.text for part in self.parts)]) + "\n"
        return text.encode(errors="replace").decode()  # a file's name may hold what is no text

    @property
    def next(self) -> str:
        """What is to be done once it is written."""
        todo = [part.todo for part in self.parts if part.todo]
        return f"{' and '.join(todo)} in it, then {self.plan}" if todo else self.plan


def proposal(found: Survey) -> Proposal:
    """The file for what was found."""
    named = stack_names(found)
    known = places(found)
    stacks = named if len(named) <= MOST_STACKS else {}
    return Proposal(
        (
            Part("the name of the repository", "[project]", ("[project]", f"name = {quoted(found.name)}")),
            *(_stack(name, template, found, stacks) for name, template in stacks.items()),
            *_no_stack(named, found.noted),
            *_too_many(named, stacks),
            *(_environment(place, stacks, found) for place in known.values()),
            *_no_environment(found, known),
            *_suites(found.suites),
            *_sites(found.fronts, stacks),
            *map(_noted, found.noted),
        ),
        plan="`fairway run --to plan`" if len(stacks) > 1 else "`fairway plan`",
    )


def _comment(text: str) -> str:
    return "\n".join(f"# {line}" for line in wrapped(_UNPRINTABLE.sub(" ", text), _WIDTH - len("# ")))


def wrapped(text: str, width: int) -> list[str]:
    """Its lines, each with as many words as `width` columns have room for, and one at least."""
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)


def _stack(name: str, template: Template, found: Survey, stacks: Mapping[str, Template]) -> Part:
    size = f"{template.resources} resource{'' if template.resources == 1 else 's'}"
    why = f"{template.path}: a {template.language} template of {size}, nested by no other one"
    lines = [f"[stacks.{name}]", f"source = {quoted(str(template.path))}"]
    settings = [each for each in settings_of(found, template) if is_for_all(each)]
    given = {key: value for each in settings for key, value in each.parameters.items()}
    others = {output: other for other, each in stacks.items() if other != name for output in each.outputs}
    table = list(_parameters(template, given, asks=True, others=others))
    if table:
        lines += ["", f"[stacks.{name}.parameters]", *table]
    open_ = [key for key, each in template.parameters.items() if _is_open(each, given)]
    todo = f"give {', '.join(open_)} of {name} a value" if open_ else ""
    return Part(why, f"[stacks.{name}]", tuple(lines), todo)


def _is_open(declared: Declaration, given: Mapping[str, str]) -> bool:
    return declared.default is None and (declared.secret or declared.name not in given)


def _parameters(
    template: Template,
    given: Mapping[str, str],
    *,
    asks: bool,
    others: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """The values that are given, and with `asks` a word on those that must be given.

    `others` are the outputs of other stacks, each with its stack.
    """
    for name, declared in template.parameters.items():
        if not _NAME.fullmatch(name):
            continue  # which `fairway validate` tells
        if declared.secret and (name in given or (asks and declared.default is None)):
            yield f'# {name} is secret: {{ secret = "NAME" }} takes it from Secrets Manager'
        elif name in given:
            yield f"{name} = {quoted(escaped(given[name]))}"
        elif asks and declared.default is None and name in others:
            output = f'{{ stack = "{others[name]}", output = "{name}" }}'
            yield f"# {name} has no default, and {others[name]} has an output of that name: {output}"
        elif asks and declared.default is None:
            yield f'# {name} has no default: "a value", {{ env = "VARIABLE" }} or {{ ssm = "/NAME" }}'


def _no_stack(named: Mapping[str, Template], noted: Sequence[Noted]) -> Iterator[Part]:
    if not named:
        broken = any(each.why.startswith(BROKEN) for each in noted)
        why = f"no template of SAM or CloudFormation {'can be read' if broken else 'was found'}"
        yield Part(why, "a stack to fill in", _commented("app", "template.yaml"), todo="name a template")


def _too_many(named: Mapping[str, Template], stacks: Mapping[str, Template]) -> Iterator[Part]:
    if len(named) > len(stacks):
        first = list(named.items())[:MOST_STACKS]
        lines = [line for name, each in first for line in _commented(name, str(each.path))]
        lines.append(f"# … and {len(named) - len(first)} more")
        why = f"{len(named)} templates: name those that belong together"
        yield Part(why, "a list to choose from", tuple(lines), todo="choose the stacks")


def _commented(name: str, source: str) -> tuple[str, ...]:
    return f"# [stacks.{name}]", f"# source = {quoted(source)}"


def _environment(place: Place, stacks: Mapping[str, Template], found: Survey) -> Part:
    lines = [f"[environments.{place.name}]"]
    said = {"account": place.account, "region": place.region, "branch": place.branch}
    lines += [f"{key} = {quoted(value)}" for key, value in said.items() if value]
    for name, template in stacks.items():
        for settings in settings_of(found, template):
            if not is_for_all(settings) and name_from(settings.environment) == place.name:
                table = list(_parameters(template, settings.parameters, asks=False))
                lines += (
                    ["", f"[environments.{place.name}.stacks.{name}.parameters]", *table] if table else []
                )
    return Part(f"{', '.join(place.signs)}: {_says(place)}", lines[0], tuple(lines))


def _says(place: Place) -> str:
    more = (
        f" (those to {', '.join(place.others)} too, but here is room for one branch)" if place.others else ""
    )
    says = [f"pushes to {place.branch} are deployed{more}"] if place.branch else []
    says += [f"it goes to {place.region}"] if place.region else []
    says += [f"with a role of {place.account}"] if place.account else []
    return ", ".join(says) or "an environment of that name"


def _no_environment(found: Survey, known: Mapping[str, Place]) -> Iterator[Part]:
    if not known:
        branch = f"branch = {quoted(found.branch or 'main')}"
        example = {**_EXAMPLE, branch: "a push to it deploys here"}
        keys = (f"# {key:<30}{f'# {word}' if word else ''}".rstrip() for key, word in example.items())
        lines = ("# [environments.prod]", *keys)
        why = "nothing says which account this goes to; `local`, the local cloud, is always there"
        yield Part(why, "an example to fill in", lines)


def _suites(suites: tuple[Suite, ...]) -> Iterator[Part]:
    taken: set[str] = set()
    for suite in suites:
        tool = suite.run.rpartition("&& ")[2].removeprefix("CI=true ").removeprefix("python -m ").split()[0]
        name = _free((suite.name, f"{suite.name}-{tool}", "-".join([*suite.folder.parts, tool])), taken)
        folder = [f"folder = {quoted(str(suite.folder))}"] if suite.folder.parts else []
        lines = ("[[test]]", f"name = {quoted(name)}", f"run = {quoted(suite.run)}", *folder)
        yield Part(f"{suite.sign}: it has to succeed before anything is built", f"[[test]] {name}", lines)


def _free(names: Sequence[str], taken: set[str]) -> str:
    """The first of the names that nobody has, else the last with a number; it is taken from now on."""
    numbered = (f"{names[-1]}-{number}" for number in count(2))
    name = next(each for each in chain(names, numbered) if each not in taken)
    taken.add(name)
    return name


def _sites(fronts: tuple[Front, ...], stacks: Mapping[str, Template]) -> Iterator[Part]:
    taken: set[str] = set()
    bucket = (
        _bucket(stacks) if len(fronts) == 1 else None
    )  # two sites in one bucket remove each other's files
    for front in fronts:
        name = _free((name_from(front.name), name_from("-".join(front.folder.parts))), taken)
        yield _site(name, front, stacks, bucket)


def _site(name: str, front: Front, stacks: Mapping[str, Template], published: tuple[str, str] | None) -> Part:
    """The section, as a comment where it is not clear to which stack's output it is published."""
    package = f"{front.folder / 'package.json'}: {front.tool} builds a site"
    head = [f"[sites.{name}]", f"folder = {quoted(str(front.folder))}", f"build = {quoted(front.build)}"]
    head += [f"output = {quoted(front.output)}"]
    tail = [f"immutable = [{', '.join(map(quoted, front.hashed))}]"] if front.hashed else []
    if published is None:
        bucket = 'bucket = "${stacks.NAME.OUTPUT}"     # an output that is the Ref of its bucket'
        lines = tuple(f"# {line}" for line in (*head, bucket, *tail))
        return Part(f"{package}, and which output is its bucket is not clear", "a section to fill in", lines)
    stack, output = published
    to = [f'bucket = "${{stacks.{stack}.{output}}}"']
    to += [f'distribution = "${{stacks.{stack}.{each}}}"' for each in stacks[stack].distributions[:1]]
    return Part(f"{package}, and {output} of {stack} is a bucket", head[0], (*head, *to, *tail))


def _bucket(stacks: Mapping[str, Template]) -> tuple[str, str] | None:
    """The stack and output of the only bucket, or the only one that is named like a site's."""
    outputs = [(name, output) for name, template in stacks.items() for output in template.buckets]
    likely = [each for each in outputs if any(word in each[1].lower() for word in ("site", "web", "front"))]
    for among in (likely, outputs):
        if len(among) == 1:
            return among[0]
    return None


def _noted(noted: Noted) -> Part:
    place = _commented(name_from(noted.place), noted.place) if noted.place else ()
    return Part(f"{noted.what}: {noted.why}", "a note" if not place else "a note, and its place", place)
