"""Where moto keeps the parts of a REST API, and how their members are called there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fairway.local.fidelity.protocol import Call, Params, Refused

EXTRA = "fairway_extra"
"""Attribute of moto's objects for members that moto has no place for; `keep_extras` has them answered."""

_KEPT_AS = {
    ("Integration", "type"): "integration_type",
    ("Integration", "passthroughBehavior"): "passthrough_behaviour",
    ("Authorizer", "authorizerResultTtlInSeconds"): "authorizer_result_ttl",
    ("Stage", "stageName"): "name",
    ("RestAPI", "createdDate"): "create_date",
}
"""(moto's class, member) where moto's attribute is neither the member's name nor its snake_case form."""


@dataclass(frozen=True)
class Entity:
    """A part of a REST API: its calls and how to find moto's object.

    The read and delete calls carry the names of the update call: GetX and DeleteX for UpdateX. `find` gets
    moto's backend and the call's parameters; KeyError or None mean NotFoundException(`missing`).
    """

    find: Callable[[Any, Params], Any]
    missing: str
    create: str = ""
    update: str = ""
    created_id: str = ""

    def must_exist_for(self) -> tuple[str, str]:
        name = self.update.removeprefix("Update")
        return f"Get{name}", f"Delete{name}"

    def located(self, call: Call, more: Params | None = None) -> Any:
        try:
            found = self.find(call.backend(), {**call.params, **(more or {})})
        except KeyError:
            found = None
        if found is None:
            raise Refused("NotFoundException", self.missing.format(account=call.account, **call.params), 404)
        return found


def _api(backend: Any, p: Params) -> Any:
    return backend.apis[p["restApiId"]]


def _resource(backend: Any, p: Params) -> Any:
    return _api(backend, p).resources[p["resourceId"]]


def _method(backend: Any, p: Params) -> Any:
    return _resource(backend, p).resource_methods[p["httpMethod"]]


def _integration(backend: Any, p: Params) -> Any:
    return _method(backend, p).method_integration


ENTITIES: tuple[Entity, ...] = (
    Entity(
        _api,
        "Invalid API identifier specified {account}:{restApiId}",
        "CreateRestApi",
        "UpdateRestApi",
        "restApiId",
    ),
    Entity(
        _resource, "Invalid Resource identifier specified", "CreateResource", "UpdateResource", "resourceId"
    ),
    Entity(_method, "Invalid Method identifier specified", "PutMethod", "UpdateMethod"),
    Entity(_integration, "Invalid Integration identifier specified", "PutIntegration", "UpdateIntegration"),
    Entity(
        lambda b, p: _method(b, p).method_responses[p["statusCode"]],
        "Invalid Response status code specified",
        "PutMethodResponse",
        "UpdateMethodResponse",
    ),
    Entity(
        lambda b, p: (_integration(b, p).integration_responses or {})[p["statusCode"]],
        "Invalid Response status code specified",
        "PutIntegrationResponse",
        "UpdateIntegrationResponse",
    ),
    Entity(
        lambda b, p: _api(b, p).deployments[p["deploymentId"]],
        "Invalid Deployment identifier specified",
        "CreateDeployment",
        "UpdateDeployment",
        "deploymentId",
    ),
    Entity(
        lambda b, p: _api(b, p).stages[p["stageName"]],
        "Invalid stage identifier specified",
        "CreateStage",
        "UpdateStage",
    ),
    Entity(
        lambda b, p: _api(b, p).authorizers[p["authorizerId"]],
        "Invalid Authorizer identifier specified",
        "CreateAuthorizer",
        "UpdateAuthorizer",
        "authorizerId",
    ),
    Entity(
        lambda b, p: _api(b, p).request_validators[p["requestValidatorId"]],
        "Invalid Request Validator identifier specified",
        "CreateRequestValidator",
        "UpdateRequestValidator",
        "requestValidatorId",
    ),
    Entity(
        lambda b, p: _api(b, p).models[p.get("modelName") or p["name"]],
        "Invalid model name specified",
        "CreateModel",
        "UpdateModel",
    ),
    Entity(
        lambda b, p: _api(b, p).gateway_responses[p["responseType"]],
        "Invalid Gateway Response identifier specified",
        "PutGatewayResponse",
        "UpdateGatewayResponse",
    ),
    Entity(
        lambda b, p: b.keys[p["apiKey"]],
        "Invalid API Key identifier specified",
        "CreateApiKey",
        "UpdateApiKey",
        "apiKey",
    ),
    Entity(
        lambda b, p: b.usage_plans[p["usagePlanId"]],
        "Invalid Usage Plan ID specified",
        "CreateUsagePlan",
        "UpdateUsagePlan",
        "usagePlanId",
    ),
    Entity(lambda b, _: b.account, "", "", "UpdateAccount"),
)


def document_of(target: Any) -> Params:
    """What moto answers for an object, in the API's words."""
    write = getattr(target, "to_json", None) or target.to_dict
    document: Params = write()
    return {key: value for key, value in document.items() if value is not None}


def assign(target: Any, member: str, value: Any) -> None:
    """Set a member of the API's resource on moto's object."""
    from botocore import xform_name

    kept_as = _KEPT_AS.get((type(target).__name__, member))
    for name in (kept_as, member, xform_name(member)):
        if name and name in target.__dict__:
            setattr(target, name, value)
            return
    target.__dict__.setdefault(EXTRA, {})[member] = value


def keep_extras() -> None:
    """Let moto's objects answer the members that `assign` had no attribute for."""
    from moto.apigateway import models

    for owner, name in (
        (models.Integration, "to_json"),
        (models.Stage, "to_json"),
        (models.Deployment, "to_json"),
        (models.Authorizer, "to_json"),
        (models.RestAPI, "to_dict"),
    ):
        setattr(owner, name, _with_extras(getattr(owner, name)))


def _with_extras(write: Callable[[Any], Params]) -> Callable[[Any], Params]:
    if getattr(write, "adds_extras", False):
        return write

    def written(self: Any) -> Params:
        return {**write(self), **self.__dict__.get(EXTRA, {})}

    written.adds_extras = True  # type: ignore[attr-defined]
    return written
