"""Every command in the README and the documentation runs, in the order in which its page gives it."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.cli.program import Ended, Program
from tests.examples.app import copied
from tests.local_cloud import Cloud, running

from fairway.project.settings import FILE

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
SETTINGS = re.compile(r"^```toml\n# fairway\.toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def commands(page: Path) -> list[list[str]]:
    """The commands of a page's console blocks."""
    lines = [line for block in BLOCK.findall(page.read_text()) for line in block.splitlines()]
    return [shlex.split(line.removeprefix("$ ")) for line in lines if line.startswith("$ ")]


@pytest.fixture(scope="module")
def pages_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A local cloud of these pages alone: they deploy one app under one name, each a different part of it."""
    with running(tmp_path_factory.mktemp("home")) as cloud:
        yield cloud


@pytest.fixture
def cloud(page: Path, pages_cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """One of its own for a page whose commands end it."""
    if ["fairway", "local", "down"] in commands(page):
        with running(tmp_path_factory.mktemp("own")) as cloud:
            yield cloud
    else:
        yield pages_cloud


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_its_commands_run(page: Path, tmp_path: Path, cloud: Cloud) -> None:
    fairway = copied("ray-converter", tmp_path / f"app-{page.stem}", cloud)
    if written := SETTINGS.search(page.read_text()):
        (fairway.folder / FILE).write_text(written[1])
        # the local cloud in the place of AWS
        fairway = replace(fairway, extra={**fairway.extra, "AWS_ENDPOINT_URL": cloud.endpoint})
    if commands(page)[0][:2] == ["fairway", "init"]:  # which is for a project that has no file yet
        (fairway.folder / FILE).unlink()
    for words in commands(page):
        assert words[0] in ("fairway", "git"), "a console block holds commands of these programs only"
        ended = git(fairway, *words[1:]) if words[0] == "git" else fairway(*words[1:])
        assert ended.code == 0, f"{' '.join(words)}: {ended.out}{ended.err}"


def git(fairway: Program, *arguments: str) -> Ended:
    """git, as somebody who is known to it."""
    person = {f"GIT_{who}_{what}": "ann" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    command, environment = ["git", *arguments], {**fairway.environment, **person}
    ran = subprocess.run(
        command, cwd=fairway.folder, env=environment, capture_output=True, text=True, check=False
    )
    return Ended(ran.returncode, ran.stdout, ran.stderr)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"
