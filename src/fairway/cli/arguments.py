"""The command line's grammar. Names and flags stay: scripts depend on them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias, get_args

from fairway.apply.scheduler import DEFAULT_CONCURRENCY
from fairway.cli import (
    adopt,
    bootstrap,
    checking,
    ci,
    drift,
    history,
    init,
    metrics,
    notify,
    pipeline,
    remote,
    reports,
    secrets,
    site,
    state,
    unlock,
)
from fairway.cli.grammar import Grammar
from fairway.model.until import Until
from fairway.project.durations import seconds

if TYPE_CHECKING:
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]

_DESCRIPTION = """\
Deploys SAM and CloudFormation templates by calling AWS directly, or to a local cloud that really
runs the code. Without --endpoint-url and without --env, everything goes to the local cloud.
"""
_PLAN = """\
Compares the definition, what was recorded and what AWS answers now, and shows the difference
with its reasons. Nothing is changed.
"""
_DEPLOY = """\
Builds what changed, shows the plan, asks, carries it out as wide as the dependencies allow,
proves that every function runs the code that was built, and prints the outputs.
"""
_APPLY = """\
Plans again and compares: when the file was edited, or the state, the definition, the code or what AWS
answers would lead to another plan now, nothing is done. Else it is carried out without a question.
"""
_DESTROY = """\
Removes the stack's resources, known from state alone; no template is needed. What holds data
(tables, buckets, keys, secrets) goes only when --allow-data-loss names it.
"""
_VALIDATE = """\
Reads the definition and the code it names, and reports all mistakes at once: of the stack that is
named, else of all stacks of the project, and of what fairway.toml names of them.
"""
_EPILOG = (
    "Exit codes: 0 done or nothing to do, 1 failed, 2 wrong input, 3 waiting for approval, 130 interrupted."
)


def parser() -> argparse.ArgumentParser:
    """The whole grammar. argparse itself exits with 2 on a wrong command line."""
    root: argparse.ArgumentParser = Grammar(
        prog="fairway", description=_DESCRIPTION, epilog=_EPILOG, allow_abbrev=False
    )
    root.add_argument("--version", action="store_true", help="print the version and exit")
    commands = root.add_subparsers(dest="command", metavar="COMMAND")
    _add_deploying(commands)
    _add_inspecting(commands)
    history.add(commands, target_options())
    drift.add(commands)
    checking.add(commands)
    metrics.add(commands)
    notify.add(commands)
    site.add(commands)
    unlock.add(commands)
    bootstrap.add(commands)
    ci.add(commands)
    remote.add(commands)
    adopt.add(commands)
    adopt.add_export(commands)
    pipeline.add(commands)
    secrets.add(commands)
    init.add(commands)
    _add_limits(commands)
    _add_local(add_command(commands, "local", "start, stop and inspect the local cloud"))
    return root


def _add_deploying(commands: Commands) -> None:
    """The commands that read a definition, and the one that takes everything away."""
    target, definition, confirm = target_options(), definition_options(), confirm_options()
    part = _part_options()
    about = "show what a deploy would change"
    plan = add_command(commands, "plan", about, definition, part, target, about=_PLAN)
    plan.add_argument("--out", type=Path, metavar="FILE", help="also write the plan, for `apply FILE`")
    reports.add_plan_options(plan)
    plan.add_argument("--exit-code", action="store_true", help="exit with 2 when there are changes")
    words = "build, plan, show, confirm, apply and verify"
    deploy = add_command(commands, "deploy", words, definition, part, target, confirm, about=_DEPLOY)
    words = "carry out a plan that `fairway plan --out FILE` wrote, if it still holds"
    apply = add_command(commands, "apply", words, target, waiting_options(), about=_APPLY)
    apply.add_argument("file", type=Path, metavar="FILE", help="the plan")
    apply.add_argument("--param", action="append", default=[], metavar="KEY=VALUE", help="a secret parameter")
    for each in (deploy, apply):
        reports.add_timeline_option(each)
        add_on_failure(each)
    words = "remove everything a stack deployed"
    destroy = add_command(commands, "destroy", words, target, confirm, about=_DESTROY)
    destroy.add_argument("--all", action="store_true", help="every stack of the project, the last first")
    for each in (deploy, apply, destroy):
        add_wait(each)
    words = "find every mistake that can be known without AWS"
    add_command(commands, "validate", words, definition, target, about=_VALIDATE)


def _add_inspecting(commands: Commands) -> None:
    """The commands on what is deployed."""
    target = target_options()
    add_command(commands, "status", "show what is deployed", target)
    outputs = add_command(commands, "outputs", "show a stack's outputs", target)
    outputs.add_argument("name", nargs="?", metavar="NAME", help="print this output's value alone")
    add_command(commands, "events", "show what the last deployment did", target)
    logs = add_command(commands, "logs", "show what a function or log group wrote", target)
    logs.add_argument("address", metavar="ADDRESS", help="logical id of a function or log group")
    logs.add_argument("--follow", action="store_true", help="go on showing new lines until interrupted")
    invoke = add_command(commands, "invoke", "call a function, or run a workflow to its end", target)
    invoke.add_argument("address", metavar="ADDRESS", help="logical id of a function or state machine")
    invoke.add_argument("--payload", metavar="JSON|@FILE", default="{}", help="the event (default {})")
    state.add(commands, target, confirm_options())


def add_command(
    commands: Commands, name: str, help: str, *parents: argparse.ArgumentParser, about: str = ""
) -> argparse.ArgumentParser:
    """A command of that name; `about` says more than its line in the list."""
    return commands.add_parser(
        name,
        help=help,
        parents=list(parents),
        description=about or help,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def target_options(*, several: bool = False) -> argparse.ArgumentParser:
    """The options that say where a command works and how it shows what it does.

    With `several` it works on all stacks of the project, or on those that are named.
    """
    options = argparse.ArgumentParser(add_help=False)
    group = options.add_argument_group("where")
    if several:
        words = "only this stack of the project; repeatable"
        group.add_argument("--stack", action="append", default=[], metavar="NAME", help=words)
    else:
        words = "name of the stack (default: the only one in fairway.toml, or the folder's name)"
        group.add_argument("--stack", metavar="NAME", help=words)
    group.add_argument(
        "--env",
        metavar="NAME",
        help="environment; `local` is the local cloud, any other name is AWS (default: local)",
    )
    group.add_argument("--endpoint-url", metavar="URL", help="send all AWS calls there")
    group.add_argument("--region", help="AWS region")
    group.add_argument("--profile", help="profile of the AWS configuration files")
    group.add_argument(
        "--state",
        metavar="PLACE",
        help="where state is kept: a folder, or s3://BUCKET/PREFIX (default: $FAIRWAY_STATE, else .fairway)",
    )
    group = options.add_argument_group("how")
    group.add_argument("--json", action="store_true", help="one JSON event per line, then a result line")
    group.add_argument("--verbose", action="store_true", help="say more")
    return options


def _add_limits(commands: Commands) -> None:
    """The flags of what carries a plan out, and of what shows one that could be."""
    carrying_out = ("deploy", "apply", "destroy", "rollback", "run")
    for name in ("plan", *carrying_out):
        commands.choices[name].add_argument(
            "--allow-data-loss",
            action="append",
            default=[],
            metavar="ADDRESS",
            help="let this resource lose its data; repeatable, '*' for all that is not protected",
        )
    for name in carrying_out:
        commands.choices[name].add_argument(
            "--concurrency",
            type=positive,
            metavar="N",
            help=f"operations at once (default: what fairway.toml says, else {DEFAULT_CONCURRENCY})",
        )


def definition_options() -> argparse.ArgumentParser:
    """The source, and its parameters."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "source",
        nargs="?",
        type=Path,
        metavar="SOURCE",
        help="a template, or a folder with template.yaml, .yml or .json (default: what fairway.toml says of "
        "the stack, or the current folder)",
    )
    add_parameters(options)
    return options


def add_on_failure(options: argparse.ArgumentParser) -> None:
    """The flag that says what becomes of what a failed deploy did."""
    options.add_argument(
        "--on-failure",
        choices=("hold", "rollback"),
        help="keep what a failed deploy did, or undo it (default: what fairway.toml says, else hold)",
    )


def add_wait(options: argparse.ArgumentParser) -> None:
    """The flag that says when an operation is over."""
    options.add_argument(
        "--wait",
        choices=get_args(Until),
        help="until AWS has accepted each change, until what changed is usable, or until nothing goes on in "
        "the background (default: what fairway.toml says, else ready)",
    )


def add_all_at_once(options: argparse._ActionsContainer) -> None:
    """The flag of what must not wait."""
    words = "shift no traffic in steps: a new version gets all at once"
    options.add_argument("--all-at-once", action="store_true", help=words)


def add_parameters(options: argparse.ArgumentParser) -> None:
    """The flags that give a definition its parameters."""
    group = options.add_argument_group("parameters")
    group.add_argument(
        "--param", action="append", default=[], metavar="KEY=VALUE", help="a parameter; repeatable"
    )
    group.add_argument(
        "--params", type=Path, metavar="FILE", help="parameters as JSON (either AWS form) or YAML"
    )


def _part_options() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    group = options.add_argument_group("how much")
    group.add_argument(
        "--target",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="only this resource and what it depends on; repeatable",
    )
    group.add_argument(
        "--no-refresh", action="store_true", help="take AWS to be as recorded instead of reading it"
    )
    add_all_at_once(group)
    group.add_argument(
        "--adopt",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="take over what this stack made for it before its state was lost; repeatable, '*' for all",
    )
    return options


def confirm_options() -> argparse.ArgumentParser:
    """The options of commands that change a stack."""
    options = waiting_options()
    options.add_argument("--yes", action="store_true", help="do not ask before changing anything")
    return options


def waiting_options() -> argparse.ArgumentParser:
    """The option of commands that take their turn at a stack."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument(
        "--wait-for-lock",
        type=duration,
        metavar="DURATION",
        help="how long to wait for another run on this stack, such as 30s, 10m or 1h "
        "(default: asks on a terminal, else 10m)",
    )
    return options


def _add_local(local: argparse.ArgumentParser) -> None:
    actions = local.add_subparsers(dest="action", metavar="ACTION", required=True)
    shown = argparse.ArgumentParser(add_help=False)
    shown.add_argument("--json", action="store_true", help="print one JSON result line")
    up = actions.add_parser("up", help="start it if it is not running", parents=[shown])
    up.add_argument("--port", type=positive, help="port on 127.0.0.1 (default: 4610, or the next free one)")
    actions.add_parser("down", help="stop it; everything in it is gone", parents=[shown])
    actions.add_parser("status", help="what runs, which runtimes it has, what it cannot do", parents=[shown])
    actions.add_parser("reset", help="empty it", parents=[shown])
    _add_faults(actions.add_parser("faults", help="make it as unkind as AWS", parents=[shown]))
    logs = actions.add_parser("logs", help="show its log")
    logs.add_argument("--follow", action="store_true", help="go on showing new lines until interrupted")


def _add_faults(faults: argparse.ArgumentParser) -> None:
    shown = argparse.ArgumentParser(add_help=False)
    # without a default of its own, which would overwrite what stands before the verb
    shown.add_argument(
        "--json", action="store_true", default=argparse.SUPPRESS, help="print one JSON result line"
    )
    verbs = faults.add_subparsers(dest="verb", metavar="VERB")
    given = verbs.add_parser("set", help="set switches; the others stay as they are", parents=[shown])
    given.add_argument("settings", nargs="+", metavar="NAME=VALUE", help="such as throttling=on, errors=2%%")
    for verb, words in (("on", "turn on with the usual values"), ("off", "turn off")):
        named = verbs.add_parser(verb, help=words, parents=[shown])
        named.add_argument("names", nargs="*", metavar="NAME", help="these faults only (default: all)")


def duration(text: str) -> float:
    """Seconds, from a text such as `90s`."""
    try:
        return seconds(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def positive(text: str) -> int:
    """A number from 1."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a positive number")
    return number
