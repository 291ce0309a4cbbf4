"""Tags of REST APIs, API keys and usage plans by ARN; moto knows those of stages only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused


def rows() -> Iterator[tuple[str, str, Repair]]:
    yield "apigateway", "TagResource", tag
    yield "apigateway", "UntagResource", untag
    yield "apigateway", "GetTags", get


def _tagged(call: Call) -> Any:
    """What an ARN (arn:aws:apigateway:REGION::/restapis/ID[/stages/NAME]) names. Raises Refused."""
    from urllib.parse import unquote

    backend = call.backend()
    match unquote(call.params["resourceArn"]).split("::/", 1)[-1].split("/"):
        case ["restapis", api]:
            found = backend.apis.get(api)
        case ["restapis", api, "stages", stage]:
            found = backend.apis[api].stages.get(stage) if api in backend.apis else None
        case ["apikeys", key]:
            found = backend.keys.get(key)
        case ["usageplans", plan]:
            found = backend.usage_plans.get(plan)
        case _:
            raise Refused("BadRequestException", f"Invalid resource ARN: {call.params['resourceArn']}")
    if found is None:
        raise Refused("NotFoundException", "Invalid resource identifier specified", 404)
    return found


def tag(call: Call, _: Forward) -> Answer | Params:
    target = _tagged(call)
    target.tags = {**(target.tags or {}), **call.params["tags"]}
    return {}


def untag(call: Call, _: Forward) -> Answer | Params:
    target = _tagged(call)
    gone = set(call.params["tagKeys"])
    target.tags = {key: value for key, value in (target.tags or {}).items() if key not in gone}
    return {}


def get(call: Call, _: Forward) -> Params:
    return {"tags": dict(_tagged(call).tags or {})}
