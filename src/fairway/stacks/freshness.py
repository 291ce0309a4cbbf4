"""Fresh is proved: the live code of every function and layer is the code that was built."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from fairway.aws.provider import Live
from fairway.model.errors import Failed
from fairway.model.events import Emit, FreshnessProved
from fairway.model.graph import Definition
from fairway.model.plan import Plan
from fairway.model.values import Value, code_digest


class StaleCode(Failed):
    """What runs is not what was built."""

    def __init__(self, stale: Sequence[str]) -> None:
        super().__init__(
            "verify.stale",
            "; ".join(stale),
            why="AWS answers another code digest than that of the artifact",
            next="deploy again; if it stays, something else deploys to this function",
        )


def prove_freshness(
    definition: Definition,
    plan: Plan,
    live: Mapping[str, Live | None],
    emit: Emit,
    clock: Callable[[], float],
) -> None:
    """Compare the digest AWS answers with that of the artifact, for everything that carries one.

    `definition` holds artifacts, `live` is what AWS answered last. What the plan neither read nor changed is
    not proved. Raises StaleCode naming what is stale.
    """
    stale = []
    unknown = {*plan.unread, *plan.untargeted} - {change.address for change in plan.effective}
    for address, resource in definition.resources.items():
        built = code_digest(resource.properties)
        if not built or address in unknown:
            continue
        deployed = code_digest(_properties(live.get(address)))
        if deployed == built:
            emit(FreshnessProved(at=clock(), address=address, digest=built))
        else:
            stale.append(f"{address} runs {deployed[:12] or 'unknown code'}, built was {built[:12]}")
    if stale:
        raise StaleCode(stale)


def _properties(live: Live | None) -> Value:
    return dict(live.properties) if live else None
