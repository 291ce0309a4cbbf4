"""S3 website endpoints: index and error documents, redirects, and the public read that they need.

Rules: BC S3 user guide, "Hosting a static website": website endpoints serve anonymous GET and HEAD only.
"""

from __future__ import annotations

import html
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from fairway.local.apis.messages import Request, Response
from fairway.local.apis.objects import answer, may

_STATUS_WORDS = {403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed"}


@dataclass(frozen=True)
class Redirect:
    """Where a request is sent instead; what is not set stays as it was asked for."""

    host: str | None = None
    protocol: str | None = None
    replace_prefix: str | None = None
    replace_key: str | None = None
    status: int = 301


@dataclass(frozen=True)
class Rule:
    """A routing rule: its condition and what it does."""

    prefix: str = ""
    error: int | None = None
    redirect: Redirect = field(default_factory=Redirect)


@dataclass(frozen=True)
class Website:
    index: str = ""
    error: str = ""
    redirect_all: Redirect | None = None
    rules: tuple[Rule, ...] = ()


def parse(configuration: bytes) -> Website:
    """Read a WebsiteConfiguration document. Raises ElementTree.ParseError for what is no XML."""
    root = ElementTree.fromstring(configuration)
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]
    everything = root.find("RedirectAllRequestsTo")
    return Website(
        index=root.findtext("IndexDocument/Suffix", ""),
        error=root.findtext("ErrorDocument/Key", ""),
        redirect_all=None if everything is None else _redirect(everything),
        rules=tuple(_rule(element) for element in root.iterfind("RoutingRules/RoutingRule")),
    )


def _rule(element: ElementTree.Element) -> Rule:
    error = element.findtext("Condition/HttpErrorCodeReturnedEquals")
    redirect = element.find("Redirect")
    return Rule(
        prefix=element.findtext("Condition/KeyPrefixEquals", ""),
        error=int(error) if error else None,
        redirect=Redirect() if redirect is None else _redirect(redirect),
    )


def _redirect(element: ElementTree.Element) -> Redirect:
    return Redirect(
        host=element.findtext("HostName"),
        protocol=element.findtext("Protocol"),
        replace_prefix=element.findtext("ReplaceKeyPrefixWith"),
        replace_key=element.findtext("ReplaceKeyWith"),
        status=int(element.findtext("HttpRedirectCode") or 301),
    )


def handle(bucket: Any, request: Request, base: str) -> Response:
    """Answer a request to a bucket's website; `base` is what stands before the path in its own URLs."""
    if not bucket.website_configuration:
        return _error_page(404, "NoSuchWebsiteConfiguration", bucket.name)
    if request.method not in ("GET", "HEAD"):
        return _error_page(405, "MethodNotAllowed", request.method)
    site = parse(bucket.website_configuration)
    path = unquote(request.path.lstrip("/"))
    if site.redirect_all:
        return _redirected(site.redirect_all, request, path, Rule(), base)
    rule = _matching(site, path, None)
    return (
        _redirected(rule.redirect, request, path, rule, base)
        if rule
        else _serve(bucket, site, request, path, base)
    )


def _serve(bucket: Any, site: Website, request: Request, path: str, base: str) -> Response:
    name = path + site.index if path == "" or path.endswith("/") else path
    found = _read(bucket, name)
    if isinstance(found, Response):
        return found
    # A folder asked for without its slash is redirected to the one with it.
    if not path.endswith("/") and path and isinstance(_read(bucket, f"{path}/{site.index}"), Response):
        return Response(302, (("Location", f"{base}/{path}/"),))
    if rule := _matching(site, path, found):
        return _redirected(rule.redirect, request, path, rule, base)
    page = _read(bucket, site.error) if site.error else found
    if isinstance(page, Response):
        return Response(found, page.headers, page.body)
    return _error_page(found, "NoSuchKey" if found == 404 else "AccessDenied", name)


def _matching(site: Website, path: str, error: int | None) -> Rule | None:
    return next((rule for rule in site.rules if rule.error == error and path.startswith(rule.prefix)), None)


def _redirected(redirect: Redirect, request: Request, path: str, rule: Rule, base: str) -> Response:
    if redirect.replace_key is not None:
        path = redirect.replace_key
    elif redirect.replace_prefix is not None:
        path = redirect.replace_prefix + path[len(rule.prefix) :]
    start = f"{redirect.protocol or 'http'}://{redirect.host}" if redirect.host else base
    query = f"?{request.query}" if request.query else ""
    return Response(redirect.status, (("Location", f"{start}/{path}{query}"),))


def _read(bucket: Any, name: str) -> Response | int:
    """The object as an answer, or the status in its place: who may not read may not learn what exists."""
    key = bucket.keys.get(name)
    if not _is_public(bucket, name, key):
        return 403
    if key is None:
        return 404
    if key.website_redirect_location:
        return Response(301, (("Location", key.website_redirect_location),))
    return answer(key)


def _is_public(bucket: Any, name: str, key: Any) -> bool:
    if key is not None and key.acl is not None and key.acl.public_read:
        return True
    return may(bucket, "s3:GetObject", f"{bucket.arn}/{name}")


def _error_page(status: int, code: str, what: str) -> Response:
    title = f"{status} {_STATUS_WORDS[status]}"
    body = (
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1>"
        f"<ul><li>Code: {code}</li><li>{html.escape(what)}</li></ul></body></html>"
    )
    headers = (("Content-Type", "text/html; charset=utf-8"), ("x-amz-error-code", code))
    return Response(status, headers, body.encode())
