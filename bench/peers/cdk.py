"""`cdk` with the same app: deploy, no change, one changed line.

The app is given as a finished cloud assembly (what `cdk synth` would leave): the SAM template translated to
CloudFormation, its code as file assets. So neither writing nor running a CDK app is in the figures, nor the
build of the layers.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.app import ATLAS, change
from bench.measure import measure
from bench.peers import install
from bench.workplace import ACCOUNT, REGION, Workplace, aws_client

BUCKET = "bench-cdk"
_CODE = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
_ASSEMBLY_VERSION = "36.0.0"


def run_cdk(place: Workplace) -> tuple[str, ...]:
    """Measure it; returns what is to be known about the figures. Raises RunFailed, NotInstalled."""
    program = install.cdk()
    aws_client(place.emulator, "s3").create_bucket(Bucket=BUCKET)
    source = place.folder / "cdk-app"
    shutil.copytree(ATLAS.source, source, ignore=shutil.ignore_patterns(".fairway"))
    for layer in (source / "layers").iterdir():
        _build_layer(layer)
    made = 0
    for repetition in range(place.repetitions):
        made = _life(Cdk(place, program, source, f"cdk-{repetition}"))
    return (
        "cdk: it was given a finished assembly with the layers built and no bootstrap stack, so neither "
        "synthesis nor layer builds nor bootstrapping are in its figures, nor, after the first run, uploads; "
        f"{made} functions were there after its deploy",
        "cdk: destroy was left out: the stack goes, but cdk ends with 1, for the emulator forgets a deleted "
        "stack at once where cdk asks for its events",
        "cdk: the calls that the emulator's CloudFormation makes inside itself are not counted",
    )


@dataclass(frozen=True)
class Cdk:
    """A stack of the app, its assembly in a folder of its own."""

    place: Workplace
    program: Path
    source: Path
    stack: str

    def deploy(self, name: str, *flags: str) -> None:
        assembly = self.place.folder / f"{self.stack}.out"
        write_assembly(self.source, assembly, self.stack)
        # Not by name: the JavaScript SDK would put the bucket in front of it.
        endpoint = f"http://127.0.0.1:{self.place.emulator.port}"
        environment = self.place.aws_environment() | {"AWS_ENDPOINT_URL": endpoint, "CI": "true"}
        command = [str(self.program), "deploy", self.stack, "--app", str(assembly)]
        command += ["--require-approval", "never", *flags]
        sample = measure(command, self.place.folder, environment, self.place.emulator)
        self.place.ledger.add(f"cdk: {name}", sample)


def _life(cdk: Cdk) -> int:
    """From nothing to nothing; returns how many functions stood in between."""
    cdk.deploy("first deploy")
    made = len(aws_client(cdk.place.emulator, "lambda").list_functions()["Functions"])
    cdk.deploy("deploy, no change")
    change(cdk.source / ATLAS.handler)
    cdk.deploy("deploy, one changed handler")
    change(cdk.source / ATLAS.handler)
    cdk.deploy("deploy --hotswap, one changed handler", "--hotswap")
    aws_client(cdk.place.emulator, "cloudformation").delete_stack(StackName=cdk.stack)
    return made


def _build_layer(folder: Path) -> None:
    """The layer as Lambda wants it: everything under `python/`."""
    uv = str(Path(sys.executable).with_name("uv"))
    target = folder / "python"
    command = [
        uv,
        "pip",
        "install",
        "--quiet",
        "--target",
        str(target),
        "-r",
        str(folder / "requirements.txt"),
    ]
    subprocess.run([*command, "--python", sys.executable], check=True)
    for module in folder.glob("*.py"):
        module.rename(target / module.name)


def write_assembly(source: Path, assembly: Path, stack: str) -> None:
    """The cloud assembly of the app as it is now."""
    assembly.mkdir(exist_ok=True)
    template, folders = _translated(source)
    _write(assembly / "template.json", template)
    _write(assembly / "assets.json", {"version": _ASSEMBLY_VERSION, "files": dict(_assets(folders))})
    stack_artifact = {
        "type": "aws:cloudformation:stack",
        "environment": f"aws://{ACCOUNT}/{REGION}",
        "properties": {"templateFile": "template.json", "stackName": stack},
        "dependencies": ["assets"],
        "displayName": stack,
    }
    assets = {"type": "cdk:asset-manifest", "properties": {"file": "assets.json"}}
    artifacts = {"assets": assets, stack: stack_artifact}
    _write(assembly / "manifest.json", {"version": _ASSEMBLY_VERSION, "artifacts": artifacts})


def _translated(source: Path) -> tuple[Mapping[str, Any], Mapping[str, Path]]:
    """The app in plain CloudFormation, and the folders of its code by their key in the bucket."""
    import logging

    import boto3
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator
    from samtranslator.yaml_helper import yaml_parse

    logging.getLogger("samtranslator").addHandler(logging.NullHandler())  # it complains of metrics at its end
    template = yaml_parse((source / "template.yaml").read_text())
    folders = {}
    for resource in template["Resources"].values():
        properties = resource["Properties"]
        if member := _CODE.get(resource["Type"]):
            folder = source / properties[member]
            key = f"{_digest(folder)}.zip"
            properties[member] = f"s3://{BUCKET}/{key}"
            folders[key] = folder
        if "DefinitionUri" in properties:
            properties["Definition"] = json.loads((source / properties.pop("DefinitionUri")).read_text())
    translator = Translator({}, Parser(), boto_session=boto3.Session(region_name=REGION))
    return translator.translate(template, parameter_values={"AWS::Region": REGION}), folders


def _assets(folders: Mapping[str, Path]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key, folder in folders.items():
        destination = {"bucketName": BUCKET, "objectKey": key, "region": REGION}
        yield (
            key.removesuffix(".zip"),
            {
                "source": {"path": str(folder), "packaging": "zip"},
                "destinations": {"current": destination},
            },
        )


def _digest(folder: Path) -> str:
    content = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        content.update(str(path.relative_to(folder)).encode() + path.read_bytes())
    return content.hexdigest()


def _write(file: Path, document: Mapping[str, Any]) -> None:
    file.write_text(json.dumps(document))
