"""Texts with names: `${environment}`, `${stacks.data.TableName}`, `${env.TOKEN}`; `$${` stands for `${`.

Which names a text uses is known without filling it: the order of the stacks follows from that.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from fairway.model.errors import WrongInput

FACTS = ("environment", "project", "account", "region", "commit")
STACKS = "stacks"
ENV = "env"

_PART = re.compile(r"\$\$\{|\$\{([^{}]*)\}|\$\{")
_ESCAPED, _OPEN = "$${", "${"


def name_from(text: str) -> str:
    """A text in the letters that names of stacks, and of AWS resources, allow."""
    name = re.sub(r"[^A-Za-z0-9-]+", "-", text).strip("-")
    return (name if name[:1].isalpha() else f"stack-{name}")[:128].rstrip("-")


def escaped(text: str) -> str:
    """The text with names that fills to exactly this text."""
    return text.replace(_OPEN, _ESCAPED)


def names_in(text: str) -> tuple[str, ...]:
    """The names a text uses, each once, in its order; well-formed or not."""
    return tuple(dict.fromkeys(part[1].strip() for part in _PART.finditer(text) if part[1] is not None))


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with every name replaced by its value; only what it uses is looked up in `known`.

    Raises WrongInput (`project.name`) for a name that is not known.
    """

    def value(part: re.Match[str]) -> str:
        if part[0] == _ESCAPED:
            return _OPEN
        if part[1] is None:
            raise WrongInput("project.name", "a text has a ${ without its }", next=_LITERAL)
        name = part[1].strip()
        try:
            return known[name]
        except KeyError:
            raise WrongInput(
                "project.name", f"nothing is known by the name ${{{name}}}", next=hint(name, known)
            ) from None

    return _PART.sub(value, text)


def output_of(name: str) -> tuple[str, str] | None:
    """The stack and the output that `stacks.NAME.OUTPUT` means; None for any other name."""
    kind, _, rest = name.partition(".")
    stack, _, output = rest.partition(".")
    return (stack, output) if kind == STACKS and stack and output else None


def outputs_in(text: str) -> tuple[tuple[str, str], ...]:
    """The stacks' outputs that a text uses: stack and output."""
    return tuple(found for name in names_in(text) if (found := output_of(name)))


def mistakes(text: str, stacks: Collection[str]) -> Iterator[tuple[str, str]]:
    """What is wrong with a text's names, and what to do: the stacks are those that are declared, if any."""
    if any(part[0] == _OPEN for part in _PART.finditer(text)):
        yield "there is a ${ without its }", _LITERAL  # the text itself may be a secret
    for name in names_in(text):
        found = output_of(name)
        if found and stacks and found[0] not in stacks:
            yield f"${{{name}}} names a stack that is not declared", _nearest(found[0], stacks)
        elif not found and not _is_known(name):
            yield f"there is no ${{{name}}}", hint(name, FACTS)


def hint(name: str, known: Collection[str]) -> str:
    """What to write instead of a name that is not known."""
    kind, _, rest = name.partition(".")
    if kind == ENV and rest:
        return f"set the environment variable {rest}"
    if re.fullmatch(r"[A-Z][A-Z0-9_]*", name):
        return f"for the environment variable write ${{env.{name}}}, to leave it to a shell $${{{name}}}"
    return _nearest(name, known) or f"it may be {_FORMS}; {_LITERAL}"


_FORMS = ", ".join([*(f"${{{fact}}}" for fact in FACTS), "${stacks.NAME.OUTPUT}", "${env.VARIABLE}"])
_LITERAL = "for a literal ${ write $${"


def _is_known(name: str) -> bool:
    kind, _, rest = name.partition(".")
    return name in FACTS or (kind == ENV and bool(rest))


def _nearest(name: str, known: Collection[str]) -> str:
    from fairway.sources.findings import suggest

    return suggest(name, known)
