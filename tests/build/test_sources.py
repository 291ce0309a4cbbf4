"""What goes into an archive, and what never does."""

from __future__ import annotations

import zipfile

import pytest
from tests.build.bench import HANDLER, Workbench, function, names, read


def test_what_is_never_code_stays_out(bench: Workbench) -> None:
    junk = [
        ".git/HEAD", "__pycache__/app.cpython-312.pyc", "lib/old.pyc", ".venv/bin/python", "env/pyvenv.cfg",
        "env/lib/six.py", ".fairway/state.json", ".aws-sam/build/x", ".mypy_cache/x", ".DS_Store", ".npmrc",
    ]  # fmt: skip
    folder = bench.write(
        "code", {"app.py": HANDLER, "lib/a.py": "", ".hidden": "", **dict.fromkeys(junk, "")}
    )
    assert names(bench.build(function(folder))[0]) == [".hidden", "app.py", "lib/a.py"]


def test_links_are_followed(bench: Workbench) -> None:
    bench.write("shared", {"util.py": "VALUE = 1\n", "sub/deep.py": ""})
    folder = bench.write("code", {"app.py": HANDLER})
    (folder / "shared").symlink_to("../shared")
    (folder / "again.py").symlink_to("app.py")
    (artifact,) = bench.build(function(folder))
    assert names(artifact) == ["again.py", "app.py", "shared/sub/deep.py", "shared/util.py"]
    assert read(artifact, "shared/util.py") == b"VALUE = 1\n"


def test_a_single_file_is_code(bench: Workbench) -> None:
    file = bench.write("code", {"app.py": HANDLER, "other.py": ""}) / "app.py"
    assert names(bench.build(function(file))[0]) == ["app.py"]


@pytest.mark.parametrize("name", ["code.zip", "code.jar"])
def test_a_ready_archive_is_used_as_it_is(bench: Workbench, name: str) -> None:
    archive = bench.write("out", {}) / name
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("Main.class", b"\xca\xfe\xba\xbe")
    (artifact,) = bench.build(function(archive, runtime="java21", handler="Main::handle"))
    with open(artifact.path, "rb") as built:
        assert built.read() == archive.read_bytes()
    assert bench.cached() == {"Function": False}
    bench.build(function(archive, runtime="java21", handler="Main::handle"))
    assert bench.cached() == {"Function": True}


def test_odd_names_survive(bench: Workbench) -> None:
    odd = ["with space.txt", "ünï.txt", "quote'.txt", "back\\slash.txt", "new\nline.txt", "-dash.txt"]
    folder = bench.write("code", {"app.py": HANDLER, **dict.fromkeys(odd, "x")})
    assert set(names(bench.build(function(folder))[0])) == {"app.py", *odd}
