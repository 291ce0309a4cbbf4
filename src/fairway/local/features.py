"""The parts of the local cloud beyond moto, and the contract each of them fulfils.

A feature is a module that may have
- `RELIES_ON`: what of moto it replaces, as `fairway.local.selftest.differences` takes it;
- `install()`: patches moto; called once, before any backend exists;
- `middleware(app)`: a WSGI application in front of moto;
- `limitations()`: what it was asked for and cannot do, one sentence each, for the status;
- `reset()`: forget everything (moto has been emptied already);
- `stop()`: end threads and processes.
"""

from __future__ import annotations

import importlib
from types import ModuleType

# In the order in which they are installed; the first one's middleware sees a request first.
FEATURES = (
    "fairway.local.faults",
    "fairway.local.moto_settings",
    "fairway.local.functions.overrides",
    "fairway.local.apis",
    "fairway.local.graphql",
    "fairway.local.events",
    "fairway.local.workflows",
    "fairway.local.fidelity",
)

# Imported ahead in the background, in the order in which a deploy usually meets them.
PRELOADED = ("iam", "s3", "sts", "lambda", "logs", "dynamodb", "sqs", "sns", "ssm", "events", "cloudwatch")


def load() -> tuple[ModuleType, ...]:
    """Import the features, which imports the parts of moto that they replace."""
    return tuple(importlib.import_module(name) for name in FEATURES)
