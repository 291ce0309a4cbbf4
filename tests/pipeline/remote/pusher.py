"""Somebody with a repository of their own, who pushes it with git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.cli.program import Ended, Program, program, write
from tests.local_cloud import Cloud, unique

TEMPLATE = """\
Parameters: {{Stage: {{Type: String, Default: none}}}}
Resources:
  Queue: {{Type: AWS::SQS::Queue, Properties: {{DelaySeconds: {delay}}}}}
Outputs:
  Delay: {{Value: "{delay}"}}
"""
SETTINGS = """\
[project]
name = "{name}"

[stacks.{name}]
source = "infra"

[environments.prod]
branch = "main"
region = "us-east-1"
{more}
"""


@dataclass(frozen=True)
class Pusher:
    """A working repository, and `fairway` in it."""

    app: Program
    name: str

    @property
    def folder(self) -> Path:
        return self.app.folder

    @property
    def bare(self) -> Path:
        """Where `fairway remote add` makes the repository that is pushed to."""
        return self.app.home / "remotes" / f"{self.name}.git"

    @property
    def environment(self) -> Mapping[str, str]:
        person = {f"GIT_{who}_{what}": "ann" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        return {**self.app.environment, **person, "GIT_CONFIG_GLOBAL": os.devnull}

    def git(self, *arguments: str) -> str:
        """What git answers. Raises CalledProcessError."""
        return self.run(*arguments, check=True).out.strip()

    def run(self, *arguments: str, check: bool = False, timeout: float = 120) -> Ended:
        ended = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=check,
            timeout=timeout,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """git in the background, in a process group of its own."""
        return subprocess.Popen(
            ["git", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def commit(self, files: Mapping[str, str] | None = None, **more: int) -> str:
        """Commit these files, or the template with another delay; returns the commit."""
        write(self.folder, files or {"infra/template.yaml": TEMPLATE.format(**more)})
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "a change")
        return self.git("rev-parse", "HEAD")

    def push(self, branch: str = "main") -> Ended:
        """Push a branch. What the repository says is in `err`, after `remote: `."""
        return self.run("push", "fairway", branch)

    def tip(self, branch: str = "main") -> str:
        """The branch in the repository that is pushed to."""
        listed = self.git("ls-remote", str(self.bare), f"refs/heads/{branch}")
        return listed.partition("\t")[0]

    def live(self, environment: str = "prod") -> str:
        """The delay that is deployed, empty where nothing is."""
        return self.app("outputs", "Delay", "--env", environment).out.strip()


def pusher(folder: Path, cloud: Cloud, more: str = "", **files: str) -> Pusher:
    """A repository with one commit on main and the git remote `fairway`, whose prod is the local cloud."""
    name = unique("shop")
    app = program(folder / name, cloud, AWS_ENDPOINT_URL=cloud.endpoint, AWS_REGION="us-east-1")
    made = Pusher(app, name)
    made.git("init", "-q", "-b", "main")
    write(
        app.folder,
        {"fairway.toml": SETTINGS.format(name=name, more=more), ".gitignore": ".fairway/\n", **files},
    )
    made.commit(delay=1)
    added = app("remote", "add")
    assert added.code == 0, added.err
    return made
