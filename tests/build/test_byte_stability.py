"""The same input gives the same bytes: anywhere, at any time, whatever the order and the umask."""

from __future__ import annotations

import os
import tempfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.build.bench import HANDLER, Workbench, function, names, read

from fairway.build.archive import pack
from fairway.build.files import File, read_sources

SOURCES = {"app.py": HANDLER, "lib/a.py": "A = 1\n", "lib/b.txt": "b", "ünïcode näme.txt": "x"}


def test_another_folder_and_another_cache_give_the_same_digest(tmp_path: Path) -> None:
    digests = set()
    for place in ("here", "some/where/else"):
        bench = Workbench(tmp_path / place)
        digests.add(bench.build(function(bench.write("code", SOURCES)))[0].digest)
    assert len(digests) == 1


def test_times_do_not_count(tmp_path: Path) -> None:
    one, two = Workbench(tmp_path / "one"), Workbench(tmp_path / "two")
    later = two.write("code", SOURCES)
    for file in later.rglob("*"):
        os.utime(file, (2_000_000_000, 2_000_000_000))
    assert one.build(function(one.write("code", SOURCES))) == two.build(function(later))


def test_the_umask_does_not_count(tmp_path: Path) -> None:
    digests = set()
    for umask in (0o022, 0o077, 0o002):
        before = os.umask(umask)
        try:
            bench = Workbench(tmp_path / str(umask))
            digests.add(bench.build(function(bench.write("code", SOURCES)))[0].digest)
        finally:
            os.umask(before)
    assert len(digests) == 1


def test_entries_are_sorted_with_fixed_times_and_modes(bench: Workbench) -> None:
    folder = bench.write("code", {**SOURCES, "run.sh": "#!/bin/sh\n"})
    (folder / "run.sh").chmod(0o700)
    (folder / "app.py").chmod(0o600)
    with zipfile.ZipFile(bench.build(function(folder))[0].path) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    modes = {entry.filename: entry.external_attr >> 16 for entry in entries}
    assert modes["run.sh"] == 0o100755
    assert modes["app.py"] == 0o100644


def test_the_executable_bit_counts(bench: Workbench) -> None:
    folder = bench.write("code", {**SOURCES, "run.sh": "#!/bin/sh\n"})
    before = bench.build(function(folder))
    (folder / "run.sh").chmod(0o755)
    assert bench.build(function(folder)) != before


def test_installed_packages_hold_no_trace_of_the_installation(tmp_path: Path) -> None:
    """Among them are scripts: their first line would name this machine's Python, short path or long."""
    artifacts = []
    for place in ("here", "a-place-with-a-rather-long-name/" * 4):
        bench = Workbench(tmp_path / place)
        folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": "charset-normalizer==3.3.2\n"})
        artifacts += bench.build(function(folder))
    assert len({artifact.digest for artifact in artifacts}) == 1
    inside = names(artifacts[0])
    assert not [
        name for name in inside if name.endswith((".pyc", "INSTALLER", "REQUESTED", "direct_url.json"))
    ]
    assert read(artifacts[0], "bin/normalizer").startswith(b"#!/usr/bin/env python3\n")
    content = b"".join(read(artifacts[0], name) for name in inside)
    assert str(tmp_path).encode() not in content
    assert os.fsencode(os.path.dirname(os.__file__)) not in content


file_names = st.lists(st.from_regex(r"[a-zA-Zé_.-]{1,8}", fullmatch=True), min_size=1, max_size=3).map(
    "/".join
)
trees = st.dictionaries(
    file_names.filter(lambda name: not {".", ".."} & set(name.split("/"))), st.binary(max_size=40), max_size=6
)


@settings(max_examples=60, deadline=None)
@given(trees, st.randoms(use_true_random=False))
def test_creation_order_does_not_count(tree: dict[str, bytes], random: object) -> None:
    """Any files, laid down in two orders, pack to the same bytes."""
    archives = []
    for reverse in (False, True):
        with tempfile.TemporaryDirectory() as place:
            root = Path(place)
            for name in sorted(tree, reverse=reverse):
                target = root / "code" / name
                try:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    target.write_bytes(tree[name])
                except (FileExistsError, IsADirectoryError, NotADirectoryError):
                    return  # a name that is both a file and a folder: there is no such tree
            (root / "code").mkdir(exist_ok=True)
            pack(read_sources(root / "code"), root / "made.zip")
            archives.append((root / "made.zip").read_bytes())
    assert archives[0] == archives[1]


@given(st.lists(st.builds(File, file_names, st.binary(), st.booleans()), unique_by=lambda file: file.name))
def test_what_is_packed_is_what_was_read(files: list[File]) -> None:
    with tempfile.TemporaryDirectory() as place:
        target = Path(place) / "made.zip"
        pack(files, target)
        with zipfile.ZipFile(target) as archive:
            assert {name: archive.read(name) for name in archive.namelist()} == {
                f.name: f.data for f in files
            }


@pytest.mark.parametrize("size", [1_000, 3_000_000])
def test_a_part_that_is_already_packed_is_kept_as_it_is(tmp_path: Path, size: int) -> None:
    dependency = File("lib/big.py", b"x = 1\n" * (size // 6))
    pack([dependency, File("app.py", b"theirs")], tmp_path / "base.zip")
    pack([File("app.py", b"ours")], tmp_path / "made.zip", tmp_path / "base.zip")
    with zipfile.ZipFile(tmp_path / "made.zip") as archive:
        assert archive.namelist() == ["lib/big.py", "app.py"]
        assert archive.read("app.py") == b"ours"
        assert archive.read("lib/big.py") == dependency.data
        assert archive.testzip() is None
