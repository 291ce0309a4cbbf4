"""Step Functions that really run: moto's interpreter, with what it gets wrong put right."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairway.local.wsgi import App

_SYNC_HOST = (
    "StartSyncExecution from an SDK that puts `sync-` in front of the host's name "
    "(with botocore: Config(inject_host_prefix=False))"
)


def middleware(app: App) -> App:
    """Step Functions as AWS answers it; the interpreter is patched when it is first called."""
    from fairway.local.fidelity.overlay import overlay, registry
    from fairway.local.workflows import operations

    return overlay(app, registry(operations.rows()), {"stepfunctions": prepare})


def limitations() -> list[str]:
    """What Step Functions does not do here."""
    return [_SYNC_HOST, "the HTTP task of state machines (http:invoke)"]


def prepare() -> None:
    """Patch the interpreter. Raises RuntimeError when this moto is not the one it was written against."""
    from fairway.local import selftest
    from fairway.local.workflows import executions, jsonata, tasks

    parts = (executions, jsonata, tasks)
    if changed := [line for part in parts for line in selftest.differences(part.RELIES_ON)]:
        raise RuntimeError("Step Functions cannot run: " + "; ".join(changed))
    for part in parts:
        part.install()
