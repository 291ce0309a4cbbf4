"""Installs Python packages for the function's own platform, whatever machine this is."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from fairway.build.faults import Rejected, line_of, rejected, shown
from fairway.build.files import File, content_key, read_sources, read_tree, skip_compiled, write_tree
from fairway.build.installed import built_here, portable
from fairway.build.processes import Finished, Processes
from fairway.build.requirements import Requirement, check_syntax, normal, parse_lines
from fairway.build.runtimes import PythonTarget
from fairway.model.errors import Failed, Finding
from fairway.model.location import Location

# Settings of uv that decide what is installed: part of the key.
_UV_SETTINGS = (
    "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_EXCLUDE_NEWER",
    "UV_INDEX_STRATEGY", "UV_NO_INDEX",
)  # fmt: skip
_NOT_FOR_UV = (
    "VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH", "PYTHONHOME", "UV_PYTHON", "UV_SYSTEM_PYTHON", "UV_PROJECT",
    "UV_COMPILE_BYTECODE", "UV_PROJECT_ENVIRONMENT", "UV_NO_BINARY", "UV_ONLY_BINARY", "UV_NO_BUILD",
)  # fmt: skip
_LOOKING_FOR_UV = threading.Lock()
"""Builds run at once, and what `uv` asks, sysconfig, is None while another thread has it read at first use
[python/cpython issue 92452].
"""
_PROGRESS = ("Using ", "Resolved ", "Building ", "Built ", "Prepared ", "Installed ", "Downloading ")
_NETWORK = re.compile(
    r"error sending request|dns error|connection (refused|reset)|timed out|Failed to fetch|offline", re.I
)
_NO_WHEEL = re.compile(
    r"(?:Because |and |`)(?P<package>[\w.-]+?)(?:==\S+?)?`? has no (?:usable )?wheels|Wheels are required for"
)
_NOT_BUILT = re.compile(r"Failed to (?:download and )?build `(?P<package>[\w.-]+?)(?:==[^`]+| @[^`]*)?`")


@dataclass(frozen=True)
class PythonPackages:
    """The packages a folder asks for. With a `lock`, what is in it is installed and nothing else;
    `requirements` then holds the local packages it names.
    """

    folder: Path
    target: PythonTarget
    prefix: str
    requirements: tuple[Requirement, ...]
    lock: Path | None = None

    @cached_property
    def key(self) -> str:
        """A hash of everything that decides what gets installed."""
        digest = hashlib.sha256(f"{self.target!r} {self.prefix}\0".encode())
        for name in _UV_SETTINGS:
            digest.update(f"{name}={os.environ.get(name, '')}\0".encode())
        for line in self.requirements:
            content = content_key(_local_files(line.path)) if line.path else ""
            said = f"{line.before}{line.after}" if line.path else line.text
            digest.update(f"{said}\0{line.constraint}\0{content}\0".encode())
        for file in (self.folder / "pyproject.toml", self.folder / "uv.toml", self.lock):
            if file and file.is_file():
                digest.update(b"\0" + file.read_bytes())
        return digest.hexdigest()

    def check(self) -> tuple[Finding, ...]:
        """What is wrong with the requirements as they are written."""
        return check_syntax(self.requirements)

    def fetch(self, work: Path, processes: Processes) -> tuple[File, ...]:
        """The installed packages as files. Raises Rejected, or Failed when the network is at fault."""
        lines = _locked(self.lock, self.folder, work, processes) if self.lock else self.requirements
        installed = work / "installed"
        self._install(_with_copies(lines, work), installed, work, processes)
        files = read_tree(installed, skip_compiled)
        if ours := built_here(files):
            raise self._no_wheel(ours[0], "its compiled part was made for this machine")
        return tuple(file.under(self.prefix) for file in portable(files))

    def _install(self, lines: tuple[Requirement, ...], into: Path, work: Path, processes: Processes) -> None:
        """Wheels alone first; where a package has none, pure Python may be built from its source."""
        command = self._command(lines, into, work)
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

    def _command(self, lines: tuple[Requirement, ...], into: Path, work: Path) -> list[str]:
        wanted, constraints = work / "requirements.txt", work / "constraints.txt"
        wanted.write_text("".join(f"{line.text}\n" for line in lines if not line.constraint))
        constraints.write_text("".join(f"{line.text}\n" for line in lines if line.constraint))
        return [
            _uv(), "pip", "install", "--target", str(into), "--python", sys.executable, "--python-version",
            self.target.version, "--python-platform", self.target.platform, "--no-compile-bytecode",
            "--requirements", str(wanted), "--constraints", str(constraints),
            *(["--no-deps"] if self.lock else []),
        ]  # fmt: skip

    def _failure(self, finished: Finished) -> Exception:
        said = _said(finished)
        if named := _NOT_BUILT.search(finished.output) or _NO_WHEEL.search(finished.output):
            return self._no_wheel(named["package"] or "a package", said)
        if _NETWORK.search(finished.output):
            what = f"the packages of {shown(self.folder)} could not be fetched"
            return Failed("build.network", what, why=said, next="check network and index, then run it again")
        what, after = (
            f"the requirements cannot be installed for {self.target}",
            "correct them and run it again",
        )
        return rejected("build.requirement", what, self._line("", said), why=said, next=after)

    def _no_wheel(self, package: str, why: str) -> Rejected:
        what = f"{package} has no wheel for {self.target} and cannot be built for it here"
        after = "choose a version that has one, or a pure Python package in its place"
        return rejected("build.no-wheel", what, self._line(package, why), why=why, next=after)

    def _line(self, package: str, said: str) -> Location | None:
        """The line that asks for a package, else the first line that the message speaks of."""
        mentioned = {normal(name) for name in re.findall(r"[\w.-]*\w", said)}
        for names in ({normal(package)}, mentioned):
            for line in self.requirements:
                if line.name and line.name in names:
                    return line.location
        if self.lock:
            return line_of(self.lock)
        return self.requirements[0].location if self.requirements else None


def _locked(lock: Path, folder: Path, work: Path, processes: Processes) -> tuple[Requirement, ...]:
    """What the lock holds for a project, as requirements with hashes. Raises Rejected for a stale lock."""
    exported = work / "locked.txt"
    command = [
        _uv(), "export", "--quiet", "--locked", "--no-dev", "--no-emit-project", "--no-header",
        "--no-annotate",
        "--format", "requirements.txt", "--python", sys.executable, "--output-file", str(exported),
    ]  # fmt: skip
    finished = processes.run(command, folder, _environment())
    if finished.code:
        stale = "needs to be updated" in finished.output
        what = f"{lock.name} {'does not fit pyproject.toml' if stale else 'cannot be used'}"
        after = "run `uv lock` and commit the result"
        raise rejected("build.lock", what, line_of(lock), why=_said(finished), next=after)
    lines = re.sub(r"\\\n", " ", exported.read_text()).splitlines()
    place = line_of(lock)
    return parse_lines([(line.strip(), place) for line in lines if line.strip()], lock.parent)


def _local_files(path: Path) -> tuple[File, ...]:
    """A local package without what earlier builds left in it."""
    if path.is_file():
        return (File(path.name, path.read_bytes()),)
    left = ("build", "dist")
    files = read_sources(path)
    return tuple(f for f in files if ".egg-info/" not in f.name and f.name.partition("/")[0] not in left)


def _with_copies(requirements: Iterable[Requirement], work: Path) -> tuple[Requirement, ...]:
    """Requirements whose local packages are copies.

    A build leaves files in the folder it runs in, and uv would take a folder it has seen for unchanged by
    the time of its pyproject.toml.
    """
    copied = []
    for number, line in enumerate(requirements):
        if line.path:
            place = work / "local" / str(number)
            write_tree(_local_files(line.path), place)
            path = place / line.path.name if line.path.is_file() else place
            written = path.as_uri() if line.before.endswith("@ ") else str(path)
            line = replace(line, text=f"{line.before}{written}{line.after}", path=path)
        copied.append(line)
    return tuple(copied)


def _uv() -> str:
    from uv import find_uv_bin

    try:
        with _LOOKING_FOR_UV:
            return str(find_uv_bin())
    except FileNotFoundError:
        if found := shutil.which("uv"):
            return found
    raise Failed("build.no-uv", "uv, which installs Python packages, is not there", next="pip install uv")


def _environment() -> Mapping[str, str]:
    """Ours without what would change what uv does here; credentials and certificates stay."""
    kept = {name: value for name, value in os.environ.items() if name not in _NOT_FOR_UV}
    return {**kept, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "NO_COLOR": "1"}


def _said(finished: Finished) -> str:
    """uv's message without its progress."""
    lines = [line.strip() for line in finished.output.splitlines()]
    said = " ".join(line for line in lines if line and not line.startswith(_PROGRESS))
    return said.removeprefix("error: ")[:1500]
