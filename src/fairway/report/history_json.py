"""Deployments as JSON: what `fairway history` and `fairway show` answer."""

from __future__ import annotations

from typing import Any

from fairway.model.deployment import Deployment
from fairway.model.plain import plain


def summary_json(deployment: Deployment) -> dict[str, Any]:
    """One deployment of the list."""
    end = deployment.end
    return {
        "number": deployment.number,
        "command": deployment.command,
        "restores": deployment.restores or None,
        "undoes": deployment.undoes or None,
        "result": deployment.result,
        "unverified": deployment.unverified,
        "error": end.get("error") or None,
        "started": deployment.started,
        "seconds": end.get("seconds"),
        "counts": end.get("counts", {}),
        "origin": plain(deployment.origin),
    }


def deployment_json(deployment: Deployment) -> dict[str, Any]:
    """One deployment in full."""
    end, definition = deployment.end, deployment.definition
    return {
        **summary_json(deployment),
        "lineage": deployment.lineage,
        "serial_before": deployment.serial_before,
        "serial_after": deployment.serial_after,
        "approval": plain(deployment.approval),
        "plan": deployment.plan,
        "operations": plain(deployment.operations),
        "calls": end.get("calls", {}),
        "outputs": end.get("outputs", {}),
        "artifacts": sorted(each.digest for each in definition.artifacts) if definition else [],
    }
