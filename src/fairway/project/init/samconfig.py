"""What SAM's own configuration says of how a template is deployed.

Source: docs:serverless-application-model/latest/developerguide/serverless-sam-cli-config.html: tables
`ENVIRONMENT.COMMAND.parameters`, of which `global` is for every command.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from fairway.project.init.facts import Configured
from fairway.project.init.files import Files, as_list, as_map

_NAMES = ("samconfig.toml", "samconfig.yaml", "samconfig.yml")
_PAIR = re.compile(
    r"ParameterKey=(?P<key>[^,]+),ParameterValue=(?P<value>.*)|(?P<name>\w+)=(?P<text>.*)", re.S
)


def configured(files: Files) -> Iterator[Configured]:
    """Every environment of every such file."""
    for path in files.named(*_NAMES):
        document = files.toml(path) if path.suffix == ".toml" else files.yaml(path)
        for name, commands in document.items():
            if isinstance(commands, Mapping):
                yield _configured(path, str(name), _settings(commands))


def _settings(commands: Mapping[str, Any]) -> Mapping[str, Any]:
    everywhere, deploy = (as_map(as_map(commands.get(key)).get("parameters")) for key in ("global", "deploy"))
    return {**everywhere, **deploy}


def _configured(path: PurePosixPath, name: str, settings: Mapping[str, Any]) -> Configured:
    return Configured(
        path,
        name,
        str(settings.get("stack_name") or ""),
        str(settings.get("region") or ""),
        dict(_overrides(settings.get("parameter_overrides"))),
    )


def _overrides(given: object) -> Iterator[tuple[str, str]]:
    """`A=1 B="two words"`, `ParameterKey=A,ParameterValue=1`, a list of either, or a map."""
    if isinstance(given, Mapping):
        yield from ((str(key), str(value)) for key, value in given.items())
        return
    for text in map(str, as_list(given)):
        for word in _words(text):
            if pair := _PAIR.fullmatch(word):
                yield pair["key"] or pair["name"], pair["value"] or pair["text"] or ""


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:  # a quote that does not end
        return text.split()
