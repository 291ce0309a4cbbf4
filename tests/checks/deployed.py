"""A small stack that is deployed to the local cloud, and the checks of a project about it."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.cli.program import write
from tests.local_cloud import REGION, Cloud, unique

from fairway.checks import after, before
from fairway.checks.opening import subject_of
from fairway.checks.subject import Subject
from fairway.local.urls import public_url
from fairway.model.checked import Checked
from fairway.model.events import CheckFinished, Event
from fairway.project.checks import Prerequisite, Verification
from fairway.project.settings import EnvironmentSettings, Project
from fairway.stacks.deploy import deploy
from fairway.stacks.request import Request, Target
from fairway.stacks.run import Ports


@dataclass(frozen=True)
class Place:
    """A project's folder with one stack, named as the folder, in an environment of the local cloud."""

    folder: Path
    target: Target
    environ: Mapping[str, str]

    def deploy(self, **parameters: str) -> None:
        request = Request(self.folder, self.target, parameters=parameters)
        made = deploy(request, Ports(emit=lambda _: None, confirm=lambda _: True))
        assert made.result in ("succeeded", "unchanged")

    def project(
        self,
        *,
        checks: Sequence[Prerequisite] = (),
        verify: Sequence[Verification] = (),
        settings: EnvironmentSettings | None = None,
    ) -> Project:
        return Project(
            file=self.folder / "fairway.toml",
            name="test",
            checks=tuple(checks),
            verify=tuple(verify),
            environments={self.target.environment: settings} if settings else {},
        )

    def subject(self, project: Project) -> Subject:
        return subject_of(
            project,
            {self.target.stack: self.target},
            requests={self.target.stack: Request(self.folder, self.target)},
            present=self.present,
            environ=self.environ,
        )

    def present(self, text: str) -> str:
        return public_url(text, self.target.endpoint_url)

    def verify(self, *verifications: Verification) -> list[Checked]:
        """What came of the declared ones."""
        project = self.project(verify=verifications)
        return after.run(project, self.subject(project), told)[: len(verifications)]

    def built_in(self) -> dict[str, Checked]:
        """What came of the verifications that are built in, by their names."""
        project = self.project()
        return {each.name: each for each in after.run(project, self.subject(project), told)}

    def identifier(self, address: str) -> str:
        """How AWS knows a deployed resource."""
        return self.subject(self.project()).resource(address).identifier

    def check(self, *checks: Prerequisite) -> list[Checked]:
        """What came of the declared ones."""
        project = self.project(checks=checks)
        return before.run(project, self.subject(project), told)[: len(checks)]


def told(event: Event) -> None:
    """Checks tell nothing but their ends."""
    assert isinstance(event, CheckFinished)


def place(tmp_path: Path, cloud: Cloud, files: Mapping[str, str], **environ: str) -> Place:
    """A place with those files, of which nothing is deployed yet. Its programs find what these tests find."""
    folder = tmp_path / unique("checked")
    folder.mkdir()
    write(folder, files)
    target = Target(
        folder.name, "local", REGION, str(folder / "state"), folder / "cache", cloud.endpoint, local=True
    )
    return Place(folder, target, {"PATH": os.environ["PATH"], **environ})
