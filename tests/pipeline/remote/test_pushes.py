"""A push runs the pipeline, and moves the branch only where that succeeds."""

from __future__ import annotations

from pathlib import Path

from tests.local_cloud import Cloud
from tests.pipeline.remote.pusher import pusher


def test_a_push_deploys_and_streams(tmp_path: Path, local_cloud: Cloud) -> None:
    made = pusher(tmp_path, local_cloud)
    pushed = made.push()
    assert pushed.code == 0, pushed.err
    assert made.live() == "1"
    assert made.tip() == made.git("rev-parse", "HEAD")
    assert "\x1b" not in pushed.err
