"""Makes installed Python packages the same wherever they were installed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from fairway.build.files import File

# What installers write about this machine and this installation [PyPA "Recording installed projects"].
_ABOUT_INSTALLATION = ("INSTALLER", "REQUESTED", "direct_url.json", "uv_cache.json", "uv_build.json")
_GONE = (*(f".dist-info/{name}" for name in _ABOUT_INSTALLATION), ".pyc")
_PLAIN_PLATFORMS = ("linux_", "macosx_", "win")
_SCRIPTS = ("bin/", "../../bin/")


def built_here(files: Iterable[File]) -> tuple[str, ...]:
    """Names of installed packages whose compiled parts were made on this machine, against its own libraries.

    Their wheel's platform is this system's plain name; wheels of an index are tagged `manylinux` [PEP 600].
    """
    wheels = [file for file in files if file.name.endswith(".dist-info/WHEEL")]
    return tuple(
        wheel.name.partition("-")[0]
        for wheel in wheels
        if any(tag.rpartition("-")[2].startswith(_PLAIN_PLATFORMS) for tag in _tags(wheel))
    )


def _tags(wheel: File) -> list[str]:
    lines = wheel.data.decode(errors="replace").splitlines()
    return [line.removeprefix("Tag:").strip() for line in lines if line.startswith("Tag:")]


def portable(files: Iterable[File]) -> Iterator[File]:
    """Installed files without what tells where, when and by whom they were installed."""
    for file in files:
        folder, _, name = file.name.rpartition("/")
        if file.name == ".lock" or file.name.endswith(_GONE):
            continue
        if folder.endswith(".dist-info") and name == "RECORD":
            yield replace(file, data=_record(file.data))
        elif folder == "bin" and file.data.startswith(b"#!"):
            yield replace(file, data=_script(file.data))
        else:
            yield file


def _record(data: bytes) -> bytes:
    """RECORD without the lines that speak of what is removed or rewritten."""
    lines = sorted(data.decode().splitlines())
    kept = [x for x in lines if not x.partition(",")[0].endswith(_GONE) and not x.startswith(_SCRIPTS)]
    return "".join(f"{line}\n" for line in kept).encode()


def _script(data: bytes) -> bytes:
    """A script that finds its Python by PATH instead of by this machine's absolute path.

    Installers write a path that is too long for a `#!` line as two lines of shell.
    """
    first, _, rest = data.partition(b"\n")
    if first == b"#!/bin/sh" and rest.startswith(b"'''exec'"):
        rest = rest.split(b"\n", 2)[2]
    elif b"python" not in first:
        return data
    return b"#!/usr/bin/env python3\n" + rest
