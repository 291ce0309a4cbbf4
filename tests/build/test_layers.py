"""Layers are laid out as /opt wants them, and import in a real interpreter."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from tests.build.bench import Workbench, import_in_python, layer, names, wheel

from fairway.build import check_assets

TINY = {"w/tiny-1.0-py3-none-any.whl": wheel("tiny", "1.0", {"tiny.py": "VALUE = 'tiny'\n"})}
REQUIREMENTS = {"requirements.txt": "./w/tiny-1.0-py3-none-any.whl\n"}


def test_a_folder_already_laid_out_is_zipped_as_it_is(bench: Workbench) -> None:
    folder = bench.write("layer", {"python/shared.py": "VALUE = 1\n", "bin/tool": "#!/bin/sh\n"})
    assert names(bench.build(layer(folder))[0]) == ["bin/tool", "python/shared.py"]


@pytest.mark.parametrize("method", ["python3.11", ""])
def test_requirements_are_installed_below_python(bench: Workbench, tmp_path: Path, method: str) -> None:
    text = "markupsafe==3.0.2\n"
    folder = bench.write("layer", {"requirements.txt": text, "shared.py": "VALUE = 1\n"})
    (artifact,) = bench.build(layer(folder, method=method, runtime="python3.11"))
    assert all(name.startswith("python/") for name in names(artifact))
    with zipfile.ZipFile(artifact.path) as archive:
        archive.extractall(tmp_path / "opt")
    code = "import shared, markupsafe._speedups as fast; print(shared.VALUE, fast.__name__)"
    assert import_in_python(tmp_path / "opt/python", code) == "1 markupsafe._speedups"


def test_a_build_method_adds_packages_to_a_layout(bench: Workbench) -> None:
    files: dict[str, str | bytes] = {"python/shared.py": "VALUE = 1\n", **REQUIREMENTS, **TINY}
    folder = bench.write("layer", files)
    inside = names(bench.build(layer(folder, method="python3.12"))[0])
    assert "python/shared.py" in inside
    assert "python/tiny.py" in inside
    assert "python/python/shared.py" not in inside


def test_requirements_may_stand_in_the_layout(bench: Workbench) -> None:
    files: dict[str, str | bytes] = {f"python/{name}": data for name, data in TINY.items()}
    files["python/requirements.txt"] = REQUIREMENTS["requirements.txt"]
    folder = bench.write("layer", files)
    assert "python/tiny.py" in names(bench.build(layer(folder, method="python3.12"))[0])


def test_files_without_a_language_are_a_layer_too(bench: Workbench) -> None:
    folder = bench.write("layer", {"data/words.txt": "words"})
    assert names(bench.build(layer(folder, runtime=""))[0]) == ["data/words.txt"]


def test_a_comment_in_the_requirements_makes_no_new_layer(bench: Workbench) -> None:
    """A new layer version would make every function that uses it change."""
    files: dict[str, str | bytes] = {**REQUIREMENTS, **TINY}
    folder = bench.write("layer", files)
    before = bench.build(layer(folder, method="python3.12"))
    (folder / "requirements.txt").write_text("# pinned\n" + REQUIREMENTS["requirements.txt"])
    assert bench.build(layer(folder, method="python3.12")) == before


def test_a_layer_names_its_architecture_by_itself(bench: Workbench) -> None:
    folder = bench.write("layer", {"requirements.txt": "markupsafe==3.0.2\n"})
    options = {"BuildMethod": "python3.12", "BuildArchitecture": "arm64"}
    inside = names(bench.build(layer(folder, options=options))[0])
    assert "python/markupsafe/_speedups.cpython-312-aarch64-linux-gnu.so" in inside
    (finding,) = check_assets([layer(folder, options={**options, "BuildArchitecture": "mips"})])
    assert finding.code == "build.architecture"


def test_packages_for_a_runtime_that_nobody_names_are_refused(bench: Workbench) -> None:
    """Zipped as it is, such a layer would hold none of the packages that it is there for."""
    folder = bench.write("layer", {"requirements.txt": "six\n"})
    (finding,) = check_assets([layer(folder, runtime="")])
    assert finding.code == "build.layer"
    assert "BuildMethod" in finding.next
