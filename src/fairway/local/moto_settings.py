"""How moto itself is set up: a feature without a middleware."""

from __future__ import annotations

import functools
import json
from typing import Any

RELIES_ON = {"moto.iam.models:IAMBackend._init_aws_policies": ("self",)}


def install() -> None:
    """Real state machines; AWS's managed policies, which nearly every template attaches."""
    from moto.core.config import default_user_config
    from moto.iam.models import IAMBackend

    default_user_config["stepfunctions"]["execute_state_machine"] = True
    default_user_config["iam"]["load_aws_managed_policies"] = True
    IAMBackend._init_aws_policies = _aws_policies  # type: ignore[method-assign,assignment]


@functools.cache
def _documents() -> dict[str, Any]:
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    documents: dict[str, Any] = json.loads(aws_managed_policies_data)
    return documents


def _aws_policies(backend: Any) -> list[Any]:
    """The same policies, parsed once: not for every partition and after every reset (0.4 s each time)."""
    from moto.iam.models import AWSManagedPolicy

    if backend.region_name != "aws":
        return []  # moto looks every key up in all partitions; nobody deploys to the others here
    return [
        AWSManagedPolicy.from_data(name, backend.account_id, backend.region_name, document)
        for name, document in _documents().items()
    ]
