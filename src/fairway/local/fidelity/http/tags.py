"""Tags of stages by ARN; moto knows those of APIs only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairway.local.fidelity.http.updates import not_found
from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "apigatewayv2", "TagResource", tag
    yield "apigatewayv2", "UntagResource", untag
    yield "apigatewayv2", "GetTags", get


def _stage(call: Call) -> Any:
    """The stage of an ARN (arn:aws:apigateway:REGION::/apis/ID/stages/NAME); None for anything else's."""
    from urllib.parse import unquote

    match unquote(call.params["ResourceArn"]).split("::/", 1)[-1].split("/"):
        case ["apis", api, "stages", name]:
            found = call.backend().apis.get(api)
            if found is None or name not in found.stages:
                raise not_found("stage", name)
            return found.stages[name]
    return None


def tag(call: Call, forward: Forward) -> Answer | Params:
    stage = _stage(call)
    if stage is None:
        return forward()
    stage.tags = {**(stage.tags or {}), **call.params["Tags"]}
    return {}


def untag(call: Call, forward: Forward) -> Answer | Params:
    stage = _stage(call)
    if stage is None:
        return forward()
    gone = set(call.params["TagKeys"])
    stage.tags = {key: value for key, value in (stage.tags or {}).items() if key not in gone}
    return {}


def get(call: Call, forward: Forward) -> Answer | Params:
    stage = _stage(call)
    return forward() if stage is None else {"Tags": dict(stage.tags or {})}
