"""A site is built by its own command, on a copy of its folder, once for each content."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from fairway.build.site import SiteSource, build_site
from fairway.model.errors import FairwayError, InvalidDefinition
from fairway.model.events import BuildFinished, Event
from fairway.model.values import Artifact


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "web"
    folder.mkdir()
    (folder / "index.html").write_text("hello")
    return folder


class Builder:
    """Builds, and knows what was told."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.events: list[Event] = []

    def build(self, folder: Path, command: str, **more: object) -> Artifact:
        site = SiteSource("web", folder, command, **more)  # type: ignore[arg-type]
        return build_site(site, self.cache, self.events.append)

    @property
    def cached(self) -> bool:
        (*_, last) = [event for event in self.events if isinstance(event, BuildFinished)]
        return last.cached


@pytest.fixture
def builder(tmp_path: Path) -> Builder:
    return Builder(tmp_path / "cache")


def files(artifact: Artifact) -> dict[str, str]:
    with zipfile.ZipFile(artifact.path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_command_runs_on_a_copy_and_what_it_put_out_is_the_site(folder: Path, builder: Builder) -> None:
    made = builder.build(folder, "mkdir dist && tr a-z A-Z < index.html > dist/index.html")
    assert files(made) == {"index.html": "HELLO"}
    assert [path.name for path in folder.iterdir()] == ["index.html"]


def test_an_unchanged_site_is_not_built_again(folder: Path, builder: Builder) -> None:
    command = "mkdir dist && date +%s%N > dist/index.html"
    first = builder.build(folder, command)
    assert not builder.cached
    assert builder.build(folder, command) == first
    assert builder.cached


@pytest.mark.parametrize("change", ["source", "lock", "npm settings", "command", "variable"])
def test_everything_that_decides_the_result_builds_it_anew(
    folder: Path, builder: Builder, change: str
) -> None:
    command = "mkdir dist && echo $KIND > dist/index.html"
    builder.build(folder, command)
    named = {"source": "index.html", "lock": "package-lock.json", "npm settings": ".npmrc"}
    if change in named:
        (folder / named[change]).write_text("other")
    builder.build(
        folder,
        f"{command} " if change == "command" else command,
        environment={"KIND": "other"} if change == "variable" else {},
    )
    assert not builder.cached


def test_what_was_left_by_an_earlier_build_counts_for_nothing(folder: Path, builder: Builder) -> None:
    builder.build(folder, "mkdir -p dist && cp index.html dist/")
    for left in ("dist", "node_modules"):
        (folder / left).mkdir()
        (folder / left / "old.js").write_text("old")
    made = builder.build(folder, "mkdir -p dist && cp index.html dist/")
    assert builder.cached
    assert files(made) == {"index.html": "hello"}


def test_a_variable_of_this_shell_that_is_not_declared_is_not_seen(
    folder: Path, builder: Builder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be in the result and not in the key."""
    monkeypatch.setenv("VITE_API", "https://elsewhere")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    command = 'mkdir dist && echo "[$VITE_API$AWS_SECRET_ACCESS_KEY]" > dist/index.html'
    assert files(builder.build(folder, command)) == {"index.html": "[]\n"}


def test_packages_come_from_the_lock_file_where_the_command_does_not_install_them(
    folder: Path, builder: Builder
) -> None:
    (folder / "greet").mkdir()
    (folder / "greet" / "package.json").write_text('{"name": "greet", "version": "1.0.0"}')
    (folder / "greet" / "index.js").write_text("module.exports = 'good day'")
    (folder / "package.json").write_text('{"name": "web", "devDependencies": {"greet": "file:greet"}}')
    command = "mkdir dist && node -p 'require(\"greet\")' > dist/index.html"
    assert files(builder.build(folder, command)) == {"index.html": "good day\n"}


def test_without_a_command_the_folder_is_the_site(folder: Path, builder: Builder) -> None:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text("")
    assert files(builder.build(folder, "", output=".")) == {"index.html": "hello"}


@pytest.mark.parametrize(
    ("command", "output", "code", "says"),
    [
        ("echo it is broken; exit 3", "dist", "build.site", "it is broken"),
        ("true", "dist", "build.site-output", "no files"),
    ],
)
def test_a_build_that_fails_or_makes_nothing_is_a_mistake_with_what_it_said(
    folder: Path, builder: Builder, command: str, output: str, code: str, says: str
) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        builder.build(folder, command, output=output)
    (finding,) = caught.value.findings
    assert finding.code == code
    assert says in f"{finding.message} {finding.why}"


def test_the_line_that_names_the_mistake_is_shown_and_all_of_the_output_is_kept(
    folder: Path, builder: Builder
) -> None:
    """As bundlers print it: the mistake first, then a stack of their own that is longer than is shown."""
    frame = "    at build (file:///srv/node_modules/bundler/dist/index.mjs:10:20)"
    (folder / "said.txt").write_text(f"could not resolve ./nope\n{frame}\n" + f"{frame}\n" * 80)
    with pytest.raises(InvalidDefinition) as caught:
        builder.build(folder, "cat said.txt; pwd; exit 1")
    (finding,) = caught.value.findings
    first, place, kept = finding.why.splitlines()
    assert (first, place) == ("could not resolve ./nope", str(folder))
    log = builder.cache / "logs" / "site-web.log"
    assert str(log) in kept
    assert log.read_text().count(frame) == 81


def test_what_is_shown_of_a_long_output_begins_with_a_whole_line(folder: Path, builder: Builder) -> None:
    with pytest.raises(InvalidDefinition) as caught:
        builder.build(folder, "seq 100000 109999; exit 1")
    (finding,) = caught.value.findings
    assert [len(line) for line in finding.why.splitlines()[:-1]] == [6] * 214


def test_a_program_that_is_missing_is_told(folder: Path, builder: Builder) -> None:
    with pytest.raises(FairwayError) as caught:
        builder.build(folder, "no-such-program build")
    assert caught.value.code == "build.site-program"
    assert "no-such-program" in caught.value.why


def test_a_folder_that_does_not_exist_is_a_mistake(tmp_path: Path, builder: Builder) -> None:
    with pytest.raises(InvalidDefinition):
        builder.build(tmp_path / "nowhere", "true")
