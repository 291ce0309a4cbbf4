"""Plans and times as documents: on stdout with `--format`, in files with `--report` and `--timeline`."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairway.cli.output import Output
from fairway.model.errors import WrongInput

if TYPE_CHECKING:
    from fairway.model.events import Event
    from fairway.model.plan import Plan
    from fairway.report.timeline import Timeline

_FORMATS: Mapping[str, str] = {".md": "markdown", ".html": "html", ".json": "json", ".txt": "text"}
Reports = Mapping[Path, str]
"""The files to write, each with its format."""


def add_plan_options(grammar: argparse.ArgumentParser) -> None:
    """The flags of commands that show a plan."""
    grammar.add_argument(
        "--format",
        choices=tuple(_FORMATS.values()),
        default="text",
        help="what is printed; but for text, the plan alone (default: text)",
    )
    grammar.add_argument(
        "--report",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help=f"also write the plan for people, as its ending says ({', '.join(_FORMATS)}); repeatable",
    )


def wanted_reports(arguments: argparse.Namespace) -> Reports:
    """The files of `--report`. Raises WrongInput for an ending that stands for no format."""
    return {path: _format_of(path) for path in arguments.report}


def write_reports(plans: Sequence[Plan], wanted: Reports) -> None:
    """Write the plans to each file. Raises WrongInput for one that cannot be written."""
    for path, form in wanted.items():
        write_document(path, _rendered(plans, form))


def written(wanted: Reports) -> str:
    """The line that names them."""
    return f"wrote {', '.join(map(str, wanted))}" if wanted else ""


def write_document(path: Path, text: str) -> None:
    """Write a file for people. Raises WrongInput where that cannot be."""
    try:
        path.write_text(text)
    except OSError as error:
        raise WrongInput("arguments.report", f"cannot write {path}", why=str(error.strerror)) from None


def add_timeline_option(grammar: argparse.ArgumentParser) -> None:
    """The flag of commands whose time can be drawn."""
    grammar.add_argument(
        "--timeline",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="also draw its timeline, as a page (.html) or picture (.svg); repeatable",
    )


def draw_timelines(arguments: argparse.Namespace, output: Output) -> None:
    """Have the command draw its timeline at its end, if that is asked for. Raises as `wanted_timelines`."""
    if getattr(arguments, "timeline", None):
        output.listeners.append(_Drawing(wanted_timelines(arguments)))


class _Drawing:
    """A reader of events that draws them at each end: a pipeline has one, whatever its stacks have."""

    def __init__(self, wanted: Mapping[Path, Callable[[Timeline], str]]) -> None:
        self._wanted = wanted
        self._events: list[Mapping[str, Any]] = []
        self._end = "DeploymentFinished"

    def __call__(self, event: Event) -> None:
        from fairway.model.events import to_json
        from fairway.report.timeline import timeline

        self._events.append(to_json(event))
        name = type(event).__name__
        if name == "PipelineStarted":
            self._end = "PipelineFinished"
        if name != self._end:
            return
        found = timeline(self._events)
        for path, draw in self._wanted.items():
            write_document(path, draw(found))

    def close(self) -> None:
        """Everything is drawn."""


def wanted_timelines(arguments: argparse.Namespace) -> Mapping[Path, Callable[[Timeline], str]]:
    """What draws each file of `--timeline`. Raises WrongInput for an ending that stands for no picture."""
    from fairway.report.timeline_svg import timeline_page, timeline_svg

    kinds = {".svg": timeline_svg, ".html": timeline_page}
    for path in arguments.timeline:
        if path.suffix not in kinds:
            raise _unknown_ending(path, tuple(kinds))
    return {path: kinds[path.suffix] for path in arguments.timeline}


def document(plans: Sequence[Plan], form: str) -> str:
    """What `--format` prints when all is done; text is printed as it comes."""
    return "" if form == "text" else _rendered(plans, form).rstrip("\n")


def _format_of(path: Path) -> str:
    if path.suffix in _FORMATS:
        return _FORMATS[path.suffix]
    raise _unknown_ending(path, tuple(_FORMATS))


def _unknown_ending(path: Path, endings: Sequence[str]) -> WrongInput:
    return WrongInput(
        "arguments.report",
        f"{path} does not say what to write",
        next=f"give the file one of the endings {', '.join(endings)}",
    )


def _rendered(plans: Sequence[Plan], form: str) -> str:
    return _RENDERERS[form](plans)


def _markdown(plans: Sequence[Plan]) -> str:
    from fairway.report.plan_markdown import render_plan_markdown

    return render_plan_markdown(plans)


def _html(plans: Sequence[Plan]) -> str:
    from fairway.report.plan_html import render_plan_html

    return render_plan_html(plans)


def _json(plans: Sequence[Plan]) -> str:
    import json

    from fairway.model.plain import plain

    return json.dumps({"plans": [plain(plan) for plan in plans]}, indent=2, ensure_ascii=False) + "\n"


def _text(plans: Sequence[Plan]) -> str:
    from fairway.report.plan_text import render_plan
    from fairway.report.style import Style

    return "\n\n".join(render_plan(plan, Style(), detailed=True) for plan in plans) + "\n"


_RENDERERS: Mapping[str, Callable[[Sequence[Plan]], str]] = {
    "markdown": _markdown,
    "html": _html,
    "json": _json,
    "text": _text,
}
