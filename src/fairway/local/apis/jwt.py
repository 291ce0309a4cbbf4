"""JSON web tokens: signature against the issuer's published keys, time claims, issuer, audience, scopes.

A Cognito issuer's keys are those of the local user pool; any other issuer is asked over HTTP by OpenID
discovery."""

from __future__ import annotations

import base64
import json
import re
import urllib.request
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

_COGNITO = re.compile(r"https://cognito-idp\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<pool>[\w-]+)$")
_FETCH_TIMEOUT = 1.5  # seconds: what API Gateway waits for an issuer (BC HTTP API, JWT authorizers)


class InvalidToken(Exception):
    """The token is malformed, not signed by its issuer, expired, or meant for someone else."""


def verified_claims(
    token: str, now: float, issuer: str | None = None, audience: Iterable[str] = ()
) -> dict[str, Any]:
    """The claims of a token whose signature and claims hold. `now` is epoch seconds. Raises InvalidToken."""
    header, claims, signed, signature = _parts(token)
    stated = str(claims.get("iss", ""))
    if issuer is not None and stated != issuer:
        raise InvalidToken(f"issuer {stated} is not {issuer}")
    if header.get("alg") != "RS256":
        raise InvalidToken(f"algorithm {header.get('alg')} is not RS256")
    _verify(signed, signature, _key(stated, str(header.get("kid"))))
    _check_times(claims, now)
    wanted = set(audience)
    given = claims.get("aud", claims.get("client_id"))
    if wanted and not wanted & set(given if isinstance(given, list) else [given]):
        raise InvalidToken("audience does not match")
    return claims


def has_scope(claims: Mapping[str, Any], scopes: Iterable[str]) -> bool:
    """Whether one of `scopes` is granted; no scopes asked for means yes."""
    wanted = set(scopes)
    granted = claims.get("scope", claims.get("scp", ""))
    return not wanted or bool(wanted & set(granted if isinstance(granted, list) else str(granted).split()))


def _parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    try:
        head, body, signature = token.split(".")
        header, claims = json.loads(_decode(head)), json.loads(_decode(body))
        if not isinstance(header, dict) or not isinstance(claims, dict):
            raise InvalidToken("the token's parts are not JSON objects")
        return header, claims, f"{head}.{body}".encode(), _decode(signature)
    except ValueError as error:
        raise InvalidToken("not a JSON web token") from error


def _decode(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    if "exp" not in claims or float(claims["exp"]) <= now:
        raise InvalidToken("the token has expired")
    for claim in ("nbf", "iat"):
        if claim in claims and float(claims[claim]) > now + 1:
            raise InvalidToken(f"the token's {claim} is in the future")


def _key(issuer: str, kid: str) -> Mapping[str, str]:
    for key in _published_keys(issuer):
        if key.get("kid") == kid:
            return key
    raise InvalidToken(f"{issuer} publishes no key {kid}")


def _published_keys(issuer: str) -> list[dict[str, str]]:
    cognito = _COGNITO.match(issuer)
    if cognito is None:
        return list(_discovered_keys(issuer))
    from moto.cognitoidp.models import cognitoidp_backends

    from fairway.local.store import existing

    for _, backend in existing(cognitoidp_backends):
        pool = backend.user_pools.get(cognito["pool"])
        if pool is not None:
            return _local_pool_keys()
    raise InvalidToken(f"no user pool {cognito['pool']} in the local cloud")


@lru_cache(maxsize=1)
def _local_pool_keys() -> list[dict[str, str]]:
    """moto signs the tokens of every pool with one key, which it carries as a file."""
    from moto.cognitoidp.responses import CognitoIdpJsonWebKeyResponse

    keys: list[dict[str, str]] = json.loads(CognitoIdpJsonWebKeyResponse.json_web_key)["keys"]
    return keys


@lru_cache(maxsize=16)
def _discovered_keys(issuer: str) -> tuple[dict[str, str], ...]:
    try:
        document = _fetch(issuer.rstrip("/") + "/.well-known/openid-configuration")
        return tuple(_fetch(document["jwks_uri"])["keys"])
    except (OSError, ValueError, KeyError) as error:
        raise InvalidToken(f"the keys of {issuer} could not be read: {error}") from error


def _fetch(url: str) -> Any:
    if not url.startswith(("http://", "https://")):
        raise ValueError(f"not a web address: {url}")
    with urllib.request.urlopen(url, timeout=_FETCH_TIMEOUT) as answer:
        return json.load(answer)


def _verify(signed: bytes, signature: bytes, key: Mapping[str, str]) -> None:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
    from cryptography.hazmat.primitives.hashes import SHA256

    numbers = RSAPublicNumbers(_integer(key["e"]), _integer(key["n"]))
    try:
        numbers.public_key().verify(signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature as error:
        raise InvalidToken("the signature does not match the issuer's key") from error


def _integer(part: str) -> int:
    return int.from_bytes(_decode(part), "big")
