"""Finds out which Python packages a folder asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fairway.build.faults import Rejected, line_of, rejected
from fairway.build.python import PythonPackages
from fairway.build.requirements import parse_lines, read_requirements
from fairway.build.runtimes import PythonTarget


def python_packages(folder: Path, target: PythonTarget, prefix: str) -> PythonPackages | None:
    """What a folder's manifest asks for; requirements.txt goes before pyproject.toml, as in SAM.

    None when there is nothing to install. Raises Rejected for manifests that are broken or not understood.
    """
    if (folder / "requirements.txt").is_file():
        lines = read_requirements(folder / "requirements.txt")
        wanted = any(not line.constraint and not line.text.startswith("-") for line in lines)
        return PythonPackages(folder, target, prefix, lines) if wanted else None
    if (folder / "pyproject.toml").is_file():
        return _project_packages(folder, target, prefix)
    if (folder / "Pipfile").is_file():
        raise _foreign(folder / "Pipfile", "pipenv requirements > requirements.txt")
    return None


def _project_packages(folder: Path, target: PythonTarget, prefix: str) -> PythonPackages | None:
    file = folder / "pyproject.toml"
    document = _toml(file)
    project, tools = _table(document, "project"), _table(document, "tool")
    if "dependencies" not in project and _table(tools, "poetry", "dependencies").keys() - {"python"}:
        raise _foreign(file, "poetry export -o requirements.txt")
    wanted = project.get("dependencies") or []
    if not isinstance(wanted, list) or not all(isinstance(text, str) for text in wanted):
        place = line_of(file, _line_number(file, "dependencies"))
        raise rejected("build.manifest", "project.dependencies must be a list of requirements", place)
    if not wanted:
        return None
    if lock := _lock(folder):
        local = parse_lines([(f"./{path}", line_of(lock)) for path in _local_packages(lock)], lock.parent)
        return PythonPackages(folder, target, prefix, local, lock)
    if _table(tools, "uv", "sources"):
        raise rejected("build.lock", "tool.uv.sources needs a lock file", line_of(file), next="run `uv lock`")
    lines = [(text, line_of(file, _line_number(file, text))) for text in wanted]
    return PythonPackages(folder, target, prefix, parse_lines(lines, folder))


def _lock(folder: Path) -> Path | None:
    """The project's uv.lock, or that of the workspace it belongs to."""
    if (folder / "uv.lock").is_file():
        return folder / "uv.lock"
    for parent in folder.parents:
        root = parent / "pyproject.toml"
        if (parent / "uv.lock").is_file() and root.is_file() and "[tool.uv.workspace]" in root.read_text():
            return parent / "uv.lock"
    return None


def _local_packages(lock: Path) -> list[str]:
    """Paths, relative to the lock, of the packages that it takes from this repository."""
    sources = [package["source"] for package in _toml(lock).get("package", []) if "source" in package]
    kinds = ("editable", "directory", "path")
    return [source[kind] for source in sources for kind in kinds if source.get(kind, ".") != "."]


def _table(document: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """A table below others; an empty one where it, or one above it, is missing or no table."""
    found: Any = document
    for name in names:
        found = found.get(name) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _toml(file: Path) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place[1]) if place else 1
        raise rejected(
            "build.manifest", f"{file.name} cannot be read as TOML: {error}", line_of(file, line)
        ) from None


def _line_number(file: Path, text: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)


def _foreign(file: Path, command: str) -> Rejected:
    what = f"the packages in {file.name} are in a form that is not read here"
    return rejected("build.manifest", what, line_of(file), next=f"write requirements.txt: `{command}`")
