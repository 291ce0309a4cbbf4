"""Node.js functions: npm's packages and esbuild's bundles."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.build.bench import Workbench, esbuild, layer, names, node, read

from fairway.build import check_assets

Npm = Callable[..., str]
HANDLER = "const ms = require('ms');\nexports.handler = async () => ms('2 days');\n"
PACKAGE = {"name": "app", "version": "1.0.0", "dependencies": {"ms": "2.1.3"}}
LOCK = ("npm", "install", "--package-lock-only", "--no-audit", "--no-fund")


def unpack(artifact: object, folder: Path) -> Path:
    with zipfile.ZipFile(artifact.path) as archive:  # type: ignore[attr-defined]
        archive.extractall(folder)
    return folder


def call(npm: Npm, folder: Path, module: str = "./index.js") -> str:
    return npm("node", "-e", f"require('{module}').handler().then(r => console.log(r))", cwd=folder).strip()


def test_packages_are_installed_and_the_function_runs(bench: Workbench, npm: Npm, tmp_path: Path) -> None:
    folder = bench.write("code", {"index.js": HANDLER, "package.json": json.dumps(PACKAGE)})
    (artifact,) = bench.build(node(folder))
    assert call(npm, unpack(artifact, tmp_path / "task")) == "172800000"
    assert not (folder / "node_modules").exists()
    assert "node_modules/.package-lock.json" not in names(artifact)


def test_the_lock_decides_the_versions(bench: Workbench, npm: Npm) -> None:
    folder = bench.write("code", {"index.js": HANDLER})
    (folder / "package.json").write_text(json.dumps({**PACKAGE, "dependencies": {"ms": "2.1.1"}}))
    npm(*LOCK, cwd=folder)
    lock = (folder / "package-lock.json").read_text().replace('"ms": "2.1.1"', '"ms": "^2.1.1"')
    (folder / "package-lock.json").write_text(lock)
    (folder / "package.json").write_text(json.dumps({**PACKAGE, "dependencies": {"ms": "^2.1.1"}}))
    (artifact,) = bench.build(node(folder))
    assert json.loads(read(artifact, "node_modules/ms/package.json"))["version"] == "2.1.1"


def test_a_lock_that_does_not_fit_is_refused(bench: Workbench, npm: Npm) -> None:
    folder = bench.write("code", {"index.js": HANDLER, "package.json": json.dumps(PACKAGE)})
    npm(*LOCK, cwd=folder)
    (folder / "package.json").write_text(json.dumps({**PACKAGE, "dependencies": {"ms": "2.0.0"}}))
    (finding,) = bench.refuse(node(folder))
    assert finding.code == "build.lock"
    assert "package.json" in finding.message


def test_development_packages_stay_out(bench: Workbench, npm: Npm) -> None:
    package = {**PACKAGE, "devDependencies": {"isarray": "2.0.5"}}
    folder = bench.write("code", {"index.js": HANDLER, "package.json": json.dumps(package)})
    inside = names(bench.build(node(folder))[0])
    assert "node_modules/ms/index.js" in inside
    assert not [name for name in inside if "isarray" in name]


def test_the_place_does_not_count(tmp_path: Path, npm: Npm) -> None:
    digests = set()
    for place in ("here", "some/where/else"):
        bench = Workbench(tmp_path / place)
        folder = bench.write("code", {"index.js": HANDLER, "package.json": json.dumps(PACKAGE)})
        digests.add(bench.build(node(folder))[0].digest)
    assert len(digests) == 1


def test_packages_of_the_same_repository_are_carried_along(
    bench: Workbench, npm: Npm, tmp_path: Path
) -> None:
    shared = {"name": "shared", "version": "1.0.0", "main": "main.js"}
    bench.write("shared", {"package.json": json.dumps(shared), "main.js": "exports.value = 1;\n"})
    code = "const s = require('shared');\nexports.handler = async () => s.value;\n"
    package = {**PACKAGE, "dependencies": {"shared": "file:../shared"}}
    folder = bench.write("code", {"index.js": code, "package.json": json.dumps(package)})
    assert call(npm, unpack(bench.build(node(folder))[0], tmp_path / "one")) == "1"
    (bench.root / "shared/main.js").write_text("exports.value = 2;\n")
    assert call(npm, unpack(bench.build(node(folder))[0], tmp_path / "two")) == "2"


def test_a_layer_gets_nodejs_node_modules(bench: Workbench, npm: Npm) -> None:
    folder = bench.write("layer", {"package.json": json.dumps(PACKAGE)})
    inside = names(bench.build(layer(folder, method="nodejs20.x"))[0])
    assert "nodejs/node_modules/ms/index.js" in inside


def test_a_package_that_does_not_exist_is_named_with_its_line(bench: Workbench, npm: Npm) -> None:
    package = {**PACKAGE, "dependencies": {"ms": "2.1.3", "fairway-no-such-package": "1.0.0"}}
    folder = bench.write("code", {"index.js": HANDLER, "package.json": json.dumps(package, indent=2)})
    (finding,) = bench.refuse(node(folder))
    assert finding.code == "build.requirement"
    assert finding.location is not None
    assert finding.location.line == 6


def test_each_architecture_gets_its_own_binaries(bench: Workbench, npm: Npm) -> None:
    package = {**PACKAGE, "dependencies": {"lightningcss": "1.29.1"}}
    files = {"index.js": "exports.handler = 1;", "package.json": json.dumps(package)}
    folder = bench.write("code", files)
    npm(*LOCK, cwd=folder)
    arm, intel = bench.build(node(folder, architecture="arm64"), node(folder, architecture="x86_64"))
    assert [name for name in names(arm) if name.endswith(".node")] == [
        "node_modules/lightningcss-linux-arm64-gnu/lightningcss.linux-arm64-gnu.node"
    ]
    assert [name for name in names(intel) if name.endswith(".node")] == [
        "node_modules/lightningcss-linux-x64-gnu/lightningcss.linux-x64-gnu.node"
    ]


def test_binaries_for_another_machine_are_refused(bench: Workbench, npm: Npm) -> None:
    """A package whose install brings only this machine's binary, as node-gyp does."""
    elf = b"\x7fELF" + bytes(14) + (62).to_bytes(2, "little") + bytes(44)
    addon: dict[str, str | bytes] = {
        "package.json": json.dumps({"name": "addon", "version": "1.0.0"}),
        "build/addon.node": elf,
    }
    bench.write("addon", addon)
    package = {**PACKAGE, "dependencies": {"addon": "file:../addon"}}
    folder = bench.write("code", {"index.js": HANDLER, "package.json": json.dumps(package)})
    bench.build(node(folder, architecture="x86_64"))
    (finding,) = bench.refuse(node(folder, architecture="arm64"))
    assert finding.code == "build.foreign-binary"
    assert "addon" in finding.message


def test_another_package_managers_lock_is_refused(bench: Workbench) -> None:
    files = {"index.js": HANDLER, "package.json": json.dumps(PACKAGE), "yarn.lock": ""}
    (finding,) = check_assets([node(bench.write("code", files))])
    assert finding.code == "build.manifest"
    assert "package-lock" in finding.next


def test_without_packages_npm_is_not_needed(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    files = {"index.js": "exports.handler = async () => 1;\n", "package.json": '{"type": "commonjs"}'}
    assert names(bench.build(node(bench.write("code", files)))[0]) == ["index.js", "package.json"]


TYPESCRIPT = "import ms from 'ms';\nexport const handler = async (): Promise<number> => ms('2 days');\n"
BUNDLED = {**PACKAGE, "devDependencies": {"esbuild": "0.25.5"}}


def test_esbuild_bundles_what_runs_by_itself(bench: Workbench, npm: Npm, tmp_path: Path) -> None:
    folder = bench.write("code", {"index.ts": TYPESCRIPT, "package.json": json.dumps(BUNDLED)})
    (artifact,) = bench.build(esbuild(folder, Sourcemap=True, Target="es2022"))
    assert names(artifact) == ["index.js", "index.js.map"]
    assert call(npm, unpack(artifact, tmp_path / "task")) == "172800000"
    sources = json.loads(read(artifact, "index.js.map"))["sources"]
    assert sorted(sources) == ["../src/index.ts", "../src/node_modules/ms/index.js"]

    (folder / "index.ts").write_text(TYPESCRIPT.replace("2 days", "1 day"))
    (changed,) = bench.build(esbuild(folder, Sourcemap=True, Target="es2022"))
    assert call(npm, unpack(changed, tmp_path / "changed")) == "86400000"
    assert bench.cached() == {"Function": False}
    bench.build(esbuild(folder, Sourcemap=True, Target="es2022"))
    assert bench.cached() == {"Function": True}

    (whole,) = bench.build(
        esbuild(folder, Minify=False, External=["ms"], Format="esm", OutExtension=[".js=.mjs"])
    )
    assert names(whole) == ["index.mjs"]
    assert b'from "ms"' in read(whole, "index.mjs")

    (folder / "index.ts").write_text("import x from './nowhere';\nexport const handler = x;\n")
    (finding,) = bench.refuse(esbuild(folder))
    assert finding.code == "build.esbuild"
    assert str(finding.location).endswith("index.ts:1")

    (folder / "index.ts").write_text(TYPESCRIPT)
    (finding,) = bench.refuse(replace(esbuild(folder), handler="main.handler"))
    assert finding.code == "build.handler"
    assert "main.js" in finding.message


def test_esbuild_options_are_checked_at_once(bench: Workbench) -> None:
    folder = bench.write("code", {"index.js": HANDLER})
    findings = check_assets([esbuild(folder, Minifi=True)])
    assert [(f.code, "Minifi" in f.message or "index.ts" in f.message) for f in findings] == [
        ("build.options", True), ("build.missing-file", True)
    ]  # fmt: skip


def test_typescript_without_esbuild_says_how(bench: Workbench) -> None:
    (finding,) = check_assets([node(bench.write("code", {"index.ts": TYPESCRIPT}))])
    assert finding.code == "build.handler"
    assert "esbuild" in finding.next
