"""Turns what the translator says into findings that point into the template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fairway.model.errors import Finding
from fairway.model.graph import PropertyPath
from fairway.sources.cloudformation.tree import Located, Node, nodes
from fairway.sources.findings import suggest
from fairway.sources.sam.translation import Problem

_PREAMBLES = (
    r"Resource with id \[[^\]]*\] is invalid\. ",
    r"Event with id \[(?P<event>[^\]]*)\] is invalid\. ",
    r"Structure of the SAM template is invalid\. ",
    r"'Globals' section is invalid\. ",
)
_QUOTED = r"'([\w.]+)'|\"([\w.]+)\"|property (\w+) not"


@dataclass(frozen=True)
class _Wording:
    """What the translator says (a pattern), what we say instead, and what to do."""

    pattern: str
    says: str
    advice: str = ""


_WORDINGS = (
    _Wording(
        r"(Either|Only one of) 'InlineCode' or 'CodeUri' (must|can) be set\.",
        "the function has no code",
        "give CodeUri (a folder) or InlineCode",
    ),
    _Wording(
        r"'(?P<name>\w+)' (is not a valid S3 Uri|requires Bucket and Key properties).*",
        "{name} must be a local path, an s3:// URI or a map of Bucket and Key",
        "functions may stand here only where parameters give their value",
    ),
    _Wording(
        r"property (?P<name>\w+) not defined for resource of type (?P<type>\S+)",
        "{type} has no property {name}",
    ),
    _Wording(r"Type of property '(?P<name>[^']+)' is invalid\.", "{name} has the wrong type"),
    _Wording(r"Property '(?P<name>[^']+)' should be a (?P<kind>\w+)\.", "{name} must be a {kind}"),
    _Wording(r"Missing required property '(?P<name>[^']+)'\.", "{name} is missing"),
    _Wording(r"Property '(?P<name>[^']+)' is required\.", "{name} is missing"),
    _Wording(
        r"'(?P<name>\w+)' is not supported\. Must be one of the following values - (?P<known>.*)",
        "Globals has no section {name}",
        "{hint}",
    ),
    _Wording(
        r"'(?P<name>\w+)' is not a supported property of '(?P<section>\w+)'\. "
        r"Must be one of the following values - (?P<known>.*)",
        "Globals.{section} cannot hold {name}",
        "{hint}",
    ),
    _Wording(
        r"Policy at index \d+ in the 'Policies' property is not valid",
        "a policy must be a name or ARN, a policy template, or a document with a Statement",
    ),
    _Wording(
        r"Transforming resource with id \[.*\] attempts to create a new resource with id "
        r"\[(?P<id>[^\]]+)\] and type \"(?P<type>[^\"]+)\".*",
        "SAM generates {id} ({type}) for it, but the template has a resource of that name already",
        "rename {id}",
    ),
)
"""Where the translator's words help too little."""


def explain(problem: Problem, tree: Located) -> Finding:
    """The problem as a finding at the closest place its text names."""
    message, event = _without_preambles(problem.message)
    said, advice = _reworded(message)
    place = max(_places(problem.address, event, message, tree), key=len)
    subject = ".".join(part for part in (problem.address, event) if part)
    told = f"{subject}: {said}" if subject else said
    return Finding("sam.invalid", told, tree.locate(place), next=advice)


def names(problem: Problem) -> frozenset[str]:
    """The property names that a problem's text quotes."""
    return frozenset("".join(quoted) for quoted in re.findall(_QUOTED, problem.message))


def globals_key(problem: Problem) -> tuple[str, ...]:
    """The path below Globals that the translator does not take; empty for other problems."""
    message, _ = _without_preambles(problem.message)
    for wording in _WORDINGS:
        match = re.fullmatch(wording.pattern, message, re.DOTALL)
        if match and "known" in match.groupdict():
            section = match.groupdict().get("section")
            return (section, match["name"]) if section else (match["name"],)
    return ()


def _without_preambles(message: str) -> tuple[str, str]:
    """What is said, and the event it is said about."""
    event = ""
    for preamble in _PREAMBLES:
        while match := re.search(preamble, message):
            event = match.groupdict().get("event") or event
            message = message[: match.start()] + message[match.end() :]
    return message.strip(), event


def _reworded(message: str) -> tuple[str, str]:
    for wording in _WORDINGS:
        if match := re.fullmatch(wording.pattern, message, re.DOTALL):
            parts = match.groupdict()
            if "known" in parts:
                parts["hint"] = suggest(parts["name"], re.findall(r"'(\w+)'", parts["known"]))
            return wording.says.format(**parts), wording.advice.format(**parts)
    return message, ""


def _places(address: str, event: str, message: str, tree: Located) -> Iterator[PropertyPath]:
    """The paths that a message is about: the resource, its event, and what is quoted in the message."""
    yield ()
    yield ("Globals", *globals_key(Problem(message)))
    resource: PropertyPath = ("Resources", address) if address in tree.section("Resources") else ()
    yield resource
    base: PropertyPath = (*resource, "Properties")
    events = tree.get(*base, "Events")
    if isinstance(events, Mapping) and event in events:
        base = (*base, "Events", event, "Properties")
        yield base[:-1]
    for index in re.findall(r"Policy at index (\d+)", message):
        yield (*base, "Policies", int(index))
    quoted = ["".join(groups).split(".") for groups in re.findall(_QUOTED, message)]
    keys = [(*start, *steps) for steps in quoted for start in (base, base[:-1])]
    found = [path for path in keys if tree.get(*path) is not None]
    values = {".".join(steps) for steps in quoted}
    yield from found or (path for path, node in nodes(tree.get(*base), base) if _is_text_in(node, values))


def _is_text_in(node: Node, values: set[str]) -> bool:
    return isinstance(node, str) and node in values
