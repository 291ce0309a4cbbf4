"""Plans as Markdown for a pull request: short at the top, the rest a click away, never too long to post."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from fairway.model.plan import Action, Change, Drift, Plan, PropertyChange
from fairway.report.plan_text import drifted_line, left_out, reason_text, summary, value_text, weight
from fairway.report.style import SYMBOLS, plural

GITHUB_LIMIT = 65_536
"""Characters of a comment; more is answered with "body is too long (maximum is 65536 characters)"."""
_NOTE = 300
"""Characters kept free for the line that says what was left out."""
_GRAVEST = (Action.REPLACE, Action.DELETE, Action.UPDATE, Action.ADOPT, Action.FORGET, Action.CREATE)
_SPECIAL = re.compile(r"([\\`*_\[\]#|~@])")


@dataclass(frozen=True)
class _Block:
    """Lines that stay together. Where room is short the highest `rank` goes first, counted as `what`."""

    text: str
    rank: int = 0
    what: str = ""


def render_plan_markdown(plans: Sequence[Plan], limit: int = GITHUB_LIMIT) -> str:
    """The text, of `limit` characters at most; what was left out for that is counted at its end."""
    blocks = [block for plan in plans for block in _blocks(plan)]
    kept = _fitting(blocks, limit)
    lines = [block.text for at, block in enumerate(blocks) if at in kept]
    missing = Counter(block.what for at, block in enumerate(blocks) if at not in kept)
    if missing:
        counts = ", ".join(plural(count, what) for what, count in missing.items())
        lines += ["", f"_Left out, for the length of this text: {counts}. `fairway plan` shows them._"]
    return "\n".join(lines)[:limit] + "\n"


def _fitting(blocks: Sequence[_Block], limit: int) -> frozenset[int]:
    """Those for which there is room, by position."""
    if sum(len(block.text) + 1 for block in blocks) < limit:
        return frozenset(range(len(blocks)))
    left, kept = limit - _NOTE, set()
    for at in sorted(range(len(blocks)), key=lambda at: (blocks[at].rank, at)):
        left -= len(blocks[at].text) + 1
        if left < 0:
            break
        kept.add(at)
    return frozenset(kept)


def _blocks(plan: Plan) -> Iterator[_Block]:
    changes = sorted(plan.effective, key=weight)
    yield _Block(f"### {_words(f'{plan.stack} in {plan.environment}: {summary(plan)}')}\n")
    yield from _warnings(plan, changes)
    if changes:
        yield _Block("\n| | resource | type | why | where |\n| --- | --- | --- | --- | --- |")
    yield from (_Block(_row(change), 2, "change") for change in changes)
    if plan.drift:
        yield _Block("\n**Changed outside Fairway**\n")
    yield from (_Block(f"- {line}", 3, "changed value") for each in plan.drift for line in _drift_lines(each))
    yield from (
        _Block(_details(change), 4 + _GRAVEST.index(change.action), "property list")
        for change in changes
        if change.properties
    )


def _warnings(plan: Plan, changes: Iterable[Change]) -> Iterator[_Block]:
    for refusal in plan.refusals:
        place = f"{refusal.location}: " if refusal.location else ""
        yield _Block(f"- **Refused: {_words(place + refusal.sentence)}**", 1, "refusal")
    for change in changes:
        if change.impact.data_loss:
            lost = f": {change.impact.contents}" if change.impact.contents else ""
            yield _Block(f"- **{_words(change.address)} loses its data{_words(lost)}**", 1, "loss of data")
    yield from (_Block(f"- {_words(line)}") for line in left_out(plan))


def _row(change: Change) -> str:
    why = [reason_text(change)] if reason_text(change) else []
    why += ["interrupts its users"] if change.impact.interrupts else []
    cells = (
        f"`{SYMBOLS[change.action]}` {change.action.value}",
        _code(change.address),
        _code(change.type),
        _words(", ".join(why)),
        _words(str(change.location or "")),
    )
    return f"| {' | '.join(cells)} |"


def _drift_lines(drift: Drift) -> Iterator[str]:
    if drift.deleted:
        yield f"{_code(drift.address)} deleted; {_words(drift.fate.value)}".removesuffix("; ")
    yield from (f"{_code(drift.address)} {_code(drifted_line(each))}" for each in drift.properties)


def _details(change: Change) -> str:
    """The properties as a diff; a fence longer than any run of backticks in it, so that nothing ends it."""
    lines = [line for each in change.properties for line in _diff(each)]
    ticks = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, ticks + 1)
    notes = [f"**{_words(note)}**  " for note in change.impact.notes]
    count = plural(len(change.properties), "value")
    head = f"<summary>{change.action.value} {_code(change.address)}: {count}</summary>"
    return "\n".join(["\n<details>", head, "", *notes, "", f"{fence}diff", *lines, fence, "</details>"])


def _diff(change: PropertyChange) -> Iterator[str]:
    marks = "  # forces a replacement" if change.replaces else ""
    marks += "  # changed outside Fairway" if change.drift else ""
    path = _line(change.path)
    if change.before is not None:
        yield f"- {path}: {value_text(change.before)}{marks if change.after is None else ''}"
    if change.after is not None:
        yield f"+ {path}: {value_text(change.after)}{marks}"


def _code(text: str) -> str:
    """As code in HTML: backticks would need to know what is between them, and pipes would end a cell."""
    return f"<code>{html.escape(_line(text)).replace('|', '&#124;')}</code>"


def _words(text: str) -> str:
    """Text whose signs mean nothing to Markdown, on one line."""
    return _SPECIAL.sub(r"\\\1", html.escape(_line(text), quote=False))


def _line(text: str) -> str:
    return " ".join(text.split())
