"""Builds real assets in folders of their own; their packages come from the registries, for real."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fairway.build import asset_key, build_all
from fairway.model.errors import Finding, InvalidDefinition
from fairway.model.events import BuildFinished, Event
from fairway.model.location import Location
from fairway.model.values import Artifact, Asset

HANDLER = "def handler(event, context):\n    return 'hello'\n"


@dataclass
class Workbench:
    """A folder for sources and a cache; `events` are those of the last build."""

    root: Path
    events: list[Event] = field(default_factory=list)

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    def write(self, name: str, files: Mapping[str, str | bytes]) -> Path:
        """A folder with the files, below this bench."""
        folder = self.root / name
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in files.items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        return folder

    def build(self, *assets: Asset, workers: int = 2) -> list[Artifact]:
        self.events.clear()
        built = build_all(assets, self.cache, self.events.append, clock=lambda: 1.5, workers=workers)
        return [built[asset_key(asset)] for asset in assets]

    def cached(self) -> dict[str, bool]:
        """Of the last build: whether each address came from the cache."""
        return {e.address: e.cached for e in self.events if isinstance(e, BuildFinished)}

    def refuse(self, *assets: Asset) -> tuple[Finding, ...]:
        """The findings of a build that must fail."""
        with pytest.raises(InvalidDefinition) as caught:
            self.build(*assets)
        return caught.value.findings


def function(path: Path, **changes: Any) -> Asset:
    """A Python 3.12 function; `changes` are fields of the asset."""
    given = {"runtime": "python3.12", "handler": "app.handler", "location": Location("template.yaml", 7)}
    return Asset("function", changes.pop("address", "Function"), str(path), **{**given, **changes})


def node(path: Path, **changes: Any) -> Asset:
    """A Node.js function."""
    return function(path, **{"runtime": "nodejs20.x", "handler": "index.handler", **changes})


def esbuild(path: Path, **properties: Any) -> Asset:
    """A Node.js function bundled with these BuildProperties."""
    given = {"EntryPoints": ["index.ts"], **properties}
    return node(path, options={"BuildMethod": "esbuild", "BuildProperties": given})


def layer(path: Path, **changes: Any) -> Asset:
    """A layer; `method` is its BuildMethod."""
    method = changes.pop("method", "")
    options = {"BuildMethod": method} if method else {}
    given = {"runtime": "python3.12", "options": options, "location": Location("template.yaml", 7)}
    return Asset("layer", "Layer", str(path), **{**given, **changes})


def names(artifact: Artifact) -> list[str]:
    with zipfile.ZipFile(artifact.path) as archive:
        return archive.namelist()


def read(artifact: Artifact, name: str) -> bytes:
    with zipfile.ZipFile(artifact.path) as archive:
        return archive.read(name)


def wheel(name: str, version: str, files: Mapping[str, str], tag: str = "py3-none-any") -> bytes:
    """A wheel made here, for cases that no package of the index has."""
    info = f"{name}-{version}.dist-info"
    entries = {
        **files,
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
    }
    entries[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in entries) + f"{info}/RECORD,,\n"
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for path, content in entries.items():
            archive.writestr(path, content)
    return data.getvalue()


def import_in_python(folder: Path, code: str) -> str:
    """Runs code in a fresh interpreter that sees nothing but the standard library and `folder`."""
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(folder)!r})\n{code}"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
