"""Builds a site: its command, run on a copy of its folder; the result is kept by the content of what went in.

The copy holds the folder and nothing beside it, and the command sees the declared variables and what every
program needs to run: so what was not hashed cannot be in the result.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from fairway.build.archive import pack
from fairway.build.cache import Cache, Cached
from fairway.build.faults import Rejected, rejected, shown
from fairway.build.files import File, content_key, read_file, read_sources, write_tree
from fairway.build.node import NodePackages, installed, node_packages
from fairway.build.processes import Processes
from fairway.model.errors import Failed, Finding, InvalidDefinition
from fairway.model.events import BuildFinished, BuildStarted, Emit
from fairway.model.location import Location
from fairway.model.values import Artifact

LIMIT = 1_073_741_824
"""Bytes of a site, and of the folder that it is built from: they are held in memory."""

_KEPT = re.compile(
    r"PATH|HOME|USER|LANG|LC_\w+|TZ|TMPDIR|SSL_CERT_(FILE|DIR)|NODE_EXTRA_CA_CERTS|(HTTPS?|NO|ALL)_PROXY"
    r"|NPM_CONFIG_\w+",
    re.IGNORECASE,
)
_OURS = {
    "CI": "true",
    "NO_COLOR": "1",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_prefer_offline": "true",
    "npm_config_update_notifier": "false",
}
_INSTALLS = re.compile(r"\b(npm (ci|clean-install|i|install)|yarn|pnpm|bun)\b")
_NPM_SETTINGS = ".npmrc"
_SAID = 1500
_FRAME = re.compile(r"\s+at .*:\d+:\d+\)?\s*")
"""A line of a JavaScript stack: bundlers print dozens of their own after the one that names the mistake."""


@dataclass(frozen=True)
class SiteSource:
    """A site to build: `command` fills `output` from `folder`, which both are as they stand without one.

    `output` is below the folder (`.` for the folder itself). `environment` are variables of the command.
    """

    name: str
    folder: Path
    command: str = ""
    output: str = "dist"
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    location: Location | None = None

    @property
    def address(self) -> str:
        """How events call it."""
        return f"sites.{self.name}"


def build_site(
    site: SiteSource, cache: Path, emit: Emit, *, clock: Callable[[], float] = time.time
) -> Artifact:
    """The zip of a site's files.

    Raises InvalidDefinition for what is wrong with the site, Failed when a program or the network is missing,
    Interrupted when a signal ended the command.
    """
    kept, processes = Cache(cache), Processes()
    kept.sweep()
    started = clock()
    emit(BuildStarted(started, site.address))
    try:
        built = _built(site, kept, processes)
    except Rejected as wrong:
        raise InvalidDefinition(tuple(_placed(finding, site) for finding in wrong.findings)) from None
    except BaseException:
        processes.stop()
        raise
    artifact, finished = built.artifact, clock()
    emit(BuildFinished(finished, site.address, finished - started, built.hit, artifact.digest, artifact.size))
    return artifact


def _built(site: SiteSource, cache: Cache, processes: Processes) -> Cached:
    if not site.folder.is_dir():
        what = f"{shown(site.folder)}, the folder of the site {site.name}, does not exist"
        raise rejected("build.site-folder", what, next="correct `folder`; it is relative to fairway.toml")
    if not site.command:
        files = _result(site, site.folder)
        return cache.zip(f"site-{content_key(files)}", lambda target: pack(files, target))
    sources = _sources(site)
    packages = None if _INSTALLS.search(site.command) else _packages(site.folder)
    key = _key(site, sources, packages)

    def make(target: Path) -> None:
        with cache.workspace() as work:
            folder = work / "site"
            write_tree(sources, folder)
            if packages:
                modules = installed(packages, cache, processes)
                (folder / "node_modules").symlink_to(modules, target_is_directory=True)
            _run(site, folder, processes, cache.log(f"site-{site.name}"))
            pack(_result(site, folder), target)

    return cache.zip(f"site-{key}", make)


def _sources(site: SiteSource) -> tuple[File, ...]:
    """What the command works on: neither what is installed nor what an earlier build left."""
    output = (site.folder / site.output).resolve()

    def is_output(entry: os.DirEntry[str]) -> bool:
        return entry.is_dir() and Path(entry.path).resolve() == output

    files = read_sources(site.folder, without_node_modules=True, besides=is_output, limit=LIMIT)
    settings = site.folder / _NPM_SETTINGS
    return (*files, read_file(settings)) if settings.is_file() else files


def _packages(folder: Path) -> NodePackages | None:
    """What package.json asks for, for this machine's own programs."""
    return node_packages(folder, "x86_64", development=True)


def _key(site: SiteSource, sources: tuple[File, ...], packages: NodePackages | None) -> str:
    told = json.dumps([site.command, site.output, sorted(site.environment.items())])
    parts = (content_key(sources), packages.key if packages else "", told)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _run(site: SiteSource, folder: Path, processes: Processes, log: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if _KEPT.fullmatch(name)}
    finished = processes.run(["/bin/sh", "-c", site.command], folder, {**kept, **_OURS, **site.environment})
    if finished.code:
        output = finished.output.replace(str(folder), shown(site.folder))
        log.write_text(output)
        raise _failure(site, finished.code, f"{_end_of(output)}\n(all of it is in {log})")


def _failure(site: SiteSource, code: int, why: str) -> Failed | Rejected:
    if code == 127:
        what = f"a program that builds the site {site.name} is not installed"
        return Failed("build.site-program", what, why=why, next="install it")
    what = f"the build of the site {site.name} failed with exit code {code}"
    after = f"run `{site.command}` in {shown(site.folder)}"
    return rejected("build.site", what, why=why, next=after)


def _end_of(output: str) -> str:
    """The last whole lines that say something, about `_SAID` characters of them."""
    lines, room = list[str](), _SAID
    for line in reversed([line for line in output.strip().splitlines() if not _FRAME.fullmatch(line)]):
        room -= len(line) + 1
        if room < 0:
            break
        lines.append(line)
    return "\n".join(reversed(lines)) or output.strip()[-_SAID:]


def _result(site: SiteSource, folder: Path) -> tuple[File, ...]:
    output = folder / site.output
    files = read_sources(output, without_node_modules=True, limit=LIMIT) if output.is_dir() else ()
    if files:
        return files
    what = f"the site {site.name} has no files in {shown(site.folder / site.output)}"
    after = "let `output` name the folder that the build fills; `.` is the site's folder itself"
    raise rejected("build.site-output", what, next=after)


def _placed(finding: Finding, site: SiteSource) -> Finding:
    return replace(finding, location=finding.location or site.location)
