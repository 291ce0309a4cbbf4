"""What is known about Lambda's runtimes: language, system, and what the tools call the platform.

Sources: docs:lambda runtimes (operating systems), docs:sam BuildMethod.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_RUNTIME = re.compile(r"(python|nodejs|java|dotnet|dotnetcore|ruby|go|provided)([0-9][\w.]*|\.al\w+)?")
_PYTHON = re.compile(r"python3\.(\d+)")
_NODE = re.compile(r"nodejs(\d+)\.x")

# Python 3.8 and Node.js 16 are the oldest runtimes on Amazon Linux 2; the ones before are gone.
_OLDEST_PYTHON, _OLDEST_NODE = 8, 16
_FIRST_PYTHON_ON_2023 = 12
# Amazon Linux 2 has glibc 2.26, Amazon Linux 2023 has 2.34.
_GLIBC_2, _GLIBC_2023 = "manylinux_2_17", "manylinux_2_34"
_MACHINES = {"x86_64": "x86_64", "arm64": "aarch64"}
_NODE_CPUS = {"x86_64": "x64", "arm64": "arm64"}

LAYER_FOLDERS = {"python": "python/", "nodejs": "nodejs/"}
# What a layer already laid out for /opt has at its top [docs:lambda layers, "packaging"].
LAYOUT = frozenset({"python", "nodejs", "java", "ruby", "bin", "lib", "extensions"})

# Files that say that a folder needs a build which is not done here.
FOREIGN_MANIFESTS = {
    "java": ("pom.xml", "build.gradle", "build.gradle.kts"),
    "dotnet": (".csproj", ".fsproj", ".vbproj"),
    "dotnetcore": (".csproj", ".fsproj", ".vbproj"),
    "ruby": ("Gemfile",),
    "go": ("go.mod",),
    "provided": ("go.mod", "Cargo.toml", "Makefile"),
}


def language(runtime: str) -> str:
    """The language of a runtime, or nothing for a name that is no runtime."""
    match = _RUNTIME.fullmatch(runtime)
    return match[1] if match else ""


def is_supported(runtime: str) -> bool:
    """Whether Lambda still takes functions of this runtime; later versions of a language are taken to be."""
    if match := _PYTHON.fullmatch(runtime):
        return int(match[1]) >= _OLDEST_PYTHON
    if match := _NODE.fullmatch(runtime):
        return int(match[1]) >= _OLDEST_NODE
    return language(runtime) not in ("", "python", "nodejs")


@dataclass(frozen=True)
class PythonTarget:
    """Where Python packages will run; `minor` is the 13 of Python 3.13."""

    minor: int
    architecture: str

    def __str__(self) -> str:
        return f"Python {self.version} on {self.architecture}"

    @property
    def version(self) -> str:
        """The version as uv takes it."""
        return f"3.{self.minor}"

    @property
    def platform(self) -> str:
        """The platform as uv names it."""
        glibc = _GLIBC_2023 if self.minor >= _FIRST_PYTHON_ON_2023 else _GLIBC_2
        return f"{_MACHINES[self.architecture]}-{glibc}"


def python_minor(runtime: str) -> int:
    """The 13 of `python3.13`; the runtime must be one that `is_supported` and Python."""
    return int(runtime.removeprefix("python3."))


def python_target(runtime: str, architecture: str) -> PythonTarget:
    """Where the packages of a Python runtime that `is_supported` will run."""
    return PythonTarget(python_minor(runtime), architecture)


def node_cpu(architecture: str) -> str:
    """An architecture as npm names it."""
    return _NODE_CPUS[architecture]
