"""Every mistake is one message with its place, all of them at once, and none gives a traceback."""

from __future__ import annotations

import os
import platform
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.build.bench import HANDLER, Workbench, function, layer, names, wheel

from fairway.build import asset_key, build_all, check_assets
from fairway.build.limits import UNZIPPED_LIMIT
from fairway.model.errors import Failed, Interrupted
from fairway.model.events import BuildFinished
from fairway.model.location import Location
from fairway.model.values import Asset


def place(location: Location | None) -> tuple[str, int]:
    assert location is not None
    return Path(location.file).name, location.line


def test_all_assets_are_looked_at_and_the_good_ones_built(bench: Workbench) -> None:
    broken = bench.write("broken", {"app.py": "def other(): ...\n"})
    text = "six==1.16.0\nthis is not one\nidna>>1\n./nowhere\n"
    requirements = bench.write("requirements", {"app.py": HANDLER, "requirements.txt": text})
    good = bench.write("good", {"app.py": HANDLER})
    assets = [
        function(bench.root / "missing", address="Missing"),
        function(broken, address="Broken"),
        function(requirements, address="Requirements"),
        function(good, address="Good"),
    ]
    findings = bench.refuse(*assets)
    assert {finding.code for finding in findings} == {
        "build.missing-code", "build.handler", "build.requirement"
    }  # fmt: skip
    assert [e.address for e in bench.events if isinstance(e, BuildFinished)] == ["Good"]


def test_broken_requirements_point_at_their_lines(bench: Workbench) -> None:
    text = "# ours\nsix==1.16.0\n\nthis is not one\nidna>>1\n"
    folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": text})
    expected = [("requirements.txt", 4), ("requirements.txt", 5)]
    assert [place(finding.location) for finding in check_assets([function(folder)])] == expected
    assert [place(finding.location) for finding in bench.refuse(function(folder))] == expected


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("six\n-r nowhere.txt\n", 2),
        ("six\n\n./nowhere\n", 3),
        ("-e ../nowhere\n", 1),
        ("-r requirements.txt\n", 1),
    ],
)
def test_requirements_that_name_missing_files_are_found_offline(
    bench: Workbench, text: str, line: int
) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": text})
    (finding,) = check_assets([function(folder)])
    assert finding.code == "build.requirement"
    assert place(finding.location) == ("requirements.txt", line)


@pytest.mark.parametrize("text", ["fairway-no-such-package==1.0", "idna==99.0", "idna==3.7\nidna==3.6"])
def test_what_the_index_does_not_have_points_at_its_line(bench: Workbench, text: str) -> None:
    files = {"app.py": HANDLER, "requirements.txt": f"six\n{text}\n"}
    (finding,) = bench.refuse(function(bench.write("code", files)))
    assert finding.code == "build.requirement"
    assert place(finding.location) == ("requirements.txt", 2)
    assert finding.why


def test_a_package_without_a_wheel_for_the_platform_is_named(bench: Workbench) -> None:
    tag = "cp312-cp312-manylinux_2_17_x86_64"
    files = {f"w/fast-1.0-{tag}.whl": wheel("fast", "1.0", {"fast.py": ""}, tag)}
    text = "six\nfast==1.0\n--find-links ./w\n"
    folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": text, **files})
    bench.build(function(folder))
    (finding,) = bench.refuse(function(folder, architecture="arm64"))
    assert finding.code == "build.no-wheel"
    assert "fast has no wheel for Python 3.12 on arm64" in finding.message
    assert place(finding.location) == ("requirements.txt", 2)


@pytest.mark.parametrize("same", [True, False])
def test_a_package_whose_build_gives_binaries_for_this_machine_is_refused(
    bench: Workbench, same: bool
) -> None:
    """Even where Python and architecture are this machine's: its system libraries are not Lambda's."""
    setup = (
        "from setuptools import setup\nfrom setuptools.dist import Distribution\n"
        "class Native(Distribution):\n    def has_ext_modules(self):\n        return True\n"
        "setup(name='native', version='1', py_modules=['native'], distclass=Native)\n"
    )
    bench.write("native", {"setup.py": setup, "native.py": ""})
    folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": "../native\n"})
    ours = {"aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "x86_64")
    other = "arm64" if ours == "x86_64" else "x86_64"
    runtime = f"python3.{sys.version_info.minor}"
    (finding,) = bench.refuse(function(folder, architecture=ours if same else other, runtime=runtime))
    assert finding.code == "build.no-wheel"
    assert "native has no wheel" in finding.message
    assert place(finding.location) == ("requirements.txt", 1)


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({"Pipfile": "[packages]\nsix = '*'\n"}, "build.manifest"),
        ({"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.11'\nsix = '*'\n"}, "build.manifest"),
        ({"pyproject.toml": "[project\n"}, "build.manifest"),
        ({"pyproject.toml": "tool.uv.sources.a.path='a'\n[project]\ndependencies=['a']\n"}, "build.lock"),
        ({"pyproject.toml": "[project]\ndependencies='six'\n"}, "build.manifest"),
        ({"requirements.txt": b"\xff\xfe\x00"}, "build.requirement"),
    ],
)  # fmt: skip
def test_manifests_that_are_not_read_are_refused(bench: Workbench, files: dict[str, str], code: str) -> None:
    (finding,) = check_assets([function(bench.write("code", {"app.py": HANDLER, **files}))])
    assert finding.code == code
    assert place(finding.location)[0] in files


@pytest.mark.parametrize(
    ("runtime", "files"),
    [
        ("java21", {"pom.xml": ""}),
        ("dotnet8", {"App.csproj": ""}),
        ("provided.al2023", {"go.mod": ""}),
        ("provided.al2023", {"Cargo.toml": ""}),
        ("ruby3.3", {"Gemfile": ""}),
    ],
)
def test_languages_that_are_not_built_here_are_refused_unless_finished(
    bench: Workbench, runtime: str, files: dict[str, str]
) -> None:
    folder = bench.write("source", files)
    (finding,) = check_assets([function(folder, runtime=runtime)])
    assert finding.code == "build.method"
    finished = bench.write("finished", {"bootstrap": "#!/bin/sh\n"})
    assert names(bench.build(function(finished, runtime=runtime))[0]) == ["bootstrap"]
    assert bench.build(function(folder, runtime=runtime, options={"SkipBuild": True}))


@pytest.mark.parametrize("runtime", ["", "pyhton3.12", "python2.7", "nodejs12.x", "python3"])
def test_a_runtime_that_lambda_does_not_offer_is_refused(bench: Workbench, runtime: str) -> None:
    (finding,) = check_assets([function(bench.write("code", {"app.py": HANDLER}), runtime=runtime)])
    assert finding.code == "build.runtime"


@pytest.mark.parametrize("content", ["{", "[]", '{"dependencies": ["ms"]}', '{"dependencies": {"ms": 1}}'])
def test_a_broken_package_json_is_refused(bench: Workbench, content: str) -> None:
    folder = bench.write("code", {"index.js": "exports.handler = 1", "package.json": content})
    (finding,) = check_assets([function(folder, runtime="nodejs22.x", handler="index.handler")])
    assert finding.code == "build.manifest"
    assert place(finding.location) == ("package.json", 1)


@pytest.mark.parametrize("method", ["esbuild", "nodejs20.x", "java21", "nonsense"])
def test_a_build_method_must_fit_the_runtime(bench: Workbench, method: str) -> None:
    folder = bench.write("code", {"app.py": HANDLER})
    (finding,) = check_assets([function(folder, options={"BuildMethod": method})])
    assert finding.code == "build.method"
    assert check_assets([function(folder, options={"BuildMethod": "python-uv"})]) == ()


def test_an_architecture_that_lambda_does_not_offer_is_refused(bench: Workbench) -> None:
    (finding,) = check_assets([function(bench.write("code", {"app.py": HANDLER}), architecture="riscv")])
    assert finding.code == "build.architecture"


@pytest.mark.parametrize("method", ["makefile", "rust-cargolambda", "go1.x-modules", "esbuild", "java21"])
def test_a_build_method_that_is_not_supported_is_refused(bench: Workbench, method: str) -> None:
    (finding,) = check_assets([layer(bench.write("code", {"a": ""}), method=method)])
    assert finding.code == "build.method"
    assert method in finding.message


def test_files_that_cannot_go_into_an_archive_are_all_named(bench: Workbench) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "sub/a.txt": ""})
    (folder / "broken").symlink_to("nowhere")
    (folder / "sub/circle").symlink_to("..")
    os.mkfifo(folder / "pipe")
    with open(os.fsencode(folder) + b"/\xff.txt", "w"):
        pass
    assert {finding.code for finding in check_assets([function(folder)])} == {
        "build.broken-link", "build.link-circle", "build.special-file", "build.file-name"
    }  # fmt: skip


def test_a_socket_is_no_code(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = bench.write("code", {"app.py": HANDLER})
    monkeypatch.chdir(folder)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s")
        (finding,) = check_assets([function(folder)])
    assert finding.code == "build.special-file"
    assert finding.message.startswith("s is neither")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_named(bench: Workbench) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "secret.txt": ""})
    (folder / "secret.txt").chmod(0)
    (finding,) = check_assets([function(folder)])
    assert finding.code == "build.unreadable"


def test_code_over_the_limit_names_what_is_big(bench: Workbench) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "models/small.bin": "x"})
    with open(folder / "models/big.bin", "wb") as file:
        file.truncate(UNZIPPED_LIMIT)
    (finding,) = check_assets([function(folder)])
    assert finding.code == "build.too-big"
    assert "models 250 MB" in finding.why


def test_a_folder_without_code_and_a_bad_archive_are_refused(bench: Workbench) -> None:
    (bench.root / "bad.zip").write_text("no zip")
    empty, bad = layer(bench.write("empty", {".git/config": ""})), function(bench.root / "bad.zip")
    assert [finding.code for finding in check_assets([empty, bad])] == ["build.empty", "build.bad-archive"]


def test_an_unreachable_index_is_no_mistake_of_the_users(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UV_CACHE_DIR", str(bench.root / "uv"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://user:hunter2@127.0.0.1:9/simple")
    folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": "six\n"})
    with pytest.raises(Failed) as caught:
        bench.build(function(folder))
    assert caught.value.code == "build.network"
    assert "hunter2" not in caught.value.why


@pytest.fixture
def interruptible() -> Iterator[None]:
    """A shell starts what it puts into the background with Ctrl-C ignored, test runs of a CI too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_build_stops_its_programs_and_leaves_nothing(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The index never answers: only stopping uv can end this build."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("UV_CACHE_DIR", str(bench.root / "uv"))
        monkeypatch.setenv("UV_DEFAULT_INDEX", f"http://127.0.0.1:{silent.getsockname()[1]}/simple")
        folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": "six\n"})
        asset = function(folder)
        silent.settimeout(20)
        threading.Thread(target=_interrupt_when_asked, args=(silent,), daemon=True).start()
        started = time.monotonic()
        with pytest.raises((KeyboardInterrupt, Interrupted)):
            build_all([asset], bench.cache, bench.events.append, clock=time.time, workers=1)
    assert time.monotonic() - started < 15
    assert list((bench.cache / "work").iterdir()) == []
    assert not (bench.cache / "entries").exists()


def _interrupt_when_asked(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(5)


def test_equal_assets_have_one_key(bench: Workbench) -> None:
    one = function(bench.root, address="One", handler="a.b", location=None)
    assert asset_key(one) == asset_key(function(bench.root, address="Two"))
    assert asset_key(one) != asset_key(function(bench.root, architecture="arm64"))
    assert asset_key(one) != asset_key(Asset("layer", "One", str(bench.root), "python3.12"))
