"""The templates of a repository: which are stacks of their own, and which belong to another one."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fairway.project.init.facts import BROKEN, Noted, Template
from fairway.project.init.files import Files
from fairway.sources.cloudformation.language import SERVERLESS
from fairway.sources.cloudformation.nested import STACK
from fairway.sources.cloudformation.parameters import declarations
from fairway.sources.cloudformation.shape import transforms
from fairway.sources.cloudformation.text import parse
from fairway.sources.cloudformation.tree import Located
from fairway.sources.findings import Findings
from fairway.sources.sam.types import APPLICATION

_ENDINGS = (".yaml", ".yml", ".json", ".template")
_SIGN = re.compile(rb"\bAWS::[A-Z]")
_RESOURCES = re.compile(rb"""^\s*["']?Resources["']?\s*:""", re.MULTILINE)
_TRIALS = frozenset({"test", "tests", "__tests__", "fixtures", "testdata"})
_NESTING = {STACK: "TemplateURL", APPLICATION: "Location"}
_BUCKET, _DISTRIBUTION = "AWS::S3::Bucket", "AWS::CloudFront::Distribution"


@dataclass(frozen=True)
class _Read:
    """A template with those that it nests."""

    template: Template
    nests: tuple[PurePosixPath, ...]


def templates(files: Files) -> tuple[tuple[Template, ...], tuple[Noted, ...]]:
    """Those that nothing nests, and those that are not taken."""
    noted: list[Noted] = []
    read = [each for path in files.paths if (each := _read(files, path, noted))]
    nested = {path for each in read for path in each.nests}
    roots = [each.template for each in read if each.template.path not in nested]
    trials = [each for each in roots if _TRIALS.intersection(each.path.parts)]
    noted += (Noted(str(each.path), "a template of tests: no stack of its own") for each in trials)
    return tuple(each for each in roots if each not in trials), tuple(noted)


def _read(files: Files, path: PurePosixPath, noted: list[Noted]) -> _Read | None:
    if path.suffix not in _ENDINGS or not _SIGN.search(content := files.content(path)):
        return None
    tree, findings = parse(content, str(path))
    if tree is None:
        if _RESOURCES.search(content):
            first = findings[0]
            line = f"line {first.location.line}: " if first.location else ""
            noted.append(Noted(str(path), f"{BROKEN}: {line}{first.message}"))
        return None
    return _template(path, tree) if _is_template(tree) else None


def _is_template(tree: Located) -> bool:
    if not isinstance(tree.value, Mapping):
        return False
    return any(str(_type(tree, name)).startswith("AWS::") for name in tree.section("Resources"))


def _template(path: PurePosixPath, tree: Located) -> _Read:
    language = "SAM" if SERVERLESS in transforms(tree) else "CloudFormation"
    found = Template(
        path,
        language,
        len(tree.section("Resources")),
        declarations(tree, Findings()),
        tuple(map(str, tree.section("Outputs"))),
        tuple(_outputs_of(tree, _BUCKET)),
        tuple(_outputs_of(tree, _DISTRIBUTION)),
    )
    return _Read(found, tuple(_nested(path, tree)))


def _type(tree: Located, name: str) -> object:
    return tree.get("Resources", name, "Type")


def _nested(path: PurePosixPath, tree: Located) -> Iterator[PurePosixPath]:
    for name in tree.section("Resources"):
        if key := _NESTING.get(str(_type(tree, name))):
            place = tree.get("Resources", name, "Properties", key)
            if isinstance(place, str) and "://" not in place:
                yield PurePosixPath(Path(os.path.normpath(path.parent / place)).as_posix())


def _outputs_of(tree: Located, kind: str) -> Iterator[str]:
    """The outputs that are the `Ref` of a resource of that type."""
    for name in tree.section("Outputs"):
        match tree.get("Outputs", name, "Value"):
            case {"Ref": str(resource)} if _type(tree, resource) == kind:
                yield name
