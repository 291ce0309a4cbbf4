"""Packages are those of the function's platform and Python, from whichever manifest the folder has."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.build.bench import HANDLER, Workbench, function, import_in_python, names, read, wheel
from uv import find_uv_bin

from fairway.build.python import _uv
from fairway.model.values import Artifact

AARCH64, X86_64 = 183, 62
SETUPTOOLS = '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'


def machine(artifact: Artifact, pattern: str) -> tuple[str, int]:
    """Name and ELF machine of the one compiled module that fits."""
    (name,) = (name for name in names(artifact) if re.search(pattern, name) and name.endswith(".so"))
    return name, int.from_bytes(read(artifact, name)[18:20], "little")


@pytest.mark.parametrize("runtime", ["python3.10", "python3.13"])
def test_each_platform_gets_its_own_wheels(bench: Workbench, runtime: str) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": "markupsafe==3.0.2\n"})
    arm, intel = bench.build(
        function(folder, runtime=runtime, architecture="arm64"),
        function(folder, runtime=runtime, architecture="x86_64"),
    )
    version = runtime.removeprefix("python").replace(".", "")
    assert machine(arm, "speedups") == (
        f"markupsafe/_speedups.cpython-{version}-aarch64-linux-gnu.so",
        AARCH64,
    )
    assert machine(intel, "speedups") == (
        f"markupsafe/_speedups.cpython-{version}-x86_64-linux-gnu.so",
        X86_64,
    )


def test_wheels_for_a_newer_system_are_not_taken_for_an_older_one(bench: Workbench) -> None:
    """Amazon Linux 2 (up to Python 3.11) has an older C library than Amazon Linux 2023."""
    tags = "py3-none-manylinux_2_28_x86_64"
    files = {f"wheels/new-2.0-{tags}.whl": wheel("new", "2.0", {"new.py": "V = 2\n"}, tags)}
    files["wheels/new-1.0-py3-none-any.whl"] = wheel("new", "1.0", {"new.py": "V = 1\n"})
    requirements = {"requirements.txt": "--no-index\n--find-links ./wheels\nnew\n"}
    folder = bench.write("code", {"app.py": HANDLER, **requirements, **files})
    old, new = bench.build(function(folder, runtime="python3.11"), function(folder, runtime="python3.12"))
    assert read(old, "new.py") == b"V = 1\n"
    assert read(new, "new.py") == b"V = 2\n"


def test_markers_are_those_of_the_target(bench: Workbench) -> None:
    text = "six==1.16.0; python_version < '3.12'\nidna==3.7; platform_machine == 'aarch64'\n"
    folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": text})
    old, arm = bench.build(
        function(folder, runtime="python3.11"), function(folder, runtime="python3.12", architecture="arm64")
    )
    assert "six.py" in names(old)
    assert "idna/core.py" not in names(old)
    assert "six.py" not in names(arm)
    assert "idna/core.py" in names(arm)


def test_the_packages_work_in_a_real_interpreter(bench: Workbench, tmp_path: Path) -> None:
    text = "jinja2==3.1.4\n--only-binary :all:\n"
    folder = bench.write("code", {"app.py": "import jinja2\n" + HANDLER, "requirements.txt": text})
    (artifact,) = bench.build(function(folder, runtime=f"python3.{sys.version_info.minor}"))
    with zipfile.ZipFile(artifact.path) as archive:
        archive.extractall(tmp_path / "task")
    code = (
        "import app, importlib.metadata, markupsafe._speedups\n"
        "print(app.handler({}, None), importlib.metadata.version('jinja2'))"
    )
    assert import_in_python(tmp_path / "task", code) == "hello 3.1.4"


def test_pure_python_without_a_wheel_is_built_from_its_source(bench: Workbench) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": "docopt==0.6.2\n"})
    (artifact,) = bench.build(function(folder, architecture="arm64"))
    assert "docopt.py" in names(artifact)


def test_included_files_and_constraints_are_followed(bench: Workbench) -> None:
    files = {
        "requirements.txt": "-r more/base.txt\n-c limits.txt\n",
        "more/base.txt": "idna \\\n  >=3\n",
        "limits.txt": "idna==3.7\nsix==1.16.0\n",
    }
    (artifact,) = bench.build(function(bench.write("code", {"app.py": HANDLER, **files})))
    assert "idna-3.7.dist-info/METADATA" in names(artifact)
    assert "six.py" not in names(artifact)


def test_a_local_package_is_installed_for_real(bench: Workbench) -> None:
    """Even an editable one, and without a build's remains in the user's folder."""
    bench.write("shared", {
        "pyproject.toml": f'[project]\nname = "shared"\nversion = "1"\n{SETUPTOOLS}',
        "shared/__init__.py": "VALUE = 1\n",
    })  # fmt: skip
    folder = bench.write("code", {"app.py": HANDLER, "requirements.txt": "-e ../shared\n"})
    (before,) = bench.build(function(folder))
    assert read(before, "shared/__init__.py") == b"VALUE = 1\n"
    assert sorted(path.name for path in (bench.root / "shared").iterdir()) == ["pyproject.toml", "shared"]
    (bench.root / "shared/shared/__init__.py").write_text("VALUE = 2\n")
    assert read(bench.build(function(folder))[0], "shared/__init__.py") == b"VALUE = 2\n"


PROJECT = '[project]\nname = "app"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["idna>=3"]\n'


def lock(folder: Path) -> None:
    subprocess.run([find_uv_bin(), "lock", "--quiet"], cwd=folder, check=True)


def test_a_pyproject_is_a_manifest(bench: Workbench) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "pyproject.toml": PROJECT})
    assert "idna/core.py" in names(bench.build(function(folder))[0])


def test_a_lock_decides_the_versions(bench: Workbench) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "pyproject.toml": PROJECT.replace('>=3"', '==3.6"')})
    lock(folder)
    (folder / "pyproject.toml").write_text(PROJECT)
    lock(folder)  # keeps 3.6, which still fits
    (artifact,) = bench.build(function(folder))
    assert "idna-3.6.dist-info/METADATA" in names(artifact)


def test_a_lock_that_does_not_fit_is_refused(bench: Workbench) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "pyproject.toml": PROJECT})
    lock(folder)
    (folder / "pyproject.toml").write_text(PROJECT.replace("idna>=3", "six"))
    (finding,) = bench.refuse(function(folder))
    assert finding.code == "build.lock"
    assert finding.location is not None
    assert finding.location.file.endswith("uv.lock")


def test_a_member_of_a_workspace_gets_its_locked_and_local_packages(bench: Workbench) -> None:
    shared = '[project]\nname = "shared"\nversion = "1"\nrequires-python = ">=3.10"\n'
    sources = "[tool.uv.sources]\nshared = { workspace = true }\n"
    bench.write("mono", {
        "pyproject.toml": '[tool.uv.workspace]\nmembers = ["code", "shared"]\n',
        "shared/pyproject.toml": shared + SETUPTOOLS,
        "shared/shared/__init__.py": "VALUE = 1\n",
        "code/pyproject.toml": PROJECT.replace("idna>=3", "shared") + sources,
        "code/app.py": HANDLER,
    })  # fmt: skip
    folder = bench.root / "mono/code"
    lock(folder)
    assert read(bench.build(function(folder))[0], "shared/__init__.py") == b"VALUE = 1\n"
    (bench.root / "mono/shared/shared/__init__.py").write_text("VALUE = 2\n")
    assert read(bench.build(function(folder))[0], "shared/__init__.py") == b"VALUE = 2\n"


def test_a_pyproject_that_only_sets_tools_installs_nothing(bench: Workbench) -> None:
    folder = bench.write("code", {"app.py": HANDLER, "pyproject.toml": "[tool.ruff]\nline-length = 100\n"})
    assert names(bench.build(function(folder))[0]) == ["app.py", "pyproject.toml"]


def test_the_functions_own_file_goes_before_a_packages(bench: Workbench) -> None:
    wheels = {"w/tiny-1.0-py3-none-any.whl": wheel("tiny", "1.0", {"tiny.py": "theirs\n", "more.py": ""})}
    text = {"requirements.txt": "./w/tiny-1.0-py3-none-any.whl\n", "tiny.py": "OURS = 1\n"}
    (artifact,) = bench.build(function(bench.write("code", {"app.py": HANDLER, **wheels, **text})))
    assert read(artifact, "tiny.py") == b"OURS = 1\n"
    assert names(artifact).count("tiny.py") == 1
    assert "more.py" in names(artifact)


def test_builds_at_once_look_for_uv_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks sysconfig, whose first answer is not made for several threads."""
    there: list[int] = []
    most = 0

    def find() -> str:
        nonlocal most
        there.append(1)
        most = max(most, len(there))
        time.sleep(0.01)
        there.pop()
        return "uv"

    monkeypatch.setattr("uv.find_uv_bin", find)
    with ThreadPoolExecutor(4) as builds:
        found = list(builds.map(lambda _: _uv(), range(4)))
    assert (found, most) == (["uv"] * 4, 1)
