"""API keys and usage plans of REST APIs."""

from __future__ import annotations


def find_key(value: str, account: str, region: str, api_id: str, stage: str) -> str | None:
    """The id of the enabled key with this value that a usage plan admits to the stage, or None."""
    from moto.apigateway.models import apigateway_backends

    backend = apigateway_backends[account][region]
    for key in backend.keys.values():
        if key.value == value and key.enabled:
            plans = [plan for plan, keys in backend.usage_plan_keys.items() if key.id in keys]
            if any(_admits(backend.usage_plans.get(plan), api_id, stage) for plan in plans):
                return str(key.id)
    return None


def _admits(plan: object, api_id: str, stage: str) -> bool:
    stages = getattr(plan, "api_stages", None) or ()
    return any(item.get("apiId") == api_id and item.get("stage") == stage for item in stages)
