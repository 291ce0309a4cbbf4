"""Turns what the translator says into findings that point into the template."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from fairway.model.errors import Finding
from fairway.model.graph import PropertyPath
from fairway.sources.cloudformation.tree import Located
from fairway.sources.findings import suggest
from fairway.sources.sam.translation import Problem

_PREAMBLES = (
    re.compile(r"Resource with id \[[^\]]*\] is invalid\. "),
    re.compile(r"Event with id \[(?P<event>[^\]]*)\] is invalid\. "),
    re.compile(r"Structure of the SAM template is invalid\. "),
    re.compile(r"'Globals' section is invalid\. "),
)
_QUOTED = re.compile(r"'([\w.]+)'|property (\w+) not")

_REWORDED: tuple[tuple[re.Pattern[str], str, str], ...] = (
    (
        re.compile(r"(Either|Only one of) 'InlineCode' or 'CodeUri' (must|can) be set\."),
        "the function has no code",
        "give CodeUri (a folder) or InlineCode",
    ),
    (
        re.compile(r"'(?P<name>\w+)' (is not a valid S3 Uri|requires Bucket and Key properties).*", re.S),
        "{name} must be a local path, an s3:// URI or a map of Bucket and Key",
        "functions such as !Ref and !Sub cannot stand here unless they give parameters' values",
    ),
    (
        re.compile(r"property (?P<name>\w+) not defined for resource of type (?P<type>\S+)"),
        "{type} has no property {name}",
        "",
    ),
    (re.compile(r"Type of property '(?P<name>[^']+)' is invalid\."), "{name} has the wrong type", ""),
    (re.compile(r"Property '(?P<name>[^']+)' should be a (?P<kind>\w+)\."), "{name} must be a {kind}", ""),
    (re.compile(r"Missing required property '(?P<name>[^']+)'\."), "{name} is missing", ""),
    (re.compile(r"Property '(?P<name>[^']+)' is required\."), "{name} is missing", ""),
    (
        re.compile(r"'(?P<name>\w+)' is not supported\. Must be one of the following values - (?P<known>.*)"),
        "Globals has no section {name}",
        "{hint}",
    ),
    (
        re.compile(r"'(?P<name>\w+)' is not a supported property of '(?P<section>\w+)'\. "
                   r"Must be one of the following values - (?P<known>.*)"),
        "Globals.{section} cannot hold {name}",
        "{hint}",
    ),
    (
        re.compile(r"Policy at index \d+ in the 'Policies' property is not valid"),
        "a policy must be a name or ARN, a policy template, or a document with a Statement",
        "",
    ),
    (
        re.compile(r"Transforming resource with id \[.*\] attempts to create a new resource with id "
                   r"\[(?P<id>[^\]]+)\] and type \"(?P<type>[^\"]+)\".*", re.S),
        "SAM generates {id} ({type}) for it, but the template has a resource of that name already",
        "rename {id}",
    ),
)  # fmt: skip
"""Where the translator's words help too little: what it says, what we say, and what to do."""


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
    return frozenset("".join(quoted) for quoted in _QUOTED.findall(problem.message))


def globals_key(problem: Problem) -> tuple[str, ...]:
    """The path below Globals that the translator does not take; empty for other problems."""
    message, _ = _without_preambles(problem.message)
    for pattern, _, _ in _REWORDED:
        if (match := pattern.fullmatch(message)) and "known" in match.groupdict():
            section = match.groupdict().get("section")
            return (section, match["name"]) if section else (match["name"],)
    return ()


def _without_preambles(message: str) -> tuple[str, str]:
    """What is said, and the event it is said about."""
    event = ""
    for preamble in _PREAMBLES:
        while match := preamble.search(message):
            event = match.groupdict().get("event") or event
            message = message[: match.start()] + message[match.end() :]
    return message.strip(), event


def _reworded(message: str) -> tuple[str, str]:
    for pattern, words, advice in _REWORDED:
        if match := pattern.fullmatch(message):
            parts = match.groupdict()
            if "known" in parts:
                parts["hint"] = suggest(parts["name"], re.findall(r"'(\w+)'", parts["known"]))
            return words.format(**parts), advice.format(**parts)
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
    for quoted in _QUOTED.findall(message):
        steps = tuple("".join(quoted).split("."))
        yield from [(*start, *steps) for start in (base, base[:-1]) if tree.get(*start, *steps) is not None]
