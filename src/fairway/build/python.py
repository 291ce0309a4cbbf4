"""Installs Python packages for the function's own platform, whatever machine this is."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from fairway.build.faults import Rejected, line_of, shown
from fairway.build.files import File, content_key, read_sources, read_tree, skip_compiled, write_tree
from fairway.build.processes import Finished, Processes
from fairway.build.requirements import Requirement, check_syntax, normal, parse_lines, read_requirements
from fairway.build.runtimes import PythonTarget
from fairway.model.errors import Failed, Finding
from fairway.model.location import Location

# Settings of uv that decide what is installed: part of the key.
_UV_SETTINGS = (
    "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_EXCLUDE_NEWER",
    "UV_INDEX_STRATEGY", "UV_NO_INDEX",
)  # fmt: skip
_NOT_FOR_UV = (
    "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON", "UV_SYSTEM_PYTHON",
    "UV_COMPILE_BYTECODE", "UV_PROJECT", "UV_PROJECT_ENVIRONMENT", "UV_NO_BINARY", "UV_ONLY_BINARY", "UV_NO_BUILD",
)  # fmt: skip
# What installers write about this machine and this installation [PyPA "Recording installed projects"].
_ABOUT_INSTALLATION = ("INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")
_NETWORK = re.compile(
    r"error sending request|dns error|connection (refused|reset)|timed out|Failed to fetch|offline", re.I
)
_NO_WHEEL = re.compile(
    r"`?([\w.-]+?)(?:==[^\s`]+)?`? has no (?:usable )?wheels|Wheels are required for `([\w.-]+)`"
)
_NOT_BUILT = re.compile(r"Failed to (?:download and )?build `([\w.-]+?)(?:==[^`]+| @[^`]*)?`")


@dataclass(frozen=True)
class PythonPackages:
    """The packages a folder asks for. With a `lock`, what is in it is installed and nothing else."""

    folder: Path
    target: PythonTarget
    prefix: str
    requirements: tuple[Requirement, ...]
    lock: Path | None = None

    @cached_property
    def key(self) -> str:
        """A hash of everything that decides what gets installed."""
        digest = hashlib.sha256(f"{self.target} {self.prefix}\0".encode())
        for name in _UV_SETTINGS:
            digest.update(f"{name}={os.environ.get(name, '')}\0".encode())
        for line in self.requirements:
            content = content_key(_local_files(line.path)) if line.path else ""
            said = f"{line.before}{line.after}" if line.path else line.text
            digest.update(f"{said}\0{line.constraint}\0{content}\0".encode())
        if self.lock:
            for file in (self.folder / "pyproject.toml", self.lock):
                digest.update(file.read_bytes())
        return digest.hexdigest()

    def check(self) -> tuple[Finding, ...]:
        """What is wrong with the requirements as they are written."""
        return check_syntax(self.requirements)

    def fetch(self, work: Path, processes: Processes) -> tuple[File, ...]:
        """The installed packages as files. Raises Rejected, or Failed when the network is at fault."""
        packages = replace(self, requirements=self._locked(work, processes)) if self.lock else self
        lines = _with_copies(packages.requirements, work)
        installed = work / "installed"
        packages._install(lines, installed, work, processes)
        return tuple(file.under(self.prefix) for file in _normalised(read_tree(installed, skip_compiled)))

    def _install(self, lines: Iterable[Requirement], into: Path, work: Path, processes: Processes) -> None:
        """Wheels alone first; where a package has none, pure Python may be built from its source."""
        wanted, constraints = work / "requirements.txt", work / "constraints.txt"
        wanted.write_text("".join(f"{line.text}\n" for line in lines if not line.constraint))
        constraints.write_text("".join(f"{line.text}\n" for line in lines if line.constraint))
        command = [
            _uv(), "pip", "install", "--target", str(into), "--python", sys.executable, "--python-version",
            self.target.version, "--python-platform", self.target.platform, "--no-compile-bytecode",
            "--requirements", str(wanted), "--constraints", str(constraints),
            *(["--no-deps"] if self.lock else []),
        ]  # fmt: skip
        if not any(line.needs_build for line in lines):
            finished = processes.run([*command, "--only-binary", ":all:"], self.folder, _environment())
            if finished.code == 0:
                return
            if not _NO_WHEEL.search(finished.output):
                raise self._failure(finished)
            shutil.rmtree(into, ignore_errors=True)
        finished = processes.run(command, self.folder, _environment())
        if finished.code:
            raise self._failure(finished)

    def _locked(self, work: Path, processes: Processes) -> tuple[Requirement, ...]:
        """What the lock holds for this project, as requirements with hashes."""
        export = [
            _uv(), "export", "--locked", "--no-dev", "--no-emit-project", "--no-header", "--no-annotate",
            "--format", "requirements.txt", "--python", sys.executable, "--output-file", str(work / "locked.txt"),
        ]  # fmt: skip
        assert self.lock
        finished = processes.run([*export, "--quiet"], self.folder, _environment())
        if finished.code:
            stale = "needs to be updated" in finished.output
            raise Rejected(
                Finding(
                    "build.lock",
                    f"{self.lock.name} does not fit pyproject.toml"
                    if stale
                    else f"{self.lock.name} cannot be read",
                    line_of(self.lock),
                    _said(finished),
                    "run `uv lock` and commit the result",
                )  # fmt: skip
            )
        text = (work / "locked.txt").read_text()
        lines = re.sub(r"\\\n", " ", text).splitlines()
        place = line_of(self.lock)
        return parse_lines([(line.strip(), place) for line in lines if line.strip()], self.folder)

    def _failure(self, finished: Finished) -> Exception:
        said = _said(finished)
        target = f"Python {self.target.version} on {self.target.architecture}"
        named = _NOT_BUILT.search(finished.output) or _NO_WHEEL.search(finished.output)
        if named:
            package = named[1] or named[2]
            return Rejected(
                Finding(
                    "build.no-wheel",
                    f"{package} has no wheel for {target} and cannot be built for it here",
                    self._line(package, said),
                    said,
                    "choose a version that has one, or vendor the package",
                )  # fmt: skip
            )
        if _NETWORK.search(finished.output):
            return Failed(
                "build.network", f"the packages of {shown(self.folder)} could not be fetched", why=said,
                next="check the network and the index, then run it again",
            )  # fmt: skip
        finding = Finding(
            "build.requirement", f"the requirements cannot be installed for {target}",
            self._line("", said), said, "correct the requirement and run it again",
        )  # fmt: skip
        return Rejected(finding)

    def _line(self, package: str, said: str) -> Location:
        """The line that asks for a package, else the first line that the message speaks of."""
        names = {normal(name) for name in re.findall(r"[\w.-]*\w", said)}
        for wanted in ({normal(package)}, names):
            for line in self.requirements:
                if line.name and line.name in wanted:
                    return line.location
        return self.requirements[0].location if self.requirements else line_of(self.folder / "pyproject.toml")


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
        raise Rejected(_foreign(folder / "Pipfile", "pipenv requirements > requirements.txt"))
    return None


def _project_packages(folder: Path, target: PythonTarget, prefix: str) -> PythonPackages | None:
    file = folder / "pyproject.toml"
    document = _toml(file)
    project = document.get("project", {})
    tools = document.get("tool", {})
    if "dependencies" not in project:
        if tools.get("poetry", {}).get("dependencies", {}).keys() - {"python"}:
            raise Rejected(_foreign(file, "poetry export -o requirements.txt"))
        return None
    if not project["dependencies"]:
        return None
    if lock := _lock(folder):
        local = parse_lines([(f"./{path}", line_of(lock)) for path in _local_packages(lock)], lock.parent)
        return PythonPackages(folder, target, prefix, local, lock)
    if tools.get("uv", {}).get("sources"):
        raise Rejected(
            Finding("build.lock", "tool.uv.sources needs a lock file", line_of(file), next="run `uv lock`")
        )
    lines = [(text, line_of(file, _line_number(file, text))) for text in project["dependencies"]]
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
    packages = _toml(lock).get("package", [])
    sources = [package.get("source", {}) for package in packages]
    kinds = ("editable", "directory", "path")
    return [source[kind] for source in sources for kind in kinds if source.get(kind, ".") != "."]


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        place = re.search(r"at line (\d+)", str(error))
        raise Rejected(
            Finding(
                "build.manifest",
                f"{file.name} is not TOML: {error}",
                line_of(file, int(place[1]) if place else 1),
            )
        ) from None


def _line_number(file: Path, text: str) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if text in line), 1)


def _foreign(file: Path, command: str) -> Finding:
    return Finding(
        "build.manifest", f"the packages in {file.name} are in a form that is not read here", line_of(file),
        next=f"write them as requirements.txt: `{command}`",
    )  # fmt: skip


def _local_files(path: Path) -> tuple[File, ...]:
    if path.is_file():
        return (File(path.name, path.read_bytes()),)
    built = ("build", "dist")
    files = read_sources(path)
    return tuple(f for f in files if ".egg-info/" not in f.name and f.name.partition("/")[0] not in built)


def _with_copies(requirements: Iterable[Requirement], work: Path) -> tuple[Requirement, ...]:
    """Local packages are built from copies: a build leaves files behind, and uv caches a folder by its times."""
    copied = []
    for number, line in enumerate(requirements):
        if line.path:
            place = work / "local" / str(number)
            write_tree(_local_files(line.path), place)
            path = place / line.path.name if line.path.is_file() else place
            named_url = line.before.endswith("@ ")
            line = replace(line, text=f"{line.before}{path.as_uri() if named_url else path}{line.after}")
        copied.append(line)
    return tuple(copied)


def _normalised(files: Iterable[File]) -> Iterable[File]:
    """Installed files without what tells where, when and by whom they were installed."""
    for file in files:
        folder, _, name = file.name.rpartition("/")
        if file.name == ".lock" or (folder.endswith(".dist-info") and name in _ABOUT_INSTALLATION):
            continue
        if folder.endswith(".dist-info") and name == "RECORD":
            yield replace(file, data=_record(file.data))
        elif folder == "bin" and file.data.startswith(b"#!"):
            yield replace(file, data=_portable_script(file.data))
        else:
            yield file


def _record(data: bytes) -> bytes:
    """RECORD without the lines that speak of what is removed or rewritten."""
    lines = data.decode().splitlines()
    gone = tuple(f".dist-info/{name}" for name in _ABOUT_INSTALLATION)
    kept = [
        line for line in lines
        if not line.partition(",")[0].endswith((*gone, ".pyc")) and not line.startswith(("bin/", "../../bin/"))
    ]  # fmt: skip
    return "".join(f"{line}\n" for line in sorted(kept)).encode()


def _portable_script(data: bytes) -> bytes:
    """A script that finds its Python by PATH instead of by this machine's absolute path."""
    first, _, rest = data.partition(b"\n")
    if first == b"#!/bin/sh" and rest.startswith(b"'''exec'"):
        rest = rest.split(b"\n", 2)[2]
    elif b"python" not in first:
        return data
    return b"#!/usr/bin/env python3\n" + rest


def _uv() -> str:
    from uv import find_uv_bin

    try:
        return str(find_uv_bin())
    except FileNotFoundError:
        if found := shutil.which("uv"):
            return found
    raise Failed("build.no-uv", "uv is not installed; it installs Python packages", next="pip install uv")


def _environment() -> Mapping[str, str]:
    """Ours without what would change what uv does here; credentials and certificates stay."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_UV}
    return {**kept, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "NO_COLOR": "1"}


def _said(finished: Finished) -> str:
    """uv's message without its progress."""
    progress = ("Using ", "Resolved ", "Building ", "Built ", "Prepared ", "Installed ", "Downloading ")
    lines = [line.strip() for line in finished.output.splitlines()]
    return " ".join(line for line in lines if line and not line.startswith(progress)).removeprefix("error: ")[
        :1500
    ]
