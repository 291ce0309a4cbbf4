"""Where a worker tries points: a cloud, the proxy before it, and the interpreters that runs are forked of."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.crash.proxy import STATE_BUCKET, Interference, Nothing, Proxy
from tests.crash.stacks import Stack, make
from tests.crash.zygote import Ended, Zygote
from tests.local_cloud import Cloud

from fairway.local.client import LocalCloud

Backend = Literal["folder", "s3"]
BACKENDS: tuple[Backend, ...] = ("folder", "s3")
_PREFIX = "state"


@dataclass(frozen=True, eq=False)
class Place:
    """Everything of one worker. Runs go through `proxy`, the dumps of `cloud` do not."""

    cloud: Cloud
    proxy: Proxy
    stacks: Mapping[str, Stack]
    runs: Mapping[Backend, Zygote]
    state: Path
    """The folder backend's folder."""

    def empty(self, backend: Backend) -> None:
        """An empty cloud and no state."""
        self.cloud.local.reset()
        shutil.rmtree(self.state, ignore_errors=True)
        if backend == "s3":
            s3 = self.cloud.client("s3")
            s3.create_bucket(Bucket=STATE_BUCKET)
            s3.put_bucket_versioning(Bucket=STATE_BUCKET, VersioningConfiguration={"Status": "Enabled"})

    def run(
        self, backend: Backend, command: tuple[str, ...], interference: Interference | None = None
    ) -> Ended:
        """Run Fairway to its end, killed or not, and until all that it sent has taken effect."""
        self.proxy.interference = interference or Nothing()
        ended = self.runs[backend].run(*command)
        self.proxy.settle()
        return ended

    def kill(self, backend: Backend) -> None:
        """SIGKILL for the run under way and all that it started."""
        os.killpg(self.runs[backend].pid, signal.SIGKILL)

    def documents(self, backend: Backend) -> Mapping[str, bytes]:
        """What the backend holds, by key."""
        if backend == "folder":
            files = (path for path in self.state.rglob("*") if path.is_file())
            return {str(path.relative_to(self.state)): path.read_bytes() for path in files}
        s3 = self.cloud.client("s3")
        listed = s3.list_objects_v2(Bucket=STATE_BUCKET, Prefix=f"{_PREFIX}/").get("Contents", [])
        keys = [found["Key"] for found in listed]
        return {
            key.removeprefix(f"{_PREFIX}/"): s3.get_object(Bucket=STATE_BUCKET, Key=key)["Body"].read()
            for key in keys
        }


@contextmanager
def place(folder: Path) -> Iterator[Place]:
    """A place in a folder, taken down with the block; places beside each other share the build cache."""
    local = LocalCloud(folder / "home")
    running = local.up(port=0)
    proxy = Proxy(running.port)
    state = folder / "state"
    environment = _environment(folder, proxy)
    try:
        with (
            Zygote(folder / "runs", environment | {"FAIRWAY_STATE": str(state)}) as on_folder,
            Zygote(
                folder / "runs-s3", environment | {"FAIRWAY_STATE": f"s3://{STATE_BUCKET}/{_PREFIX}"}
            ) as on_s3,
        ):
            cloud = Cloud(folder / "home", running.endpoint, local)
            runs: Mapping[Backend, Zygote] = {"folder": on_folder, "s3": on_s3}
            yield Place(cloud, proxy, make(folder / "stacks"), runs, state)
    finally:
        proxy.close()
        local.down()


def _environment(folder: Path, proxy: Proxy) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "FAIRWAY_"))}
    return kept | {
        "AWS_ENDPOINT_URL": proxy.endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "FAIRWAY_HOME": str(folder / "home"),
        "FAIRWAY_CACHE": str(folder.parent / "cache"),
        "CI": "true",
        "NO_COLOR": "1",
    }
