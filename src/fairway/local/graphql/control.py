"""AppSync's operations on GraphQL APIs and their parts.

moto's API carries the tags and is what all else hangs on; what was declared is kept on it as it was sent.
"""

from __future__ import annotations

import secrets
import string
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

_HOUR, _DAY = 3600, 86400
_KEY_DAYS = (1, 7, 365)
"""Of a key's life: the least, what it is when nothing is said, the most (BC appsync CreateApiKey)."""

_API_DEFAULTS: Params = {
    "apiType": "GRAPHQL",
    "introspectionConfig": "ENABLED",
    "queryDepthLimit": 0,
    "resolverCountLimit": 0,
    "visibility": "GLOBAL",
    "xrayEnabled": False,
}
"""BC appsync CreateGraphqlApi."""


@dataclass
class Kept:
    """What was declared of one API: documents as AppSync answers them, by what identifies them in the API."""

    api: Params
    variables: dict[str, str] = field(default_factory=dict)
    schema: str | None = None
    problem: str = ""
    keys: dict[str, Params] = field(default_factory=dict)
    parts: dict[str, dict[tuple[str, ...], Params]] = field(default_factory=dict)
    """Data sources, resolvers and functions, by kind."""


def kept(api: Any) -> Kept:
    """What hangs on one of moto's APIs."""
    found: Kept = api.fairway
    return found


def rows() -> Iterator[tuple[str, str, Repair]]:
    for operation, repair in (
        ("CreateGraphqlApi", create_api),
        ("GetGraphqlApi", get_api),
        ("UpdateGraphqlApi", update_api),
        ("ListGraphqlApis", list_apis),
        ("DeleteGraphqlApi", delete_api),
        ("PutGraphqlApiEnvironmentVariables", put_variables),
        ("GetGraphqlApiEnvironmentVariables", get_variables),
        ("StartSchemaCreation", start_schema),
        ("GetSchemaCreationStatus", schema_status),
        ("CreateApiKey", create_key),
        ("UpdateApiKey", update_key),
        ("ListApiKeys", list_keys),
        ("DeleteApiKey", delete_key),
    ):
        yield "appsync", operation, repair
    for part in PARTS:
        yield from part.rows()


def _kept(call: Call) -> Kept:
    api = call.backend().graphql_apis.get(call.params["apiId"])
    if api is None:
        raise Refused("NotFoundException", f"GraphQL API {call.params['apiId']} not found.", 404)
    return kept(api)


def _answered(call: Call, found: Kept) -> Params:
    tags = call.backend().list_tags_for_resource(found.api["arn"])
    return {**found.api, "tags": tags}


def create_api(call: Call, forward: Forward) -> Answer | Params:
    answer = forward()
    if not answer.ok:
        return answer
    api_id = answer.data["graphqlApi"]["apiId"]
    api = call.backend().graphql_apis[api_id]
    host = f"{uuid.uuid4().hex[:26]}.appsync-{{}}.{call.region}.amazonaws.com"
    hosts = {"GRAPHQL": host.format("api"), "REALTIME": host.format("realtime-api")}
    settings = {name: value for name, value in call.params.items() if name != "tags"}
    api.fairway = Kept(
        {
            **_API_DEFAULTS,
            **settings,
            "apiId": api_id,
            "arn": api.arn,
            "owner": call.account,
            "dns": hosts,
            "uris": {
                "GRAPHQL": f"https://{hosts['GRAPHQL']}/graphql",
                "REALTIME": f"wss://{hosts['REALTIME']}/graphql",
            },
        }
    )
    return {"graphqlApi": _answered(call, api.fairway)}


def get_api(call: Call, _: Forward) -> Params:
    return {"graphqlApi": _answered(call, _kept(call))}


def update_api(call: Call, _: Forward) -> Params:
    """What is left out is reset, but for what only a create sets (BC appsync UpdateGraphqlApi)."""
    found = _kept(call)
    fixed = ("apiId", "apiType", "arn", "dns", "owner", "uris", "visibility")
    stays = {name: found.api[name] for name in fixed}
    found.api = {**_API_DEFAULTS, **call.params, **stays}
    return {"graphqlApi": _answered(call, found)}


def list_apis(call: Call, _: Forward) -> Params:
    apis = call.backend().graphql_apis.values()
    return {"graphqlApis": [_answered(call, kept(api)) for api in apis]}


def delete_api(call: Call, forward: Forward) -> Answer:
    _kept(call)
    return forward()


def put_variables(call: Call, _: Forward) -> Params:
    found = _kept(call)
    found.variables = call.params["environmentVariables"]
    return {"environmentVariables": found.variables}


def get_variables(call: Call, _: Forward) -> Params:
    return {"environmentVariables": _kept(call).variables}


def start_schema(call: Call, _: Forward) -> Params:
    from fairway.local.graphql.schema import problem_of

    found = _kept(call)
    text = call.params["definition"].decode()
    found.problem = problem_of(text)
    if not found.problem:
        found.schema = text
    return {"status": "PROCESSING"}


def schema_status(call: Call, _: Forward) -> Params:
    found = _kept(call)
    if found.problem:
        return {"status": "FAILED", "details": found.problem}
    return {"status": "NOT_APPLICABLE" if found.schema is None else "SUCCESS"}


def create_key(call: Call, _: Forward) -> Params:
    found = _kept(call)
    letters = string.ascii_lowercase + string.digits
    key_id = "da2-" + "".join(secrets.choice(letters) for _ in range(26))
    described = {name: call.params[name] for name in ("description",) if name in call.params}
    found.keys[key_id] = {"id": key_id, **described, **_life(call.params.get("expires"))}
    return {"apiKey": found.keys[key_id]}


def _life(asked: int | None) -> Params:
    now = int(time.time())
    least, usual, most = _KEY_DAYS
    expires = now + usual * _DAY if asked is None else asked
    if not now + least * _DAY <= expires <= now + most * _DAY:
        message = f"API key must be valid for a minimum of {least} days and a maximum of {most} days."
        raise Refused("ApiKeyValidityOutOfBoundsException", message)
    hour = expires // _HOUR * _HOUR
    return {"expires": hour, "deletes": hour + 60 * _DAY}


def _key(call: Call) -> Params:
    found = _kept(call).keys.get(call.params["id"])
    if found is None:
        raise Refused("NotFoundException", f"API key {call.params['id']} not found.", 404)
    return found


def update_key(call: Call, _: Forward) -> Params:
    key = _key(call)
    if "description" in call.params:
        key["description"] = call.params["description"]
    if call.params.get("expires") is not None:
        key.update(_life(call.params["expires"]))
    return {"apiKey": key}


def list_keys(call: Call, _: Forward) -> Params:
    return {"apiKeys": list(_kept(call).keys.values())}


def delete_key(call: Call, _: Forward) -> Params:
    del _kept(call).keys[_key(call)["id"]]
    return {}


@dataclass(frozen=True)
class Part:
    """A kind of part: its operations end with `kind`, `member` and `listed` are where answers carry it.

    `key` are the members that identify it in its API, `place` is the end of its ARN; `check` refuses what
    cannot be created or changed so; `taken` is what AppSync says of a second one.
    """

    kind: str
    member: str
    listed: str
    key: tuple[str, ...]
    arn: str
    place: str
    check: Callable[[Kept, Params], None]
    taken: str = ""
    defaults: Params = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[str, str, Repair]]:
        yield "appsync", f"Create{self.kind}", self._create
        yield "appsync", f"Get{self.kind}", self._get
        yield "appsync", f"Update{self.kind}", self._update
        yield "appsync", f"List{self.kind}s", self._list
        yield "appsync", f"Delete{self.kind}", self._delete

    def _create(self, call: Call, _: Forward) -> Params:
        found = _kept(call)
        params = {**call.params}
        if self.key == ("functionId",):
            params["functionId"] = uuid.uuid4().hex[:26]
        key = tuple(params[name] for name in self.key)
        if key in self._all(found):
            raise Refused("BadRequestException", self.taken.format(**params))
        self.check(found, params)
        self._all(found)[key] = self._document(found, params)
        return {self.member: self._all(found)[key]}

    def _update(self, call: Call, _: Forward) -> Params:
        found = _kept(call)
        key = self._existing(found, call)
        self.check(found, call.params)
        self._all(found)[key] = self._document(found, call.params)
        return {self.member: self._all(found)[key]}

    def _get(self, call: Call, _: Forward) -> Params:
        found = _kept(call)
        return {self.member: self._all(found)[self._existing(found, call)]}

    def _list(self, call: Call, _: Forward) -> Params:
        everything = self._all(_kept(call)).values()
        wanted = call.params.get("typeName")
        return {self.listed: [each for each in everything if wanted in (None, each.get("typeName"))]}

    def _delete(self, call: Call, _: Forward) -> Params:
        found = _kept(call)
        del self._all(found)[self._existing(found, call)]
        return {}

    def _all(self, found: Kept) -> dict[tuple[str, ...], Params]:
        return found.parts.setdefault(self.kind, {})

    def _existing(self, found: Kept, call: Call) -> tuple[str, ...]:
        key = tuple(call.params[name] for name in self.key)
        if key not in self._all(found):
            raise Refused("NotFoundException", f"No {self.kind.lower()} found: {'.'.join(key)}", 404)
        return key

    def _document(self, found: Kept, params: Params) -> Params:
        told = {name: value for name, value in params.items() if name != "apiId"}
        return {**self.defaults, **told, self.arn: f"{found.api['arn']}/{self.place.format(**params)}"}


def _check_source(found: Kept, params: Params) -> None:
    name = params.get("dataSourceName")
    if name is not None and (name,) not in found.parts.get("DataSource", {}):
        raise Refused("NotFoundException", f"No data source found named {name}", 404)


def _check_resolver(found: Kept, params: Params) -> None:
    """The schema must have the field, and the API what the resolver uses (docs: appsync CreateResolver)."""
    from fairway.local.graphql.schema import has_field

    type_name, name = params["typeName"], params["fieldName"]
    if found.schema is None or not has_field(found.schema, type_name, name):
        raise Refused("NotFoundException", f"No field named {name} found on type {type_name}", 404)
    _check_source(found, params)
    for function in (params.get("pipelineConfig") or {}).get("functions", ()):
        if (function,) not in found.parts.get("Function", {}):
            raise Refused("NotFoundException", f"No function found: {function}", 404)


PARTS = (
    Part(
        "DataSource",
        "dataSource",
        "dataSources",
        ("name",),
        "dataSourceArn",
        "datasources/{name}",
        lambda _, __: None,
        "Data source with name {name} already exists",
        {"metricsConfig": "DISABLED"},
    ),
    Part(
        "Resolver",
        "resolver",
        "resolvers",
        ("typeName", "fieldName"),
        "resolverArn",
        "types/{typeName}/resolvers/{fieldName}",
        _check_resolver,
        "Only one resolver is allowed per field.",
        {"kind": "UNIT", "maxBatchSize": 0, "metricsConfig": "DISABLED"},
    ),
    Part(
        "Function",
        "functionConfiguration",
        "functions",
        ("functionId",),
        "functionArn",
        "functions/{functionId}",
        _check_source,
        defaults={"maxBatchSize": 0},
    ),
)
