"""Whatever stands in the user's files, checking answers with findings; it never raises."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement
from tests.build.bench import HANDLER, Workbench, esbuild, function

from fairway.build import check_assets
from fairway.build.requirements import PINNED, logical_lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
PROPERTIES = st.dictionaries(
    st.sampled_from(["EntryPoints", "Minify", "External", "Banner", "Nonsense"]), JSON
)
OPTIONS = st.fixed_dictionaries(
    {"BuildMethod": st.sampled_from(["esbuild", "python-uv", "makefile", "nodejs22.x", ""]) | JSON},
    optional={"BuildProperties": PROPERTIES | JSON, "SkipBuild": JSON},
)
REQUIREMENT = st.text("ab./-@:#[]=<>;\\ \n'\"~!,", max_size=20) | st.sampled_from(
    ["-r x", "-c ", "-e .", "-f .", "file:", "a @ file:x", "six --hash", "--", "http://", "./a[b];c"]
)


def check(files: dict[str, str], **changes: object) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Workbench(Path(place)).write("code", files)
        for finding in check_assets([function(folder, **changes)]):
            assert finding.message
            assert finding.location is not None


@settings(max_examples=200, deadline=None)
@given(st.lists(REQUIREMENT, max_size=4).map("\n".join))
@example("\\\n")
@example("a ; \\")
def test_any_requirements(text: str) -> None:
    check({"app.py": HANDLER, "requirements.txt": text})


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["dependencies", "devDependencies", "name"]), JSON)
    .map(json.dumps) | JSON.map(json.dumps) | st.text(max_size=10)
)  # fmt: skip
def test_any_package_json(text: str) -> None:
    check(
        {"index.js": "exports.handler = 1", "package.json": text},
        runtime="nodejs22.x",
        handler="index.handler",
    )


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(["project", "tool", "tool.uv", "tool.poetry", "project.dependencies"]),
    st.sampled_from(["dependencies", "sources", "uv", "poetry"]),
    JSON.map(json.dumps),
)
def test_any_pyproject(table: str, key: str, value: str) -> None:
    check({"app.py": HANDLER, "pyproject.toml": f"[{table}]\n{key} = {value}\n"})


@settings(max_examples=100, deadline=None)
@given(
    st.text(max_size=30),
    st.text("ab./\\ \0", max_size=8),
    st.sampled_from(["python3.12", "nodejs22.x", "java21", "x"]),
)
def test_any_code_and_handler(source: str, handler: str, runtime: str) -> None:
    code = source.encode(errors="replace").decode()
    check({"a.py": code, "a.js": code}, handler=handler, runtime=runtime)


@settings(max_examples=100, deadline=None)
@given(OPTIONS, st.sampled_from(["python3.12", "nodejs22.x"]))
def test_any_build_options(options: dict[str, object], runtime: str) -> None:
    check({"app.py": HANDLER, "app.js": "exports.handler = 1"}, options=options, runtime=runtime)


@given(st.text("a#\\ \n", max_size=20))
def test_logical_lines_are_numbered_upwards_and_say_something(text: str) -> None:
    lines = list(logical_lines(text))
    assert [number for number, _ in lines] == sorted({number for number, _ in lines})
    assert all(line.strip() for _, line in lines)


@given(st.from_regex(PINNED, fullmatch=True))
def test_lines_taken_without_the_grammar_are_right_by_it(line: str) -> None:
    assert Requirement(line).name


def test_entry_points_that_are_no_list_are_one() -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Workbench(Path(place)).write("code", {"index.ts": ""})
        assert check_assets([esbuild(folder, EntryPoints="index.ts")]) == ()
