"""The parts of a repository that have tests, and those that a browser loads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from fairway.project.init.facts import Front, Suite
from fairway.project.init.files import Files, as_map

_NO_TEST = "no test specified"
"""In what `npm init` writes for a project without tests."""
_LOCKS = {"package-lock.json": "npm ci", "pnpm-lock.yaml": "pnpm install --frozen-lockfile"}
_LOCKS |= {"yarn.lock": "yarn install --immutable"}
_RUNNERS = {"pnpm-lock.yaml": "pnpm", "yarn.lock": "yarn"}
_BUNDLERS = {
    "vite": ("dist", ("assets/*",)),  # docs:vite.dev/config/build-options (outDir, assetsDir)
    "react-scripts": ("build", ("static/*",)),  # docs:create-react-app.dev/docs/production-build
    "@vue/cli-service": ("dist", ()),  # docs:cli.vuejs.org/config (outputDir)
    "astro": ("dist", ("_astro/*",)),  # docs:docs.astro.build/en/reference/configuration-reference (outDir)
    "parcel": ("dist", ()),  # docs:parceljs.org/features/cli (--dist-dir)
}
"""By the package that builds a front end: the folder it fills, and what there has a hash in its name."""
_LINTERS = {"ruff": "ruff check .", "black": "black --check ."}


def suites(files: Files) -> Iterator[Suite]:
    """Everything that is tested, or looked at by a linter."""
    yield from _pytest(files)
    yield from _linters(files)
    for path in files.named("package.json"):
        package = files.json(path)
        script = as_map(package.get("scripts")).get("test")
        if isinstance(script, str) and _NO_TEST not in script:
            install, runner = _manager(files, path)
            run = f"{install} && CI=true {runner} test" if install else f"CI=true {runner} test"
            yield Suite(_label(path, "npm"), run, path.parent, f"the script `test` of {path}")


def fronts(files: Files) -> Iterator[Front]:
    """The packages that a bundler builds."""
    for path in files.named("package.json"):
        package = files.json(path)
        used = {**as_map(package.get("dependencies")), **as_map(package.get("devDependencies"))}
        tool = next((each for each in _BUNDLERS if each in used), "")
        if tool and "build" in as_map(package.get("scripts")):
            install, runner = _manager(files, path)
            build = f"{install} && {runner} run build" if install else f"{runner} run build"
            output, hashed = _BUNDLERS[tool]
            yield Front(_label(path, "web"), path.parent, build, output, tool, hashed)


def _pytest(files: Files) -> Iterator[Suite]:
    """One suite for each folder that configures pytest or has tests, and is below no other one."""
    found: dict[PurePosixPath, str] = {}
    for folder, sign in sorted(_pytest_folders(files), key=lambda each: len(each[0].parts)):
        if not any(above in found for above in (folder, *folder.parents)):
            found[folder] = sign
    for folder, sign in found.items():
        yield Suite(_label(folder / "pytest", "pytest"), "python -m pytest -q", folder, sign)


def _pytest_folders(files: Files) -> Iterator[tuple[PurePosixPath, str]]:
    for path in files.named("pytest.ini", "conftest.py", "pyproject.toml", "setup.cfg", "tox.ini"):
        if _configures_pytest(files, path):
            yield _above_tests(path.parent), str(path)
    for path in files.paths:
        if path.suffix == ".py" and (path.stem.startswith("test_") or path.stem.endswith("_test")):
            yield _above_tests(path.parent), str(path)


def _configures_pytest(files: Files, path: PurePosixPath) -> bool:
    match path.name:
        case "pyproject.toml":
            return "pytest" in _tools(files, path)
        case "setup.cfg":
            return "[tool:pytest]" in files.text(path)
        case "tox.ini":
            return "\n[pytest]" in files.text(path)
    return True


def _above_tests(folder: PurePosixPath) -> PurePosixPath:
    """Where tests are run from: the folder above `tests`, which has what they import."""
    parts = folder.parts
    at = next((at for at, part in enumerate(parts) if part in ("test", "tests")), len(parts))
    return PurePosixPath(*parts[:at])


def _linters(files: Files) -> Iterator[Suite]:
    """Those that the top folder's own file configures."""
    path = PurePosixPath("pyproject.toml")
    if path in files.paths:
        for tool, run in _LINTERS.items():
            if tool in _tools(files, path):
                yield Suite(tool, run, PurePosixPath(), f"[tool.{tool}] in {path}")


def _tools(files: Files, path: PurePosixPath) -> Mapping[str, Any]:
    return as_map(files.toml(path).get("tool"))


def _manager(files: Files, package: PurePosixPath) -> tuple[str, str]:
    """What installs a package's needs, where their versions are locked, and what runs its scripts."""
    lock = next((name for name in _LOCKS if package.parent / name in files.paths), "")
    return _LOCKS.get(lock, ""), _RUNNERS.get(lock, "npm")


def _label(path: PurePosixPath, otherwise: str) -> str:
    return path.parent.name or otherwise
