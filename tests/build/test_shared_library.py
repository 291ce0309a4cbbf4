"""A library that lies beside the functions is part of the code of those that ask for it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.build.bench import HANDLER, Workbench, function, import_in_python, names, read
from tests.build.test_python_packages import SETUPTOOLS

from fairway.model.values import Artifact, Asset

REQUIREMENTS = {"One": "../lib\n", "Two": "-e ../lib\n", "Three": "shared @ file:../lib\n", "Alone": ""}
USERS = {"One", "Two", "Three"}


@pytest.fixture
def functions(bench: Workbench) -> Sequence[Asset]:
    bench.write("lib", {
        "pyproject.toml": f'[project]\nname = "shared"\nversion = "1"\n{SETUPTOOLS}',
        "shared/__init__.py": "VALUE = 1\n",
        "README.md": "for people\n",
    })  # fmt: skip
    return [
        function(
            bench.write(name, {"app.py": HANDLER, **({"requirements.txt": lines} if lines else {})}),
            address=name,
        )
        for name, lines in REQUIREMENTS.items()
    ]


def digests(built: Sequence[Artifact]) -> dict[str, str]:
    return dict(zip(REQUIREMENTS, (each.digest for each in built), strict=True))


def test_a_change_of_the_library_is_a_change_of_its_users_alone(
    bench: Workbench, functions: Sequence[Asset]
) -> None:
    first = digests(bench.build(*functions))
    assert digests(bench.build(*functions)) == first

    (bench.root / "lib/shared/__init__.py").write_text("VALUE = 2\n")
    changed = bench.build(*functions)
    assert {name for name, digest in digests(changed).items() if digest != first[name]} == USERS
    assert read(changed[0], "shared/__init__.py") == b"VALUE = 2\n"


def test_where_the_project_lies_is_no_part_of_the_code(bench: Workbench, functions: Sequence[Asset]) -> None:
    built = bench.build(*functions)
    for artifact in built:
        assert not any(str(bench.root).encode() in read(artifact, name) for name in names(artifact))


def test_the_library_can_be_imported(bench: Workbench, functions: Sequence[Asset]) -> None:
    import zipfile

    (artifact, *_) = bench.build(*functions)
    unpacked = bench.root / "unpacked"
    zipfile.ZipFile(artifact.path).extractall(unpacked)
    assert import_in_python(unpacked, "import shared; print(shared.VALUE)") == "1"
