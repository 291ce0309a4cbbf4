"""Reads requirements files: pip's format [docs:pip requirements-file-format], flattened to lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from fairway.build.faults import Rejected, line_of, without_credentials
from fairway.model.errors import Finding
from fairway.model.location import Location

_COMMENT = re.compile(r"(^|\s)#.*$")
_INCLUDE = re.compile(r"(-r|--requirement|-c|--constraint)[\s=]*(.+)")
_EDITABLE = re.compile(r"(?:-e|--editable)[\s=]*(.+)")
_FIND_LINKS = re.compile(r"(-f\s*|--find-links[\s=])(.+)")
_NAMED_URL = re.compile(r"([\w.-]+(?:\[[^\]]*\])?)\s*@\s*(\S+)")
_PATH = re.compile(r"(?:\.{1,2}(?:/|$)|/|file:)|[^@:\s]+(?:\.whl|\.tar\.gz|\.zip)(?:\[|\s|;|$)")
# Most lines are of this form, and need no parser.
PINNED = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?: ?[=<>~]= ?\d+(?:\.\d+)+)?", re.ASCII)
_NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?")


@dataclass(frozen=True)
class Requirement:
    """One line as uv will get it; `before` and `after` surround `path`, where it names local files."""

    text: str
    location: Location
    constraint: bool = False
    path: Path | None = None
    before: str = ""
    after: str = ""

    @property
    def name(self) -> str:
        """The package's normalised name, or nothing for an option or a bare path."""
        match = _NAME.match(self.text)
        return "" if (self.path and not self.before) or not match else normal(match[0])

    @property
    def needs_build(self) -> bool:
        """Whether this is source code rather than a package of an index."""
        wheel = self.path is not None and self.path.suffix == ".whl"
        local = self.path is not None and not self.text.startswith("-") and not wheel
        return local or bool(re.search(r"\b(?:git|hg|svn|bzr)\+", self.text))


def normal(name: str) -> str:
    """A package name as indexes compare it [PEP 503]."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_requirements(file: Path) -> tuple[Requirement, ...]:
    """The lines of a file and of those it includes, without comments.

    Raises Rejected with all files and local packages that are missing.
    """
    findings: list[Finding] = []
    lines = tuple(_read(file, False, (file.resolve(),), file.parent, findings))
    if findings:
        raise Rejected(*findings)
    return lines


def parse_lines(lines: Iterable[tuple[str, Location]], folder: Path) -> tuple[Requirement, ...]:
    """Requirements from elsewhere (a pyproject, an export of a lock); paths are relative to `folder`."""
    findings: list[Finding] = []
    parsed = tuple(_parse(text, location, False, folder, findings) for text, location in lines)
    if findings:
        raise Rejected(*findings)
    return parsed


def check_syntax(requirements: Iterable[Requirement]) -> tuple[Finding, ...]:
    """The lines that are no requirement, each with its place."""
    found = (_syntax(line) for line in requirements if not line.path and not PINNED.fullmatch(line.text))
    return tuple(finding for finding in found if finding)


def _syntax(line: Requirement) -> Finding | None:
    """What is wrong with a line by the grammar of PEP 508; options and bare URLs are uv's to judge."""
    from packaging.requirements import InvalidRequirement
    from packaging.requirements import Requirement as Grammar

    text = re.split(r"\s--", line.text)[0].strip()
    if text.startswith("-") or "://" in text.split()[0]:
        return None
    try:
        Grammar(text)
    except InvalidRequirement as error:
        what = f"{without_credentials(text)!r} is not a requirement"
        why = without_credentials(str(error).splitlines()[0])
        return Finding("build.requirement", what, line.location, why, next="write it as name==version")
    return None


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Number and text of each line that says something: comments gone, continued lines joined."""
    start, joined = 0, ""
    for number, raw in enumerate(text.splitlines(), 1):
        start = start or number
        joined += _COMMENT.sub("", raw).rstrip()
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        if joined.strip():
            yield start, joined.strip()
        start, joined = 0, ""
    if joined.strip():
        yield start, joined.strip()


def _read(
    file: Path, constraint: bool, above: tuple[Path, ...], folder: Path, findings: list[Finding]
) -> Iterator[Requirement]:
    """Included files are relative to the file that names them, packages to the first file's folder."""
    for number, text in logical_lines(_text(file, findings)):
        location = line_of(file, number)
        include = _INCLUDE.fullmatch(text)
        if not include:
            yield _parse(text, location, constraint, folder, findings)
            continue
        included = file.parent / include[2].strip()
        if included.resolve() in above:
            findings.append(Finding("build.requirement", f"{include[2]} includes itself", location))
        elif not included.is_file():
            findings.append(Finding("build.requirement", f"{include[2]} does not exist", location))
        else:
            only = constraint or include[1] in ("-c", "--constraint")
            yield from _read(included, only, (*above, included.resolve()), folder, findings)


def _text(file: Path, findings: list[Finding]) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        findings.append(Finding("build.requirement", f"the file cannot be read: {error}", line_of(file)))
        return ""


def _parse(
    text: str, location: Location, constraint: bool, folder: Path, findings: list[Finding]
) -> Requirement:
    """An editable package becomes an ordinary one: a link back to this machine is of no use on Lambda."""
    if editable := _EDITABLE.fullmatch(text):
        text = editable[1].strip()
    before, target = "", text
    if named := _NAMED_URL.match(text):
        before, target = f"{named[1]} @ ", text[named.start(2) :]
    elif links := _FIND_LINKS.fullmatch(text):
        before, target = "--find-links ", links[2].strip()
        if "://" not in target and not target.startswith((".", "/")):
            target = f"./{target}"
    if not _PATH.match(target):
        return Requirement(text, location, constraint)
    written = re.split(r"[\[\s;#]", target)[0]
    path = folder / (unquote(urlsplit(written).path) if written.startswith("file:") else written)
    if not path.exists():
        findings.append(Finding("build.requirement", f"{written} does not exist", location))
    return Requirement(text, location, constraint, path, before, target[len(written) :])
