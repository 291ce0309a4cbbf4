"""Finds the function that a handler names, before anything is deployed."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from fairway.build.files import File
from fairway.build.runtimes import language, python_minor
from fairway.model.errors import Finding
from fairway.model.location import Location
from fairway.model.values import Asset

_NODE_ENDINGS = (".js", ".mjs", ".cjs", "")
_TYPESCRIPT = (".ts", ".mts", ".tsx")
_NATIVE_ENDINGS = (".so", ".pyd")
_OPEN_EXPORTS = re.compile(
    r"export\s*\*|module\.exports\s*=|exports\[|Object\.(?:assign|defineProperty)\(|__exportStar"
)


@dataclass(frozen=True)
class Code:
    """The files of an artifact as a handler sees them. `shown` says where a file is for people."""

    names: Collection[str]
    read: Callable[[str], bytes]
    shown: Callable[[str], str] = str


def code_of(files: Iterable[File], shown: Callable[[str], str] = str) -> Code:
    """Files that are in memory."""
    by_name = {file.name: file.data for file in files}
    return Code(by_name.keys(), by_name.__getitem__, shown)


def check_handler(asset: Asset, code: Code, *, elsewhere: bool = False) -> tuple[Finding, ...]:
    """What is wrong with a function's handler.

    `elsewhere` says that packages not among the files may hold it (dependencies that are not installed
    yet): then a missing module is no finding. The rules are those of Lambda's runtimes
    [docs:lambda python-handler, nodejs-handler]; other languages' handlers are not looked into.
    """
    check = {"python": _check_python, "nodejs": _check_node}.get(language(asset.runtime))
    # Layers are mounted at /opt: a handler may be there, and only the deployed function knows.
    if check is None or asset.kind == "layer" or asset.handler.startswith("/opt/"):
        return ()
    if "." not in asset.handler.rpartition("/")[2]:
        return (
            _finding(asset, f"the handler {asset.handler!r} names no function", "write it as file.function"),
        )
    return check(asset, code, elsewhere)


def _check_python(asset: Asset, code: Code, elsewhere: bool) -> tuple[Finding, ...]:
    module, _, function = asset.handler.rpartition(".")
    path = module.replace(".", "/")
    file = next((name for name in (f"{path}.py", f"{path}/__init__.py") if name in code.names), None)
    if file is None:
        native = any(name.startswith(f"{path}.") and name.endswith(_NATIVE_ENDINGS) for name in code.names)
        return () if native or elsewhere else (_missing(asset, f"{path}.py", code),)
    try:
        tree = ast.parse(code.read(file))
    except (SyntaxError, ValueError) as error:
        return _syntax(asset, code.shown(file), error)
    if function in _defined(tree.body):
        return ()
    what = f"{code.shown(file)} defines no {function}, which the handler {asset.handler} names"
    return (_finding(asset, what, f"define {function} there or correct the handler"),)


def _syntax(asset: Asset, shown: str, error: Exception) -> tuple[Finding, ...]:
    """A mistake in the handler's file, unless it may be a form newer than the Python this runs on."""
    if python_minor(asset.runtime) > sys.version_info.minor:
        return ()
    line = getattr(error, "lineno", None) or 1
    what = f"{shown} is not Python: {getattr(error, 'msg', error)}"
    return (Finding("build.syntax", what, Location(shown, line), next="correct it"),)


class _Anything(frozenset[str]):
    """The names of a module that cannot be told by reading it."""

    def __contains__(self, name: object) -> bool:
        return True


def _defined(body: Iterable[ast.stmt]) -> frozenset[str]:
    """The names a module's top level binds, branches included."""
    names: set[str] = set()
    for statement in body:
        for node in _top_level(statement):
            match node:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    names.add(name)
                    if name == "__getattr__":
                        return _Anything()
                case ast.alias(name="*"):
                    return _Anything()
                case ast.alias(name=name, asname=alias):
                    names.add(alias or name.partition(".")[0])
                case ast.Name(id="globals" | "setattr", ctx=ast.Load()):
                    return _Anything()
                case ast.Name(id=name, ctx=ast.Store()):
                    names.add(name)
    return frozenset(names)


def _top_level(node: ast.AST) -> Iterable[ast.AST]:
    """A node and what is below it, functions' and classes' insides excepted."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from _top_level(child)


def _check_node(asset: Asset, code: Code, elsewhere: bool) -> tuple[Finding, ...]:
    """Lambda takes the last path part up to its first dot as the file, the rest as the export."""
    folder, _, last = asset.handler.rpartition("/")
    stem, _, export = last.partition(".")
    path = f"{folder}/{stem}".removeprefix("./").lstrip("/")
    file = next((path + ending for ending in _NODE_ENDINGS if path + ending in code.names), None)
    if file is None:
        in_package = elsewhere and path.startswith("node_modules/")
        return () if in_package else (_missing(asset, f"{path}.js", code),)
    text = code.read(file).decode(errors="replace")
    name = export.partition(".")[0]
    if re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", text) or _OPEN_EXPORTS.search(text):
        return ()
    what = f"{code.shown(file)} exports no {name}, which the handler {asset.handler} names"
    return (_finding(asset, what, f"export {name} there or correct the handler"),)


def _missing(asset: Asset, file: str, code: Code) -> Finding:
    stem = file.rpartition(".")[0]
    if typescript := next((stem + ending for ending in _TYPESCRIPT if stem + ending in code.names), None):
        after = f"{typescript} must be compiled: add Metadata with BuildMethod: esbuild"
    else:
        name = file.rpartition("/")[2]
        near = sorted(other for other in code.names if other.rpartition("/")[2] == name)[:3]
        after = f"there is {', '.join(near)}; the handler's path starts at the code's folder" if near else ""
    what = f"there is no {code.shown(file)}, where the handler {asset.handler} should be"
    return _finding(asset, what, after or "correct the handler or the code's path")


def _finding(asset: Asset, what: str, after: str) -> Finding:
    return Finding("build.handler", what, asset.location, next=after)
