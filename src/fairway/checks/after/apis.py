"""Whether the stages of APIs answer."""

from __future__ import annotations

from collections.abc import Sequence
from http.client import HTTPException

from fairway.checks.after.http import request
from fairway.checks.outcome import Outcome, failed, passed, skipped
from fairway.checks.subject import Subject
from fairway.model.state import ResourceState

REST_STAGE, HTTP_STAGE = "AWS::ApiGateway::Stage", "AWS::ApiGatewayV2::Stage"
_DEFAULT = "$default"


def check(stages: Sequence[ResourceState], subject: Subject) -> Outcome:
    """Ask each for its root.

    Any answer below 500 counts: where an API has nothing at its root, that is 403 with "Missing
    Authentication Token" from a REST API and 404 from an HTTP API (docs:apigateway gateway responses), and
    where it wants a key or a login, 401 or 403. A private API can only be reached from inside of its network,
    and a WebSocket API not by a request.
    """
    urls = {each.address: url for each in stages if (url := _url(each, subject))}
    if not urls:
        return skipped("none can be asked from here: they are private or WebSocket APIs")
    problems = {address: _problem(url) for address, url in urls.items()}
    if wrong := [f"{address} ({urls[address]}): {what}" for address, what in problems.items() if what]:
        return failed("; ".join(wrong), next="see the API's integrations and the function's log")
    return passed(f"{len(urls)} answering")


def _problem(url: str) -> str:
    try:
        answer = request(url)
    except (OSError, HTTPException) as error:
        return f"does not answer: {getattr(error, 'reason', '') or error}"
    return f"answered {answer.status}" if answer.status >= 500 else ""


def _url(stage: ResourceState, subject: Subject) -> str:
    """The stage's root; empty for one that cannot be asked."""
    properties = stage.properties
    api = str(properties.get("RestApiId" if stage.type == REST_STAGE else "ApiId"))
    if _is_out_of_reach(api, subject):
        return ""
    name = str(properties.get("StageName", ""))
    session = subject.caller.session
    path = "" if name == _DEFAULT else f"{name}/"
    return subject.present(f"https://{api}.execute-api.{session.region}.{session.url_suffix}/{path}")


def _is_out_of_reach(api: str, subject: Subject) -> bool:
    """Whether the API is private, or speaks WebSocket."""
    for state in subject.states.values():
        for each in state.resources.values():
            if str(each.ref) == api:
                kinds = each.properties.get("EndpointConfiguration")
                private = isinstance(kinds, dict) and "PRIVATE" in kinds.get("Types", ())
                return private or each.properties.get("ProtocolType") == "WEBSOCKET"
    return False
