"""Decides how an asset is built: which files go in as they are, what is installed, what is bundled."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from fairway.build.faults import Rejected, rejected, shown
from fairway.build.files import File, content_key, read_file, read_sources
from fairway.build.inline import inline_files
from fairway.build.limits import UNZIPPED_LIMIT, too_big
from fairway.build.manifests import python_packages
from fairway.build.processes import Processes
from fairway.build.runtimes import (
    FOREIGN_MANIFESTS,
    LAYER_FOLDERS,
    LAYOUT,
    is_supported,
    language,
    python_target,
)
from fairway.model.errors import Finding
from fairway.model.values import Asset

if TYPE_CHECKING:
    from fairway.build.esbuild import Bundle

_ARCHIVES = (".zip", ".jar")
_MANIFESTS = frozenset({"requirements.txt", "pyproject.toml", "uv.lock", "package.json", "package-lock.json"})
_BUILD_BEFORE = (
    "build it beforehand; let the path name the .zip or .jar, or the finished folder with SkipBuild"
)
_FITTING_METHODS = {("nodejs", "esbuild"), ("python", "python-uv")}
_ARCHITECTURES = ("x86_64", "arm64")


class Packages(Protocol):
    """Dependencies to install: `key` decides what they are, `fetch` gets them."""

    @property
    def key(self) -> str: ...

    def check(self) -> tuple[Finding, ...]: ...

    def fetch(self, work: Path, processes: Processes) -> tuple[File, ...]: ...


@dataclass(frozen=True)
class Recipe:
    """How to build an asset: `archive` is used as it is; else `files` (bundled, if so) and `packages`."""

    files: tuple[File, ...] = ()
    packages: Packages | None = None
    bundle: Bundle | None = None
    archive: Path | None = None

    @property
    def key(self) -> str:
        """A hash of everything that decides the artifact."""
        parts = (
            content_key(self.files),
            self.packages.key if self.packages else "",
            self.bundle.key if self.bundle else "",
        )
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def recipe(asset: Asset) -> Recipe:
    """How to build an asset; reads its files. Raises Rejected with everything that is wrong with them."""
    if asset.kind != "layer":
        _check_runtime(asset)
    if asset.kind == "inline":
        return Recipe(inline_files(asset))
    path = Path(asset.path)
    if not path.exists():
        what = f"{shown(path)}, the code of {asset.address}, does not exist"
        raise rejected("build.missing-code", what, next="correct the path; it is relative to the template")
    method = _method(asset)
    _check_method(asset, method)
    if path.is_file() and path.suffix in _ARCHIVES:
        _check_archive(path)
        return Recipe(archive=path)
    if path.is_file():
        return Recipe((read_file(path),))
    made = _layer(asset, path, method) if asset.kind == "layer" else _function(asset, path, method)
    if not made.files and not made.packages:
        raise rejected("build.empty", f"{shown(path)}, the code of {asset.address}, holds no files")
    return made


def _method(asset: Asset) -> str:
    """The build method that the definition names; empty for none, and where it says not to build."""
    if str(asset.options.get("SkipBuild", "")).lower() == "true":
        return "skip"
    return str(asset.options.get("BuildMethod") or "")


def _check_runtime(asset: Asset) -> None:
    """Raises Rejected for a runtime that Lambda does not offer."""
    if not is_supported(asset.runtime):
        problem = (
            f"{asset.runtime} is no runtime that Lambda offers" if asset.runtime else "it has no runtime"
        )
        after = "docs/building.md says which are taken"
        raise rejected("build.runtime", f"{asset.address}: {problem}", next=after)


def _architecture(asset: Asset) -> str:
    """The architecture to build for: a layer may name it by itself. Raises Rejected for an unknown one."""
    named = asset.options.get("BuildArchitecture") if asset.kind == "layer" else None
    architecture = str(named or asset.architecture)
    if architecture not in _ARCHITECTURES:
        what = f"{asset.address}: {architecture} is no architecture that Lambda offers"
        raise rejected("build.architecture", what, next="use x86_64 or arm64")
    return architecture


def _check_method(asset: Asset, method: str) -> None:
    """Raises Rejected for a build method that there is not, or that does not fit the runtime."""
    if method in ("", "skip"):
        return
    spoken = language(asset.runtime)
    if (spoken, method) in _FITTING_METHODS and (asset.kind == "function" or method != "esbuild"):
        return
    named = language(method)
    if named not in ("python", "nodejs") or not is_supported(method):
        what = f"the build method {method} of {asset.address} is not supported"
        raise rejected("build.method", what, next=_BUILD_BEFORE)
    if asset.kind == "function" and named != spoken:
        what = f"the build method {method} of {asset.address} does not fit {asset.runtime}"
        raise rejected("build.method", what, next="leave it out")


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    except (zipfile.BadZipFile, OSError) as error:
        what = f"{shown(path)} is no zip archive"
        raise rejected("build.bad-archive", what, why=str(error), next="build it again") from None
    if sum(sizes.values()) > UNZIPPED_LIMIT:
        raise Rejected(too_big(sizes))


def _function(asset: Asset, folder: Path, method: str) -> Recipe:
    if method == "skip":
        return Recipe(read_sources(folder))
    match language(asset.runtime):
        case "python":
            target = python_target(asset.runtime, _architecture(asset))
            return Recipe(read_sources(folder), python_packages(folder, target, ""))
        case "nodejs":
            return _node_function(asset, folder, method)
        case other:
            files = read_sources(folder)
            _refuse_foreign(asset, other, files)
            return Recipe(files)


def _node_function(asset: Asset, folder: Path, method: str) -> Recipe:
    from fairway.build.node import node_packages

    if method == "esbuild":
        from fairway.build.esbuild import bundle

        tools = node_packages(folder, _architecture(asset), development=True)
        made = bundle(asset.options, folder, tools)
        return Recipe(read_sources(folder, without_node_modules=True), bundle=made)
    packages = node_packages(folder, _architecture(asset))
    return Recipe(read_sources(folder, without_node_modules=packages is not None), packages)


def _refuse_foreign(asset: Asset, language: str, files: Iterable[File]) -> None:
    """A folder of finished files is zipped as it is; one that still has to be built is not."""
    endings = FOREIGN_MANIFESTS.get(language, ())
    top = [file.name for file in files if "/" not in file.name]
    manifest = next((name for name in top if endings and name.endswith(endings)), None)
    if manifest:
        what = f"{shown(Path(asset.path))} holds {manifest}; {asset.runtime} code is not built here"
        raise rejected("build.method", what, next=_BUILD_BEFORE)


def _layer(asset: Asset, folder: Path, method: str) -> Recipe:
    """A layer laid out for /opt is zipped as it is, unless a build method asks for its packages."""
    runtime = method if language(method) else asset.runtime
    prefix = LAYER_FOLDERS.get(language(runtime), "") if is_supported(runtime) else ""
    laid_out = any((folder / name).is_dir() for name in LAYOUT)
    if not (prefix or laid_out or method) and _has_manifest(folder):
        what = f"{shown(folder)} asks for packages, but the layer {asset.address} names no runtime for them"
        raise rejected("build.layer", what, next="add Metadata with BuildMethod, or CompatibleRuntimes")
    if method == "skip" or not prefix or (laid_out and not method):
        return Recipe(read_sources(folder))
    inner = folder / prefix
    files = read_sources(folder, without_node_modules=prefix == "nodejs/" and not laid_out)
    source = inner if _has_manifest(inner) and not _has_manifest(folder) else folder
    packages: Packages | None
    if prefix == "python/":
        packages = python_packages(source, python_target(runtime, _architecture(asset)), prefix)
    else:
        from fairway.build.node import node_packages

        packages = node_packages(source, _architecture(asset), prefix)
    if not method and packages is None:
        return Recipe(files)
    if laid_out:
        return Recipe(files, packages)
    return Recipe(tuple(file.under(prefix) for file in files if file.name not in _MANIFESTS), packages)


def _has_manifest(folder: Path) -> bool:
    return any((folder / name).is_file() for name in _MANIFESTS)
