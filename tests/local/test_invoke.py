"""Deployed functions run: their code, configuration and layers are what was deployed last."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.local_cloud import Cloud, zipped

ECHO = {"app.py": "def handler(event, context): return dict(event=event, arn=context.invoked_function_arn)\n"}
NODE_COMMON = {"index.js": "exports.handler = async (event) => ({ event, file: __filename })\n"}
NODE_ESM = {"index.mjs": "export const handler = async (event) => ({ event, url: import.meta.url })\n"}
NODE_CALLBACK = {
    "index.js": "exports.handler = (event, context, done) => setTimeout(() => done(null, event), 5)\n"
}
NODE_TYPE_MODULE = {
    "package.json": '{"type": "module"}',
    "src/index.js": "export const handler = async (event) => event\n",
}


def test_a_python_function_gets_the_event_and_answers(local_cloud: Cloud) -> None:
    name = local_cloud.function(ECHO)
    answer = local_cloud.invoke(name, {"a": [1, "é"]})
    assert answer["event"] == {"a": [1, "é"]}
    assert answer["arn"].endswith(f":function:{name}")


@pytest.mark.parametrize(
    ("files", "handler"),
    [
        (NODE_COMMON, "index.handler"),
        (NODE_ESM, "index.handler"),
        (NODE_CALLBACK, "index.handler"),
        (NODE_TYPE_MODULE, "src/index.handler"),
    ],
    ids=["commonjs", "esm", "callback", "type-module"],
)
def test_a_node_function_of_any_kind_answers(local_cloud: Cloud, files: dict[str, str], handler: str) -> None:
    name = local_cloud.function(files, Runtime="nodejs20.x", Handler=handler)
    answer = local_cloud.invoke(name, {"n": 1})
    assert answer.get("event", answer) == {"n": 1}


def test_new_code_runs_at_the_next_invocation(local_cloud: Cloud) -> None:
    name = local_cloud.function({"app.py": "def handler(event, context): return 'old'\n"})
    assert local_cloud.invoke(name) == "old"
    new = zipped({"app.py": "def handler(event, context): return 'new'\n"})
    local_cloud.client("lambda").update_function_code(FunctionName=name, ZipFile=new)
    assert local_cloud.invoke(name) == "new"


def test_new_environment_runs_at_the_next_invocation(local_cloud: Cloud) -> None:
    code = {"app.py": "import os\ndef handler(event, context): return os.environ['COLOUR']\n"}
    name = local_cloud.function(code, Environment={"Variables": {"COLOUR": "red"}})
    assert local_cloud.invoke(name) == "red"
    local_cloud.client("lambda").update_function_configuration(
        FunctionName=name, Environment={"Variables": {"COLOUR": "blue"}}
    )
    assert local_cloud.invoke(name) == "blue"


def test_a_worker_stays_warm_and_keeps_its_state(local_cloud: Cloud) -> None:
    code = """
import os
seen = []
def handler(event, context):
    seen.append(1)
    return [os.getpid(), len(seen)]
"""
    name = local_cloud.function({"app.py": code})
    first, second = local_cloud.invoke(name), local_cloud.invoke(name)
    assert second == [first[0], 2]


def test_layers_are_found_and_a_later_one_wins(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    arns = [
        lam.publish_layer_version(LayerName=layer, Content={"ZipFile": zipped(files)})["LayerVersionArn"]
        for layer, files in (
            ("below", {"python/shared.py": "who = 'below'\n", "python/deep.py": "here = True\n"}),
            ("above", {"python/shared.py": "who = 'above'\n", "bin/tool": "#!/bin/sh\necho ran\n"}),
        )
    ]
    code = "import shared, deep\ndef handler(e, c): return [shared.who, deep.here]\n"
    name = local_cloud.function({"app.py": code}, Layers=arns)
    assert local_cloud.invoke(name) == ["above", True]


def test_a_node_function_requires_from_its_layer(local_cloud: Cloud) -> None:
    layer = local_cloud.client("lambda").publish_layer_version(
        LayerName="node-layer",
        Content={
            "ZipFile": zipped({"nodejs/node_modules/greet/index.js": "module.exports = () => 'hello'\n"})
        },
    )
    code = "const greet = require('greet')\nexports.handler = async () => greet()\n"
    name = local_cloud.function(
        {"index.js": code}, Runtime="nodejs20.x", Handler="index.handler", Layers=[layer["LayerVersionArn"]]
    )
    assert local_cloud.invoke(name) == "hello"


def test_the_declared_version_runs_where_the_machine_has_it(local_cloud: Cloud) -> None:
    code = "import sys, logging\ndef handler(event, context): return list(sys.version_info[:2])\n"
    runtimes = local_cloud.local.status().runtimes
    exact = [name for name, runs in runtimes.items() if name == runs.replace(" ", "")]
    assert exact
    for runtime in exact:
        found = local_cloud.invoke(local_cloud.function({"app.py": code}, Runtime=runtime))
        assert runtime == f"python{found[0]}.{found[1]}"


def test_a_function_calls_the_same_cloud_with_the_built_in_boto3(local_cloud: Cloud) -> None:
    code = """
import boto3
def handler(event, context):
    boto3.client("s3").create_bucket(Bucket=event["bucket"])
    return boto3.client("sts").get_caller_identity()["Arn"]
"""
    name = local_cloud.function({"app.py": code})
    arn = local_cloud.invoke(name, {"bucket": f"made-by-{name}"})
    assert arn.endswith(f"/{name}")
    buckets = [bucket["Name"] for bucket in local_cloud.client("s3").list_buckets()["Buckets"]]
    assert f"made-by-{name}" in buckets


@pytest.mark.parametrize("module", ["moto", "fairway", "werkzeug", "yaml", "pytest", "rich"])
def test_a_function_does_not_see_the_tools_packages(local_cloud: Cloud, module: str) -> None:
    code = f"""
import importlib.util
def handler(event, context): return importlib.util.find_spec({module!r}) is not None
"""
    assert local_cloud.invoke(local_cloud.function({"app.py": code})) is False


def test_a_function_sees_only_its_own_environment(
    local_cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import os\ndef handler(event, context): return dict(os.environ)\n"
    name = local_cloud.function({"app.py": code}, MemorySize=256, Environment={"Variables": {"MINE": "1"}})
    seen = local_cloud.invoke(name)
    expected = {
        "MINE": "1",
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": local_cloud.endpoint.replace("localhost", "127.0.0.1"),
        "_HANDLER": "app.handler",
    }
    assert {key: seen.get(key) for key in expected} == expected
    assert not [key for key in seen if key.startswith(("FAIRWAY", "MOTO", "VIRTUAL_ENV", "PYTEST"))]


def test_a_declared_version_that_the_machine_lacks_is_said_once_in_the_log(local_cloud: Cloud) -> None:
    runtimes = local_cloud.local.status().runtimes
    declared = next(name for name, runs in runtimes.items() if runs.split()[1] not in name)
    files = NODE_COMMON if declared.startswith("node") else ECHO
    handler = "index.handler" if declared.startswith("node") else "app.handler"
    name = local_cloud.function(files, Runtime=declared, Handler=handler)
    local_cloud.invoke(name)
    local_cloud.invoke(name)
    events = local_cloud.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{name}")["events"]
    notes = [event["message"] for event in events if event["message"].startswith("fairway:")]
    assert len(notes) == 1
    assert declared in notes[0]


def test_concurrent_invocations_have_a_worker_each(local_cloud: Cloud, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    code = f"""
import os, pathlib, time
def handler(event, context):
    here = pathlib.Path({str(tmp_path)!r})
    (here / context.aws_request_id).touch()
    while len(list(here.iterdir())) < 4:
        time.sleep(0.02)
    return os.getpid()
"""
    name = local_cloud.function({"app.py": code})
    with ThreadPoolExecutor(4) as threads:
        pids: list[Any] = list(threads.map(lambda _: local_cloud.invoke(name), range(4)))
    assert len(set(pids)) == 4


def test_the_context_tells_the_time_that_is_left(local_cloud: Cloud) -> None:
    code = """
def handler(event, context):
    return [context.get_remaining_time_in_millis(), context.memory_limit_in_mb]
"""
    left, memory = local_cloud.invoke(local_cloud.function({"app.py": code}, Timeout=7))
    assert 5000 < left <= 7000
    assert memory == "128"


def test_a_dry_run_runs_nothing_and_an_unknown_function_is_not_found(local_cloud: Cloud) -> None:
    lam = local_cloud.client("lambda")
    name = local_cloud.function({"app.py": "def handler(event, context): raise SystemExit\n"})
    assert lam.invoke(FunctionName=name, InvocationType="DryRun")["StatusCode"] == 204
    with pytest.raises(lam.exceptions.ResourceNotFoundException):
        lam.invoke(FunctionName="nobody", Payload=json.dumps({}))
