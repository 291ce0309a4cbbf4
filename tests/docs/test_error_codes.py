"""Every error code that the source can give stands in a page, and no page has one that is gone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "docs" / name for name in ("errors.md", "templates.md")]
CODE = re.compile(r"[a-z]+\.(?:[a-z][a-z-]*)?…?")
GIVE = {"Failed", "WrongInput", "Interrupted", "Finding", "Mistake", "__init__"}
GIVE |= {"UnusableDocument", "SecretDeleted"}
GIVE |= {"rejected", "error", "warning", "report", "_finding"}
"""What makes an error or finding, under a code that is one of its first two arguments."""


def in_source() -> dict[str, str]:
    """Every code with where it stands; `…` is for what is filled in."""
    trees = {file: ast.parse(file.read_text()) for file in (ROOT / "src").rglob("*.py")}
    return {code: f"{file}:{line}" for file, tree in trees.items() for code, line in codes(tree)}


def codes(tree: ast.Module) -> Iterator[tuple[str, int]]:
    named = dict(constants(tree))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and called(call.func) in GIVE:
            for given in (*call.args[:2], *(each.value for each in call.keywords if each.arg == "code")):
                yield from ((code, call.lineno) for code in texts(given, named) if CODE.fullmatch(code))


def constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The texts that have a name in this module."""
    for each in tree.body:
        match each:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                yield name, text


def called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def texts(given: ast.expr, named: dict[str, str]) -> Iterator[str]:
    """The texts that an argument may be."""
    match given:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Name(id=name) if name in named:
            yield named[name]
        case ast.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*texts(one, named), *texts(other, named))


def in_pages() -> set[str]:
    """The codes in the first column of the pages' tables."""
    lines = [line for page in PAGES for line in page.read_text().splitlines() if line.startswith("| `")]
    return {
        code
        for line in lines
        for code in re.findall(r"`([^`]+)`", line.split("|")[1])
        if CODE.fullmatch(code)
    }


def test_the_codes_are_found_in_each_way_of_writing_them() -> None:
    written = """
STALE = "verify.stale"
raise Failed("a.plain", "what")
raise WrongInput(f"a.no-{name}", "what")
raise errors.Failed(STALE, "what")
yield Mistake(path, "b.second", "what")
found.error("c.one" if one else "c.other", "what")
log.info("d.none", "what")
"""
    found = {code for code, _ in codes(ast.parse(written))}
    assert found == {"a.plain", "a.no-…", "verify.stale", "b.second", "c.one", "c.other"}


def test_every_code_is_documented() -> None:
    documented = in_pages()
    assert {code: where for code, where in in_source().items() if code not in documented} == {}


def test_every_documented_code_can_be_given() -> None:
    assert sorted(in_pages() - set(in_source())) == []
