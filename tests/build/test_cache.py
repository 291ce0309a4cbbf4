"""Nothing is built twice, and nothing stale or half-written is ever taken from the cache."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.build.bench import HANDLER, Workbench, function, read, wheel

from fairway.build.cache import Cache
from fairway.model.values import Artifact


@pytest.fixture
def code(bench: Workbench) -> Path:
    wheels = {"wheels/tiny-1.0-py3-none-any.whl": wheel("tiny", "1.0", {"tiny.py": "VALUE = 1\n"})}
    requirements = {"requirements.txt": "./wheels/tiny-1.0-py3-none-any.whl\n"}
    return bench.write("code", {"app.py": HANDLER, **requirements, **wheels})


def _writes(content: bytes) -> Callable[[Path], None]:
    def make(target: Path) -> None:
        target.write_bytes(content)

    return make


def entries(bench: Workbench) -> set[str]:
    return {path.stem for path in (bench.cache / "entries").iterdir()}


def test_an_untouched_function_is_not_built_again(bench: Workbench, code: Path) -> None:
    first = bench.build(function(code))
    assert bench.cached() == {"Function": False}
    assert bench.build(function(code)) == first
    assert bench.cached() == {"Function": True}


def test_a_change_of_content_alone_is_seen(bench: Workbench, code: Path) -> None:
    """Same size, same times, same name: only the bytes tell."""
    before = bench.build(function(code))
    status = (code / "app.py").stat()
    (code / "app.py").write_text(HANDLER.replace("hello", "world"))
    os.utime(code / "app.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    after = bench.build(function(code))
    assert after != before
    assert b"world" in read(after[0], "app.py")


def test_changed_code_does_not_install_packages_again(bench: Workbench, code: Path) -> None:
    bench.build(function(code))
    packages = {entry for entry in entries(bench) if "packages-" in entry}
    stamps = {entry: (bench.cache / "entries" / f"{entry}.json").stat().st_mtime_ns for entry in packages}
    (code / "app.py").write_text(HANDLER + "# more\n")
    bench.build(function(code))
    assert bench.cached() == {"Function": False}
    assert len(packages) == 1
    for entry, stamp in stamps.items():
        assert (bench.cache / "entries" / f"{entry}.json").stat().st_mtime_ns == stamp
    assert {entry for entry in entries(bench) if "packages-" in entry} == packages


def test_a_changed_local_package_is_installed_again(bench: Workbench, code: Path) -> None:
    bench.build(function(code))
    changed = wheel("tiny", "1.0", {"tiny.py": "VALUE = 2\n"})
    (code / "wheels/tiny-1.0-py3-none-any.whl").write_bytes(changed)
    assert read(bench.build(function(code))[0], "tiny.py") == b"VALUE = 2\n"


def test_a_comment_in_the_requirements_installs_nothing(bench: Workbench, code: Path) -> None:
    bench.build(function(code))
    before = entries(bench)
    (code / "requirements.txt").write_text("# why\n\n./wheels/tiny-1.0-py3-none-any.whl  # pinned\n")
    bench.build(function(code))
    assert not [entry for entry in entries(bench) - before if "packages-" in entry]


def test_functions_that_share_a_folder_share_one_build(bench: Workbench, code: Path) -> None:
    (code / "other.py").write_text(HANDLER)
    one, two = bench.build(
        function(code, address="One"), function(code, address="Two", handler="other.handler")
    )
    assert one is two
    assert bench.cached() == {"One": False, "Two": True}


@pytest.mark.parametrize("damage", ["truncated", "changed", "gone", "entry"])
def test_a_damaged_entry_is_built_again(bench: Workbench, code: Path, damage: str) -> None:
    (good,) = bench.build(function(code))
    whole = Path(good.path).read_bytes()
    match damage:
        case "truncated":
            Path(good.path).write_bytes(whole[:100])
        case "changed":
            Path(good.path).write_bytes(whole[:-40] + bytes(20) + whole[-20:])
        case "gone":
            Path(good.path).unlink()
        case "entry":
            for entry in (bench.cache / "entries").iterdir():
                entry.write_text('{"digest":')
    assert bench.build(function(code)) == [good]
    assert Path(good.path).read_bytes() == whole


def test_a_failed_build_leaves_nothing_behind(tmp_path: Path) -> None:
    cache = Cache(tmp_path)

    def fail(target: Path) -> None:
        target.write_bytes(b"half")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        cache.zip("key", fail)
    assert list((tmp_path / "work").iterdir()) == []
    made = cache.zip("key", _writes(b"whole"))
    assert not made.hit


def test_what_a_killed_build_left_is_swept(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, ours = tmp_path / "work" / f"{dead.pid}-left", tmp_path / "work" / f"{os.getpid()}-ours"
    left.mkdir(parents=True)
    ours.mkdir()
    Cache(tmp_path).sweep()
    assert not left.exists()
    assert ours.exists()


def test_processes_that_build_the_same_thing_agree(bench: Workbench, code: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from fairway.build import build_all\n"
        "from fairway.model.values import Asset\n"
        f"asset = Asset('function', 'F', {str(code)!r}, 'python3.12', handler='app.handler')\n"
        f"cache = Path({str(bench.cache)!r})\n"
        "built = build_all([asset], cache, lambda e: None, clock=time.time, workers=2)\n"
        "print(next(iter(built.values())).digest)\n"
    )
    command = [sys.executable, "-c", program]
    racing = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    digests = {process.communicate()[0].strip() for process in racing}
    assert [process.returncode for process in racing] == [0, 0, 0]
    assert digests == {bench.build(function(code))[0].digest}
    assert bench.cached() == {"Function": True}


def test_two_keys_with_the_same_content_share_a_zip(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    made: list[Artifact] = [cache.zip(key, _writes(b"same")).artifact for key in ("one", "two")]
    assert made[0].path == made[1].path
    assert cache.zip("one", _writes(b"other")).hit
    assert cache.zip("two", _writes(b"other")).hit


def test_another_builder_does_not_take_old_entries(
    bench: Workbench, code: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.build(function(code))
    monkeypatch.setattr("fairway.build.cache.BUILDER_VERSION", "another")
    before = entries(bench)
    bench.build(function(code))
    assert bench.cached() == {"Function": False}
    assert len(entries(bench) - before) == 2
