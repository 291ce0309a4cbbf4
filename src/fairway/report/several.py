"""What several stacks do at once, in one line that the next event takes away."""

from __future__ import annotations

from dataclasses import dataclass, field

from fairway.model.events import (
    DeploymentFinished,
    Event,
    OperationFailed,
    OperationFinished,
    OperationStarted,
    StackFailed,
)

NAMED = 4


@dataclass
class Several:
    """Follows the operations under way; answers each event with the line as it is then, or an empty one."""

    _running: dict[tuple[str, str], None] = field(default_factory=dict)

    def __call__(self, event: Event) -> str:
        match event:
            case OperationStarted():
                self._running[event.stack, event.address] = None
            case OperationFinished() | OperationFailed():
                self._running.pop((event.stack, event.address), None)
            case DeploymentFinished() | StackFailed():
                self._running = {key: None for key in self._running if key[0] != event.stack}
        if not self._running:
            return ""
        named = ", ".join(f"{stack}/{address}" for stack, address in list(self._running)[:NAMED])
        more = len(self._running) - NAMED
        return f"under way: {named}{f' and {more} more' if more > 0 else ''} …"
