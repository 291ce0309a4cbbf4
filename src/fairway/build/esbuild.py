"""Bundles a Node.js function with esbuild, as SAM's `BuildMethod: esbuild` asks [docs:sam esbuild]."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fairway.build.cache import Cache
from fairway.build.faults import Rejected, line_of, rejected
from fairway.build.files import File, read_tree, write_tree
from fairway.build.node import NodePackages, installed
from fairway.build.processes import Finished, Processes
from fairway.model.errors import Finding
from fairway.model.values import Value

Flags = Callable[[Value], list[str]]


def _switch(flag: str) -> Flags:
    return lambda value: [flag] if value is True or str(value).lower() == "true" else []


def _value(flag: str) -> Flags:
    return lambda value: [f"{flag}={','.join(_texts(value))}"]


def _either(flag: str) -> Flags:
    """A flag that may stand alone or with a kind (`--sourcemap`, `--sourcemap=inline`)."""
    words = ("true", "false")
    return lambda value: _switch(flag)(value) if str(value).lower() in words else [f"{flag}={value}"]


def _each(flag: str) -> Flags:
    """A flag once for each item: `--external:aws-sdk`, `--loader:.png=file`."""
    return lambda value: [f"{flag}:{item}" for item in _texts(value)]


def _boolean(flag: str) -> Flags:
    return lambda value: [f"{flag}={str(value).lower()}"]


_PROPERTIES: Mapping[str, Flags] = {
    "Alias": _each("--alias"),
    "Banner": _each("--banner"),
    "Bundle": _switch("--bundle"),
    "Charset": _value("--charset"),
    "Conditions": _value("--conditions"),
    "Define": _each("--define"),
    "External": _each("--external"),
    "Footer": _each("--footer"),
    "Format": _value("--format"),
    "KeepNames": _switch("--keep-names"),
    "LegalComments": _value("--legal-comments"),
    "Loader": _each("--loader"),
    "LogLevel": lambda _: [],  # only errors are shown
    "MainFields": _value("--main-fields"),
    "Minify": _switch("--minify"),
    "OutExtension": _each("--out-extension"),
    "Packages": _value("--packages"),
    "Platform": _value("--platform"),
    "Sourcemap": _either("--sourcemap"),
    "SourcesContent": _boolean("--sources-content"),
    "Target": _value("--target"),
    "TreeShaking": _boolean("--tree-shaking"),
    "UseNpmCi": lambda _: [],  # a lock file is always followed
}
# SAM's defaults, which are not esbuild's.
_DEFAULTS: Mapping[str, Value] = {
    "Bundle": True,
    "Platform": "node",
    "Format": "cjs",
    "Minify": True,
    "Target": "es2020",
    "Sourcemap": False,
}
_ERROR = re.compile(r"\[ERROR\] (.+)\n(?:\s+(\S+):(\d+):\d+:)?")


@dataclass(frozen=True)
class Bundle:
    """A bundle to make out of a folder's sources and its installed packages."""

    folder: Path
    entry_points: tuple[str, ...]
    properties: Mapping[str, Value]
    packages: NodePackages | None

    @property
    def key(self) -> str:
        """What decides the result besides the sources."""
        options = json.dumps([self.entry_points, dict(self.properties)], sort_keys=True, default=str)
        return f"{options} {self.packages.key if self.packages else ''}"

    def make(self, files: Sequence[File], cache: Cache, processes: Processes) -> tuple[File, ...]:
        """The bundled files. Raises Rejected for what esbuild refuses."""
        with cache.workspace() as work:
            source = work / "src"
            source.mkdir()
            write_tree(files, source)
            if self.packages:
                modules = installed(self.packages, cache, processes)
                (source / "node_modules").symlink_to(modules, target_is_directory=True)
            finished = processes.run(self._command(source), source, os.environ)
            if finished.code:
                raise self._failure(finished)
            return read_tree(work / "out", lambda _: False)

    def _command(self, source: Path) -> list[str]:
        installed = source / "node_modules" / ".bin" / "esbuild"
        program = str(installed) if installed.exists() else shutil.which("esbuild")
        if not program:
            what = "esbuild is neither in package.json nor on the PATH"
            after = "npm install --save-dev esbuild"
            raise rejected("build.no-esbuild", what, line_of(self.folder / "package.json"), next=after)
        flags = [flag for name, value in self.properties.items() for flag in _PROPERTIES[name](value)]
        # Links kept as they are: the cache's place must not show in the bundle or its source map.
        ours = ["--preserve-symlinks", "--outdir=../out", "--log-level=error", "--color=false"]
        return [program, *self.entry_points, *flags, *ours]

    def _failure(self, finished: Finished) -> Rejected:
        findings = []
        for found in _ERROR.finditer(finished.output):
            place = line_of(self.folder / found[2], int(found[3])) if found[2] else None
            findings.append(Finding("build.esbuild", found[1], place))
        return Rejected(
            *(findings or [Finding("build.esbuild", "esbuild failed", why=finished.output[:1500])])
        )


def bundle(options: Mapping[str, Value], folder: Path, packages: NodePackages | None) -> Bundle:
    """The bundle a definition's build options ask for. Raises Rejected for what is wrong with them."""
    given = options.get("BuildProperties") or {}
    if not isinstance(given, Mapping):
        raise rejected("build.options", "BuildProperties must be a map")
    entries = tuple(_texts(given.get("EntryPoints") or []))
    findings = [
        Finding("build.options", f"BuildProperties: {name} is not known", next="see docs/building.md")
        for name in given
        if name not in _PROPERTIES and name != "EntryPoints"
    ]
    if not entries:
        findings.append(Finding("build.options", "esbuild needs EntryPoints", next="EntryPoints: [app.ts]"))
    findings += [
        Finding("build.missing-file", f"the entry point {entry} does not exist in {folder}")
        for entry in entries
        if not _entry_exists(folder / entry)
    ]
    if findings:
        raise Rejected(*findings)
    properties = {name: value for name, value in given.items() if name != "EntryPoints"}
    return Bundle(folder, entries, {**_DEFAULTS, **properties}, packages)


def _entry_exists(path: Path) -> bool:
    """esbuild adds the ending itself where it is left out."""
    endings = ("", ".ts", ".tsx", ".mts", ".js", ".mjs", ".cjs", ".jsx")
    return any(path.with_name(path.name + ending).is_file() for ending in endings)


def _texts(value: Value) -> list[str]:
    """The items of a list, of a map (`js: code` as `js=code`), or the one value."""
    if isinstance(value, Mapping):
        return [f"{name}={child}" for name, child in value.items()]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [str(item) for item in value]
    return [str(value)]
