"""A REST API's deployments as AWS keeps them: what was defined when the deployment was made, and nothing
later."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fairway.local.functions.overrides import replace_attribute

_ATTRIBUTE = "fairway_snapshot"


@dataclass(frozen=True)
class Snapshot:
    """A REST API's definition, in the shapes its read calls answer.

    `resources` maps each path to its resource; the others are keyed by id (models by name, responses by
    type)."""

    resources: Mapping[str, dict[str, Any]]
    authorizers: Mapping[str, dict[str, Any]]
    validators: Mapping[str, dict[str, Any]]
    models: Mapping[str, dict[str, Any]]
    gateway_responses: Mapping[str, dict[str, Any]]
    binary_types: tuple[str, ...]
    key_source: str


def take(api: Any) -> Snapshot:
    """Copy the definition of moto's RestAPI as it stands now."""
    return Snapshot(
        resources={
            resource.get_path(): copy.deepcopy(resource.to_dict()) for resource in api.resources.values()
        },
        authorizers={key: copy.deepcopy(item.to_json()) for key, item in api.authorizers.items()},
        validators={key: copy.deepcopy(item.to_dict()) for key, item in api.request_validators.items()},
        models={item.name: copy.deepcopy(item.to_json()) for item in api.models.values()},
        gateway_responses={key: copy.deepcopy(item.to_json()) for key, item in api.gateway_responses.items()},
        binary_types=tuple(api.to_dict().get("binaryMediaTypes") or ()),
        key_source=api.api_key_source or "HEADER",
    )


def of_deployment(deployment: Any) -> Snapshot | None:
    snapshot: Snapshot | None = getattr(deployment, _ATTRIBUTE, None)
    return snapshot


def install() -> None:
    """Make every CreateDeployment keep a snapshot."""
    from moto.apigateway.models import RestAPI

    original = RestAPI.create_deployment

    def create_deployment(self: Any, name: str, description: str, stage_variables: Any = None) -> Any:
        deployment = original(self, name, description, stage_variables)
        setattr(deployment, _ATTRIBUTE, take(self))
        return deployment

    replace_attribute(RestAPI, "create_deployment", create_deployment)
