"""A handler that is not there is found before anything is deployed."""

from __future__ import annotations

import zipfile

import pytest
from tests.build.bench import HANDLER, Workbench, function, wheel

from fairway.build import check_assets
from fairway.model.errors import Finding
from fairway.model.location import Location


def findings(bench: Workbench, files: dict[str, str], handler: str, **changes: object) -> tuple[Finding, ...]:
    return check_assets([function(bench.write("code", files), handler=handler, **changes)])


@pytest.mark.parametrize(
    "source",
    [
        "def handler(e, c): ...",
        "async def handler(e, c): ...",
        "class handler: ...",
        "handler = print",
        "handler: object = print",
        "app, handler = 1, print",
        "from other import handler",
        "from other import main as handler",
        "from other import *",
        "if True:\n    from a import handler\nelse:\n    handler = None",
        "try:\n    import handler\nexcept ImportError:\n    raise",
        "def __getattr__(name): ...",
        "globals().update(handler=print)",
    ],
)
def test_every_way_of_binding_a_name_is_accepted(bench: Workbench, source: str) -> None:
    assert findings(bench, {"app.py": source}, "app.handler") == ()


@pytest.mark.parametrize(
    "source",
    ["def other(e, c): ...", "def outer():\n    def handler(): ...", "class A:\n    handler = 1", ""],
)
def test_a_function_that_is_not_defined_is_reported(bench: Workbench, source: str) -> None:
    (finding,) = findings(bench, {"app.py": source}, "app.handler")
    assert finding.code == "build.handler"
    assert "app.py defines no handler" in finding.message
    assert finding.location == Location("template.yaml", 7)


@pytest.mark.parametrize("handler", ["src.app.handler", "src/app.handler"])
@pytest.mark.parametrize("file", ["src/app.py", "src/app/__init__.py"])
def test_modules_in_folders_are_found(bench: Workbench, handler: str, file: str) -> None:
    assert findings(bench, {file: HANDLER}, handler) == ()


def test_a_missing_module_says_where_one_of_that_name_is(bench: Workbench) -> None:
    (finding,) = findings(bench, {"src/app.py": HANDLER}, "app.handler")
    assert "app.py, where the handler app.handler should be" in finding.message
    assert "src/app.py" in finding.next


def test_a_handler_without_a_function_is_reported(bench: Workbench) -> None:
    (finding,) = findings(bench, {"app.py": HANDLER}, "app")
    assert "names no function" in finding.message


def test_a_syntax_error_points_at_its_line(bench: Workbench) -> None:
    (finding,) = findings(bench, {"app.py": "x = 1\ndef handler(:\n"}, "app.handler", runtime="python3.9")
    assert finding.code == "build.syntax"
    assert finding.location is not None
    assert finding.location.line == 2


def test_syntax_newer_than_this_python_is_no_mistake(bench: Workbench) -> None:
    newer = "type Pair[A] = tuple[A, A, =]\n" + HANDLER
    assert findings(bench, {"app.py": newer}, "app.handler", runtime="python3.99") == ()


def test_a_handler_in_an_installed_package_is_found_there(bench: Workbench) -> None:
    files: dict[str, str | bytes] = {
        "w/tiny-1.0-py3-none-any.whl": wheel("tiny", "1.0", {"tiny/entry.py": HANDLER}),
        "requirements.txt": "./w/tiny-1.0-py3-none-any.whl\n",
        "app.py": "",
    }
    folder = bench.write("code", files)
    bench.build(function(folder, handler="tiny.entry.handler"))
    assert check_assets([function(folder, handler="tiny.none.handler")]) == ()
    (finding,) = bench.refuse(function(folder, handler="tiny.none.handler"))
    assert finding.code == "build.handler"


def test_a_handler_may_be_in_a_layer(bench: Workbench) -> None:
    assert findings(bench, {"app.py": ""}, "monitor.wrap", layered=True) == ()
    assert len(findings(bench, {"app.py": ""}, "app.handler", layered=True)) == 1


def test_a_ready_archive_is_looked_into(bench: Workbench) -> None:
    archive = bench.write("out", {}) / "code.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("app.py", HANDLER)
    bench.build(function(archive))
    (finding,) = bench.refuse(function(archive, handler="app.other"))
    assert finding.code == "build.handler"


@pytest.mark.parametrize(
    "source",
    [
        "exports.handler = async () => 1;",
        "module.exports.handler = () => 1;",
        "module.exports = { handler };",
        "module.exports = require('./other');",
        "export const handler = async () => 1;",
        "export async function handler() {}",
        "export { main as handler };",
        "export * from './other.mjs';",
    ],
)
def test_every_way_of_exporting_is_accepted(bench: Workbench, source: str) -> None:
    assert findings(bench, {"index.js": source}, "index.handler", runtime="nodejs22.x") == ()


@pytest.mark.parametrize(
    ("handler", "what"),
    [("index.handler", "index.js exports no handler"), ("app.handler", "no "), ("index", "names")],
)
def test_a_missing_export_or_file_is_reported(bench: Workbench, handler: str, what: str) -> None:
    files = {"index.js": "exports.other = async () => 1;"}
    (finding,) = findings(bench, files, handler, runtime="nodejs22.x")
    assert what in finding.message


@pytest.mark.parametrize("file", ["src/index.mjs", "src/index.cjs", "src/index.js"])
def test_node_files_may_have_any_ending(bench: Workbench, file: str) -> None:
    source = {file: "exports.handler = 1; exports.nested = {};"}
    assert findings(bench, source, "src/index.handler", runtime="nodejs22.x") == ()
    assert findings(bench, source, "src/index.nested.one", runtime="nodejs22.x") == ()


def test_a_handler_under_opt_is_a_layers(bench: Workbench) -> None:
    assert findings(bench, {"index.js": ""}, "/opt/nodejs/wrap.handler", runtime="nodejs22.x") == ()


def test_other_languages_handlers_are_left_alone(bench: Workbench) -> None:
    assert findings(bench, {"bootstrap": "#!/bin/sh\n"}, "anything", runtime="provided.al2023") == ()
