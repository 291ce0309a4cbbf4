"""A run publishes the sites of its stacks, and puts back what they were when it goes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from tests.local_cloud import Cloud, unique
from tests.pipeline.projects import Workshop, workshop

from fairway.model.errors import Failed, InvalidDefinition
from fairway.model.events import ApplyStarted, RollbackStarted, SitePublished, StackFailed
from fairway.model.site import SiteState
from fairway.project.checks import Command
from fairway.project.settings import SiteSettings, StackSettings
from fairway.rollout import sites
from fairway.stacks.run import Ports
from fairway.stacks.sites import declared_site_request, publish_site
from fairway.stacks.storage import open_store

BUCKET = """\
Resources:
  Site: {Type: AWS::S3::Bucket}
Outputs:
  Site: {Value: !Ref Site}
"""


@dataclass(frozen=True)
class Web:
    """A stack with a bucket, and the site that is in it."""

    made: Workshop
    stack: str

    def write(self, text: str) -> None:
        self.made.write({"infra/template.yaml": BUCKET, "web/index.html": text})

    def fails_while(self, file: str) -> None:
        """Declare a verification that fails as long as this file is there."""
        self.made.set(verify=(Command(name="broken", command=f"test ! -e {file}"),))

    def fails_once(self) -> None:
        """Declare a verification that fails the first time."""
        (self.made.folder / "calls").unlink(missing_ok=True)
        counting = "echo >> calls; test $(wc -l < calls) -gt 1"
        self.made.set(verify=(Command(name="broken", command=counting),))

    def publish(self) -> SitePublished:
        """As somebody else would, by itself."""
        request = declared_site_request(self.made.project, "web", self.made.target(self.stack))
        return publish_site(request, Ports(lambda _: None, confirm=lambda _: True))

    @property
    def state(self) -> SiteState:
        target = self.made.target(self.stack)
        return open_store(target).site(target.environment, "site.web").load()

    def files(self) -> Mapping[str, str]:
        """What is in the bucket."""
        s3, bucket = self.made.cloud.client("s3"), self.made.outputs(self.stack)["Site"]
        keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket).get("Contents", ())]
        return {key: s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode() for key in keys}


@pytest.fixture
def web(tmp_path: Path, local_cloud: Cloud) -> Web:
    name = unique("web")
    made = workshop(tmp_path, local_cloud, {name: StackSettings(name, "infra")})
    bucket = f"${{stacks.{name}.Site}}"
    made.set(sites={"web": SiteSettings("web", folder="web", output=".", bucket=bucket)})
    made.set_environment(on_failure="rollback")
    web = Web(made, name)
    web.write("one")
    return web


def test_it_is_decided_by_content_whether_a_site_changes(web: Web) -> None:
    web.made.run("build", "build")
    assert web.made.decisions["site.web"] == "first deployment"
    web.made.run("test", "apply")
    web.made.run("build", "build")
    assert web.made.decisions == {web.stack: "nothing", "site.web": "nothing"}
    web.write("two")
    web.made.run("build", "build")
    assert web.made.decisions == {web.stack: "nothing", "site.web": "code"}


def test_a_build_that_fails_stops_the_run_before_anything_is_applied(web: Web) -> None:
    broken = replace(web.made.project.sites["web"], build="echo no such module; exit 3", output="dist")
    web.made.set(sites={"web": broken})
    with pytest.raises(InvalidDefinition) as caught:
        web.made.run("test", "apply")
    assert "no such module" in caught.value.findings[0].why
    assert web.made.of(ApplyStarted) == []


def test_what_takes_an_output_that_is_not_there_is_built_once_it_is(web: Web) -> None:
    write = replace(
        web.made.project.sites["web"],
        build="mkdir dist; echo $BUCKET > dist/index.html",
        output="dist",
        environment={"BUCKET": f"${{stacks.{web.stack}.Site}}"},
    )
    web.made.set(sites={"web": write})
    assert web.made.run("test", "apply") == "succeeded"
    assert web.made.decisions["site.web"] == "decided later"
    assert web.files() == {"index.html": web.made.outputs(web.stack)["Site"] + "\n"}
    web.made.run("build", "build")
    assert web.made.decisions["site.web"] == "nothing"


def test_a_failed_verification_puts_the_release_before_back(web: Web) -> None:
    assert web.made.run("test", "verify") == "succeeded"
    web.write("two")
    web.fails_once()
    assert web.made.run("test", "verify") == "rolled-back"
    assert web.files() == {"index.html": "one"}
    [started] = web.made.of(RollbackStarted)
    assert (started.sites, started.stacks) == (("web",), ())
    assert [each.release for each in web.made.of(SitePublished)] == [2, 3]


def test_what_was_put_back_is_not_put_back_again(web: Web) -> None:
    web.made.run("test", "verify")
    web.write("two")
    web.fails_once()
    web.made.run("test", "verify")
    web.fails_once()
    assert web.made.run("verify", "verify") == "failed"
    assert web.made.of(RollbackStarted) == []
    assert web.files() == {"index.html": "one"}


def test_a_later_process_that_verifies_puts_it_back_too(web: Web) -> None:
    web.made.run("test", "apply")
    web.write("two")
    web.made.run("test", "apply")
    web.fails_once()
    assert web.made.run("verify", "verify") == "rolled-back"
    assert web.files() == {"index.html": "one"}


def test_a_publication_that_failed_half_way_is_put_back(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.made.run("test", "apply")
    web.write("two")
    upload = sites._upload

    def failing(*given: Any) -> None:
        monkeypatch.setattr(sites, "_upload", upload)
        upload(*given)
        raise Failed("aws.SlowDown", "no more today")

    monkeypatch.setattr(sites, "_upload", failing)
    with pytest.raises(Failed, match="no more today"):
        web.made.run("test", "apply")
    assert web.made.of(RollbackStarted)[0].sites == ("web",)
    assert web.files() == {"index.html": "one"}


def test_of_a_first_publication_nothing_is_left(web: Web) -> None:
    web.made.write({"wrong": ""})
    web.fails_while("wrong")
    assert web.made.run("test", "verify") == "rolled-back"
    assert web.state.releases == ()
    assert web.state.objects == {}
    (web.made.folder / "wrong").unlink()
    assert web.made.run("test", "verify") == "succeeded"
    assert web.files() == {"index.html": "one"}


def test_a_first_publication_to_a_bucket_that_was_there_leaves_what_others_put_there(web: Web) -> None:
    declared = web.made.project.sites
    web.made.set(sites={})
    web.made.run("test", "verify")
    bucket = web.made.outputs(web.stack)["Site"]
    web.made.cloud.client("s3").put_object(Bucket=bucket, Key="uploads/a.png", Body=b"theirs")
    web.made.set(sites=declared)
    web.fails_once()
    assert web.made.run("test", "verify") == "rolled-back"
    assert web.files() == {"uploads/a.png": "theirs"}


def test_what_somebody_else_published_since_is_left_alone(web: Web) -> None:
    web.made.run("test", "apply")
    web.write("two")
    web.made.run("test", "apply")
    web.write("three")
    web.publish()
    web.fails_once()
    assert web.made.run("verify", "verify") == "failed"
    assert [each.code for each in web.made.of(StackFailed)] == ["rollback.overtaken"]
    assert web.files() == {"index.html": "three"}


def test_hold_leaves_it_as_it_is(web: Web) -> None:
    web.made.run("test", "verify")
    web.made.set_environment(on_failure="hold")
    web.write("two")
    web.fails_once()
    assert web.made.run("test", "verify") == "failed"
    assert web.files() == {"index.html": "two"}
