"""Looks at compiled files: which machine they are for."""

from __future__ import annotations

from collections.abc import Iterable

from fairway.build.files import File

# e_machine of an ELF header [ELF-64 object file format; AArch64 ELF ABI].
_MACHINES = {"x86_64": 62, "arm64": 183}
_COMPILED = (".so", ".node")
_OTHER_SYSTEMS = (b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"MZ")


def foreign_binaries(files: Iterable[File], architecture: str) -> tuple[str, ...]:
    """Packages in which every compiled module is for another machine; many ship one for each."""
    suits: dict[str, bool] = {}
    for file in files:
        if file.name.endswith(_COMPILED):
            package = _package(file.name)
            suits[package] = suits.get(package, False) or _runs_on(file.data, architecture)
    return tuple(sorted(package for package, suit in suits.items() if not suit))


def _runs_on(data: bytes, architecture: str) -> bool:
    if data.startswith(_OTHER_SYSTEMS):
        return False
    if not data.startswith(b"\x7fELF"):
        return True
    return int.from_bytes(data[18:20], "little") == _MACHINES[architecture]


def _package(name: str) -> str:
    parts = name.rpartition("node_modules/")[2].split("/")
    return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]
