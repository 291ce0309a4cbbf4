"""The stages of a run, and how it ends (docs/events.md says what each word means)."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

StageName: TypeAlias = Literal["checks", "test", "build", "plan", "approve", "apply", "verify", "publish"]
STAGES: tuple[StageName, ...] = get_args(StageName)
DeploymentResult: TypeAlias = Literal[
    "succeeded",
    "unchanged",
    "destroyed",
    "built",
    "planned",
    "compared",
    "accepted",
    "edited",
    "migrated",
    "adopted",
    "released",
    "declined",
    "failed",
    "interrupted",
]
"""Of a run on one stack."""
PipelineResult: TypeAlias = Literal[
    "succeeded", "unchanged", "waiting", "declined", "failed", "rolled-back", "interrupted"
]
"""Of a run of the pipeline."""
StackResult: TypeAlias = DeploymentResult | Literal["rolled-back", ""]
"""Of a stack in a run of the pipeline: undone after it had succeeded, or not carried out yet."""
Ending: TypeAlias = Literal["done", "nothing", "waiting", "declined", "failed", "interrupted"]
"""Of a stage of the pipeline: `nothing` was to be done; all but the first two end the run."""
