"""Installs Node.js packages with npm, away from the user's folder."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fairway.build.cache import Cache
from fairway.build.faults import line_of, rejected, shown
from fairway.build.files import File, content_key, read_sources, read_tree, write_tree
from fairway.build.native import foreign_binaries
from fairway.build.processes import Finished, Processes
from fairway.build.runtimes import node_cpu
from fairway.model.errors import Failed, Finding

_LOCKS = ("package-lock.json", "npm-shrinkwrap.json")
_FOREIGN_LOCKS = ("yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb")
_WANTED = ("dependencies", "optionalDependencies", "peerDependencies")
_NETWORK = re.compile(r"\b(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ERR_SOCKET_TIMEOUT)\b")
_LOCAL = ("file:", "./", "../")
MIRROR = "mirror"
# What npm leaves for itself: paths and times of this installation, and links that archives do not carry.
_NPMS_OWN = (".package-lock.json", ".bin", ".cache")


@dataclass(frozen=True)
class NodePackages:
    """The packages of a package.json; `development` ones too where a bundler needs them."""

    folder: Path
    architecture: str
    prefix: str
    manifest: Mapping[str, Any]
    lock: Path | None
    development: bool = False

    @cached_property
    def local(self) -> tuple[Path, ...]:
        """The folders of `file:` dependencies, relative to the package's own."""
        named = {k: v for group in self._groups for k, v in self.manifest.get(group, {}).items()}
        return tuple(Path(v.removeprefix("file:")) for v in named.values() if v.startswith(_LOCAL))

    @property
    def place(self) -> Path:
        """Where the package stands below the folder of an install: as deep as its local packages reach up."""
        depth = max((path.parts.count("..") for path in self.local), default=0)
        return Path(MIRROR, *["package"] * (depth + 1))

    @property
    def _groups(self) -> tuple[str, ...]:
        return (*_WANTED, "devDependencies") if self.development else _WANTED

    @cached_property
    def key(self) -> str:
        """A hash of everything that decides what gets installed."""
        own = {k: v for k, v in self.manifest.items() if k not in ("scripts", "version", "description")}
        digest = hashlib.sha256(f"{self.architecture} {self.prefix} {self.development}\0".encode())
        digest.update(json.dumps(own, sort_keys=True).encode())
        for file in (self.lock, self.folder / ".npmrc"):
            digest.update(b"\0" + (file.read_bytes() if file and file.is_file() else b""))
        for path in self.local:
            digest.update(content_key(self._local_files(path)).encode())
        return digest.hexdigest()

    def check(self) -> tuple[Finding, ...]:
        """Local packages that do not exist."""
        file = self.folder / "package.json"
        return tuple(
            Finding("build.manifest", f"the local package {path} does not exist", line_of(file))
            for path in self.local
            if not (self.folder / path).exists()
        )

    def fetch(self, work: Path, processes: Processes) -> tuple[File, ...]:
        """node_modules as files. Raises Rejected, or Failed when the network is at fault."""
        modules = self.install(work, processes)
        files = tuple(
            file.under(f"{self.prefix}node_modules/")
            for file in read_tree(modules, lambda entry: entry.name in _NPMS_OWN)
        )
        if foreign := foreign_binaries(files, self.architecture):
            raise rejected(
                "build.foreign-binary",
                f"{', '.join(foreign)} hold no binary for {self.architecture}",
                line_of(self.folder / "package.json"),
                why="npm built or fetched them for this machine",
                next="use a version with a prebuilt package for the platform, or build it there",
            )
        return files

    def install(self, work: Path, processes: Processes) -> Path:
        """Runs npm in `work` and answers with the node_modules it made.

        The folder's place among its local packages is copied, so that `file:../shared` still finds them.
        """
        copy = work / self.place
        copy.mkdir(parents=True)
        # The project's own scripts speak of sources that are not here, and its packages do not need them.
        manifest = {name: value for name, value in self.manifest.items() if name != "scripts"}
        (copy / "package.json").write_text(json.dumps(manifest))
        for file in (self.lock, self.folder / ".npmrc"):
            if file and file.is_file():
                shutil.copyfile(file, copy / file.name)
        for path in self.local:
            _write_local(self._local_files(path), Path(os.path.normpath(copy / path)))
        finished = processes.run(self._command(), copy, _environment())
        # It may hold a token, and bundlers' packages stay in the cache.
        (copy / ".npmrc").unlink(missing_ok=True)
        if finished.code:
            raise self._failure(finished)
        modules = copy / "node_modules"
        modules.mkdir(exist_ok=True)
        return modules

    def _command(self) -> list[str]:
        where = ["--os=linux", "--libc=glibc", f"--cpu={node_cpu(self.architecture)}", "--omit=dev"]
        return [
            _program("npm"), "ci" if self.lock else "install", "--no-audit", "--no-fund", "--loglevel=error",
            *([] if self.development else where),
        ]  # fmt: skip

    def _local_files(self, path: Path) -> tuple[File, ...]:
        place = self.folder / path
        if place.is_file():
            return (File("", place.read_bytes()),)
        return read_sources(place, without_node_modules=True)

    def _failure(self, finished: Finished) -> Exception:
        said = _said(finished)
        if _NETWORK.search(finished.output):
            what = f"the packages of {shown(self.folder)} could not be fetched"
            after = "check network and registry, then run it again"
            return Failed("build.network", what, why=said, next=after)
        if self.lock and "in sync" in finished.output:
            what = f"{self.lock.name} does not fit package.json"
            after = "run `npm install` and commit the lock"
            return rejected("build.lock", what, line_of(self.lock), why=said, next=after)
        file = self.folder / "package.json"
        place = line_of(file, _line_named(file, said))
        after = "correct the dependency and run it again"
        return rejected("build.requirement", "npm cannot install the packages", place, why=said, next=after)


def installed(packages: NodePackages, cache: Cache, processes: Processes) -> Path:
    """The node_modules of these packages, installed once and kept in the cache."""

    def install(target: Path) -> None:
        with cache.workspace() as work:
            packages.install(work, processes)
            # All of it moves: links to local packages lead through it.
            os.rename(work / MIRROR, target / MIRROR)

    return cache.tree(f"node-{packages.key}", install) / packages.place / "node_modules"


def node_packages(
    folder: Path, architecture: str, prefix: str = "", *, development: bool = False
) -> NodePackages | None:
    """What a folder's package.json asks for; None when there is nothing to install.

    Raises Rejected for a manifest that is broken or a lock file that npm does not read.
    """
    file = folder / "package.json"
    if not file.is_file():
        return None
    manifest = _json(file)
    groups = (*_WANTED, "devDependencies") if development else _WANTED
    versions = [version for group in groups for version in _versions(manifest, group, file)]
    if not versions:
        return None
    if absolute := next((version for version in versions if version.startswith(("file:/", "/"))), None):
        what = f"{absolute} is a path of this machine"
        raise rejected("build.manifest", what, line_of(file), next="make it relative")
    lock = next((folder / name for name in _LOCKS if (folder / name).is_file()), None)
    foreign = next((name for name in _FOREIGN_LOCKS if (folder / name).is_file()), None)
    if foreign and not lock:
        what = f"{foreign} is not read here, and no package-lock.json stands beside it"
        after = "run `npm install --package-lock-only` and commit the result"
        raise rejected("build.manifest", what, line_of(folder / foreign), next=after)
    return NodePackages(folder, architecture, prefix, manifest, lock, development)


def _versions(manifest: Mapping[str, Any], group: str, file: Path) -> list[str]:
    versions = manifest.get(group, {})
    if isinstance(versions, dict) and all(isinstance(version, str) for version in versions.values()):
        return list(versions.values())
    place = line_of(file, _line_named(file, f"/{group}"))
    raise rejected("build.manifest", f"{group} must map names to versions", place)


def _json(file: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        if isinstance(document, dict):
            return document
        problem, line = "it is not an object", 1
    except json.JSONDecodeError as error:
        problem, line = error.msg, error.lineno
    except (OSError, UnicodeDecodeError) as error:
        problem, line = str(error), 1
    raise rejected("build.manifest", f"{file.name} is not JSON: {problem}", line_of(file, line))


def _write_local(files: tuple[File, ...], place: Path) -> None:
    if [file.name for file in files] == [""]:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(files[0].data)
    else:
        write_tree(files, place)


def _line_named(file: Path, said: str) -> int:
    """The line of the manifest with the package that npm's message names."""
    names = {*re.findall(r"(@[\w.-]+/[\w.-]+|[\w.-]*\w)@", said), *re.findall(r"/([\w.-]*\w)", said)}
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if any(f'"{name}"' in line for name in names):
            return number
    return 1


def _program(name: str) -> str:
    if found := shutil.which(name):
        return found
    raise Failed(f"build.no-{name}", f"{name} is not installed", next="install Node.js, which brings npm")


def _environment() -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NODE_ENV", "NODE_OPTIONS")}
    return {**kept, "NO_COLOR": "1", "npm_config_update_notifier": "false"}


def _said(finished: Finished) -> str:
    """npm's message without its advice about log files."""
    lines = [line.removeprefix("npm error").strip() for line in finished.output.splitlines()]
    return " ".join(line for line in lines if line and "complete log of this run" not in line)[:1500]
