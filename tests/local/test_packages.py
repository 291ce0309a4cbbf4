"""Packages are unpacked as Lambda would: permissions kept, nothing outside the folder, once per content."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

from tests.local_cloud import Cloud, zipped

from fairway.local.functions.model import Package
from fairway.local.functions.packages import Packages


def with_mode(name: str, text: str, mode: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, text)
    return content.getvalue()


def test_an_executable_stays_executable(tmp_path: Path) -> None:
    folder = Packages(tmp_path / "p").task_root(Package.of(with_mode("run", "#!/bin/sh\n", 0o755)))
    assert os.access(folder / "run", os.X_OK)


def test_a_name_that_points_outside_stays_inside(tmp_path: Path) -> None:
    folder = Packages(tmp_path / "p").task_root(Package.of(zipped({"../../evil": "x", "/absolute": "y"})))
    assert sorted(path.name for path in folder.iterdir()) == ["absolute", "evil"]
    assert not (tmp_path / "evil").exists()


def test_the_same_content_is_one_folder_and_layers_keep_their_order(tmp_path: Path) -> None:
    packages = Packages(tmp_path / "p")
    one, two = Package.of(zipped({"a": "one"})), Package.of(zipped({"a": "two"}))
    assert packages.task_root(one) == packages.task_root(Package.of(one.content))
    assert packages.opt(()) is None
    opt = [packages.opt((one, two)), packages.opt((two, one))]
    assert [folder and (folder / "a").read_text() for folder in opt] == ["two", "one"]


def test_a_custom_runtime_is_the_bootstrap_of_its_package(local_cloud: Cloud) -> None:
    script = """#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
exec python3 -c '
import os, sys, urllib.request as web
while True:
    event = web.urlopen(sys.argv[1] + "/next")
    request = event.headers["Lambda-Runtime-Aws-Request-Id"]
    web.urlopen(sys.argv[1] + "/" + request + "/response", data=b"[" + event.read() + b"]").read()
' "$api"
"""
    lam = local_cloud.client("lambda")
    lam.create_function(
        FunctionName="custom-runtime",
        Runtime="provided.al2023",
        Handler="unused",
        Role=local_cloud.role(),
        Code={"ZipFile": with_mode("bootstrap", script, 0o755)},
    )
    assert local_cloud.invoke("custom-runtime", {"n": 1}) == [{"n": 1}]
