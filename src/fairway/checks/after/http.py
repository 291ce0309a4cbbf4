"""A request whose answer must be as expected. Redirects are not followed: they are answers too."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from fairway.checks.outcome import Outcome, failed, passed
from fairway.checks.part import difference
from fairway.checks.subject import Subject
from fairway.model.errors import WrongInput
from fairway.project.checks import Http
from fairway.project.names import filled

_PATIENCE = 30.0
"""Seconds for an answer: what API Gateway gives an integration by default is 29 (docs:apigateway limits)."""
_NEXT = "see the function's log with `fairway logs`, or correct what is expected"
_LONGEST_BODY = 10 * 2**20


@dataclass(frozen=True)
class Answer:
    """`seconds` from the request to the end of the body."""

    status: int
    body: str
    seconds: float


def check(declared: Http, subject: Subject) -> Outcome:
    """Send it once and look at what comes back."""
    names = subject.names
    url = subject.present(filled(declared.http, names))
    headers = {name: filled(value, names) for name, value in declared.headers.items()}
    _require_url(url, declared)
    try:
        answer = request(url, declared.method, headers, filled(declared.body, names))
    except (OSError, HTTPException) as error:
        why = str(getattr(error, "reason", "") or error)
        return failed(
            f"{url} does not answer", why=why, next="see whether it is deployed, and reached from here"
        )
    if differs := _difference(declared, filled(declared.contains, names), answer):
        return failed(f"{url}: {differs}", said=answer.body, next=_NEXT)
    return passed(f"{url} answered {answer.status} in {answer.seconds * 1000:.0f} ms")


def request(
    url: str, method: str = "GET", headers: Mapping[str, str] | None = None, body: str = ""
) -> Answer:
    """The answer, whatever its status. Raises OSError or HTTPException where there is none."""
    started = time.monotonic()
    asked = urllib.request.Request(url, body.encode() if body else None, dict(headers or {}), method=method)
    with _opener(url).open(asked, timeout=_PATIENCE) as got:
        content: bytes = got.read(_LONGEST_BODY)
        return Answer(got.status, content.decode(errors="replace"), time.monotonic() - started)


def _difference(declared: Http, contains: str, answer: Answer) -> str:
    if answer.status != declared.status:
        return f"answered {answer.status}, expected {declared.status}"
    if contains not in answer.body:
        return f"the body does not contain {contains!r}"
    if declared.json is not None and (differs := _json_difference(declared, answer.body)):
        return differs
    if declared.latency is not None and answer.seconds > declared.latency:
        return f"took {answer.seconds * 1000:.0f} ms, expected at most {declared.latency * 1000:.0f} ms"
    return ""


def _json_difference(declared: Http, body: str) -> str:
    try:
        return difference(declared.json, json.loads(body))
    except ValueError:
        return "the body is not JSON"


def _require_url(url: str, declared: Http) -> None:
    if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
        raise WrongInput(
            "checks.url",
            f"{url!r} is not a URL",
            where=declared.location,
            next="write it with its scheme, such as https://…, or as ${stacks.NAME.OUTPUT}",
        )


class _EveryStatus(urllib.request.HTTPErrorProcessor):
    """Neither redirects nor statuses of errors are anything but answers."""

    def http_response(self, _: urllib.request.Request, response: HTTPResponse) -> HTTPResponse:
        return response

    def https_response(self, _: urllib.request.Request, response: HTTPResponse) -> HTTPResponse:
        return response


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Without the proxy for this machine's own addresses: a proxy's localhost is another machine."""
    host = urlsplit(url).hostname or ""
    is_here = host in ("localhost", "127.0.0.1", "::1") or host.endswith(".localhost")
    proxies = [urllib.request.ProxyHandler({})] if is_here else []
    return urllib.request.build_opener(_EveryStatus, *proxies)
