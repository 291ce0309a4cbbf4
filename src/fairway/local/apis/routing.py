"""Matching a request's path with path templates: exact before `{name}` before `{name+}`, segment by
segment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote


@dataclass(frozen=True)
class PathMatch:
    """How well a template fits (`rank`: smaller is more specific) and what its parameters are, decoded."""

    rank: tuple[int, ...]
    parameters: Mapping[str, str]


def match_path(template: str, path: str) -> PathMatch | None:
    """Match an encoded path against a template such as `/items/{id}` or `/files/{proxy+}`; None when it
    does not fit."""
    wanted, given = _segments(template), _segments(path)
    rank: list[int] = []
    parameters: dict[str, str] = {}
    for index, part in enumerate(wanted):
        if part.startswith("{") and part.endswith("+}"):
            rest = given[index:]
            if not rest:
                return None
            parameters[part[1:-2]] = unquote("/".join(rest))
            return PathMatch((*rank, 2), parameters)
        if index >= len(given):
            return None
        if part.startswith("{") and part.endswith("}"):
            rank.append(1)
            parameters[part[1:-1]] = unquote(given[index])
        elif part == unquote(given[index]) or part == given[index]:
            rank.append(0)
        else:
            return None
    return PathMatch(tuple(rank), parameters) if len(given) == len(wanted) else None


def _segments(path: str) -> list[str]:
    """The parts between slashes; one slash at the end makes no difference, as at API Gateway."""
    stripped = path.strip("/") if path.strip("/") else ""
    return stripped.split("/") if stripped else []


def best_match(templates: Iterable[str], path: str) -> list[tuple[str, PathMatch]]:
    """The templates that fit, the most specific first."""
    fitting = [(template, match_path(template, path)) for template in templates]
    found = [(template, match) for template, match in fitting if match is not None]
    return sorted(found, key=lambda pair: pair[1].rank)
