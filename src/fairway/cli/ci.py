"""`fairway ci`: the files for CI systems, and what their jobs say about a run."""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fairway.cli.output import Output
from fairway.model.events import Warned
from fairway.project.find import find_project, repository_of

if TYPE_CHECKING:
    from fairway.cli.arguments import Commands
    from fairway.pipeline.ci.written import Written
    from fairway.project.settings import Project

_FILES = """\
Writes the files that make a CI system run this project's pipeline: tests and a plan for each request,
a deployment for what is merged. They are made from fairway.toml; one that somebody edited is kept.
"""


def add(commands: Commands) -> None:
    """The grammar of its actions."""
    from fairway.cli.arguments import add_command, confirm_options, target_options

    words = "write the files for a CI system, and report from its jobs"
    actions = add_command(commands, "ci", words).add_subparsers(
        dest="action", metavar="ACTION", required=True
    )
    for host, name in (("github", "workflows for GitHub Actions"), ("gitlab", "pipeline for GitLab CI")):
        files = add_command(actions, host, f"write the {name}", _shown(), about=_FILES)
        files.add_argument("--check", action="store_true", help="write nothing; exit with 1 if that would")
        files.add_argument("--force", action="store_true", help="also over what somebody wrote or edited")
    for name, words in (
        ("summary", "print what the last run planned and did, as Markdown"),
        ("comment", "in a job: have that as one comment on the pull or merge request"),
    ):
        add_command(actions, name, words, _shown(), _environment())
    words = "in a job: approve the plans in the name of those who let the job go ahead"
    add_command(actions, "approve", words, target_options(several=True), confirm_options())


def ci(arguments: argparse.Namespace, output: Output) -> int:
    match arguments.action:
        case "summary":
            text = _summary(find_project(Path()), arguments.env)
            return output.result(0, {"markdown": text}, lambda _: text.rstrip("\n"))
        case "comment":
            return _comment(arguments, output)
        case "approve":
            return _approve(arguments, output)
    return _files(arguments, output)


def _files(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.ci import github, gitlab
    from fairway.pipeline.ci.lanes import flow_of, unprepared
    from fairway.pipeline.ci.written import look, with_head, write

    project = find_project(Path())
    repository = repository_of(project.folder)
    inside = str(project.folder.resolve().relative_to(repository))
    make = {"github": github.files, "gitlab": gitlab.files}[arguments.action]
    texts = make(flow_of(project, inside, arguments.action))
    files = {path: with_head(text, arguments.action) for path, text in texts.items()}
    if arguments.check:
        found = look(repository, files)
        return _told(found, output, 1 if any(each.did != "already so" for each in found) else 0)
    if finding := unprepared(project):
        output.report(Warned(time.time(), finding))
    return _told(write(repository, files, force=arguments.force), output, 0)


def _told(files: tuple[Written, ...], output: Output, exit_code: int) -> int:
    words = {"already so": "up to date", "set": "out of date", "created": "missing"}
    shown = words if exit_code else {"set": "written", "created": "created", "already so": "already so"}
    data = {"files": [{"path": each.path, "did": each.did} for each in files]}
    return output.result(
        exit_code, data, lambda _: "\n".join(f"{shown[each.did]} {each.path}" for each in files)
    )


def _comment(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.pipeline.ci.services import service_of

    project = find_project(Path())
    marker = f"<!-- fairway: {project.name}/{arguments.env} -->\n"
    did = service_of(os.environ).comment(
        marker.strip(), marker + _summary(project, arguments.env, len(marker))
    )
    return output.result(0, {"did": did}, lambda _: f"{did} the comment on the request")


def _approve(arguments: argparse.Namespace, output: Output) -> int:
    from fairway.cli.delivery import delivery_of
    from fairway.pipeline.approval import approve, to_carry_out
    from fairway.pipeline.ci.services import require_approver, service_of

    delivery = delivery_of(arguments, output, ("approve",))
    who = require_approver(service_of(os.environ), delivery.environment)
    waiting = to_carry_out(delivery.folder, delivery.stacks)
    if waiting:
        approve(delivery, who, lambda _: True)
    words = f"approved by {who}" if waiting else "there is nothing to approve"
    return output.result(0, {"approved": bool(waiting), "who": who}, lambda _: words)


def _summary(project: Project, environment: str, reserved: int = 0) -> str:
    """What a run left, as Markdown that fits into a comment beside so many `reserved` characters."""
    from fairway.model.plan_document import plan_of
    from fairway.pipeline.folder import RunFolder
    from fairway.report.plan_markdown import GITHUB_LIMIT
    from fairway.report.run_markdown import RunSummary, render_run_markdown
    from fairway.stacks.planfile import read_plan_file

    folder = RunFolder(project.folder, environment)
    record = folder.record()
    files: Mapping[str, Path] = {name: folder.plan(name) for name in record.stacks}
    return render_run_markdown(
        RunSummary(
            environment,
            {name: (each.result, each.seconds) for name, each in record.stages.items()},
            [plan_of(read_plan_file(file).plan) for file in files.values() if file.exists()],
            {name: each.deferred for name, each in record.stacks.items() if each.deferred},
        ),
        GITHUB_LIMIT - reserved,
    )


def _shown() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--json", action="store_true", help="print one JSON result line")
    return options


def _environment() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--env", metavar="NAME", required=True, help="the environment of the run")
    return options
