"""Functions that are asked whether a new version may have the traffic, or keep it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from fairway.aws.calls import Caller
from fairway.model.errors import Failed
from fairway.model.masking import cut

Moment = Literal["BeforeAllowTraffic", "AfterAllowTraffic"]
"""CodeDeploy's names (CodeDeploy User Guide, "AppSpec 'hooks' section for an AWS Lambda deployment")."""

GOOD = "Succeeded"
LONGEST_ANSWER = 500
"""Characters of an answer that are told."""
_REPORT = "PutLifecycleEventHookExecutionStatus"


@dataclass(frozen=True)
class Hooks:
    """Calls them and waits for what they answer. `caller` waits as long as a function may run; `mask` takes
    the secrets out of what is told of an answer.
    """

    caller: Callable[[], Caller]
    mask: Callable[[str], str]

    def ask(self, function: str, moment: Moment, alias: str, former: str, new: str) -> None:
        """Raises Failed unless the function answers `{"status": "Succeeded"}`.

        CodeDeploy knows nothing of this rollout, so a report to it reaches nobody: the answer is the verdict.
        """
        event = {
            "DeploymentId": f"fairway/{alias}/{new}",
            "LifecycleEventHookExecutionId": moment,
            "Fairway": {"Moment": moment, "Alias": alias, "CurrentVersion": former, "NewVersion": new},
        }
        given = {"FunctionName": function, "Payload": json.dumps(event).encode()}
        answer = self.caller().call("lambda", "Invoke", given, once=True)
        text = answer["Payload"].read().decode()
        if "FunctionError" in answer or _status(text) != GOOD:
            raise _refused(function, moment, self.mask(text))


def _status(text: str) -> Any:
    try:
        answer = json.loads(text)
    except ValueError:
        return None
    return answer.get("status", answer.get("Status")) if isinstance(answer, dict) else None


def _refused(function: str, moment: Moment, text: str) -> Failed:
    way = f'put it right and deploy again; a test that went well answers {{"status": "{GOOD}"}}'
    if _REPORT in text:
        way = f'no CodeDeploy is used: let it answer {{"status": "{GOOD}"}}, or raise, instead of reporting'
    return Failed(
        "rollout.hook", f"{function} did not agree ({moment})", why=cut(text, LONGEST_ANSWER), next=way
    )
