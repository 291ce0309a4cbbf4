"""A report as tables: for a terminal, and in Markdown for the docs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.measure import Series
from bench.report import Ratio, Report

Row = tuple[str, ...]
_RATIO_HEAD: Row = ("", "figure", "Fairway", "floor", "ratio", "target", "met")
_NOISY = "Others were at work on this machine: the figures, medians or not, are only for orientation."
_SERIES_HEAD: Row = ("what ran", "wall s", "CPU s", "reads", "writes", "runs")


def terminal(report: Report) -> str:
    """Both tables, columns aligned, then the notes."""
    parts = [
        heading(report),
        _aligned(ratio_rows(report.ratios)),
        _aligned(series_rows(report.series)),
        "\n".join(f"- {note}" for note in report.notes),
    ]
    return "\n\n".join(part for part in parts if part)


def markdown(rows: Sequence[Row]) -> str:
    """Rows, the first of which is the head, as a Markdown table."""
    head, *body = rows
    lines = [head, tuple("---" for _ in head), *body]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ratio_rows(ratios: Iterable[Ratio]) -> list[Row]:
    return [_RATIO_HEAD, *(_ratio_row(ratio) for ratio in ratios)]


def series_rows(series: Iterable[Series]) -> list[Row]:
    return [_SERIES_HEAD, *(_series_row(each) for each in series)]


def heading(report: Report) -> str:
    machine = report.machine
    text = (
        f"{report.date}, {machine.cores} cores, Python {machine.python}, "
        f"medians of {report.repetitions}, load {machine.load:.1f} at the start"
    )
    return f"{text}\n{_NOISY}" if machine.noisy else text


def _ratio_row(ratio: Ratio) -> Row:
    target = "" if ratio.target is None else f"≤ {ratio.target:g} ×"
    met = "" if ratio.met is None else "yes" if ratio.met else "no"
    sides = (_amount(ratio.ours, ratio.unit), _amount(ratio.floor, ratio.unit))
    value = "" if ratio.value is None else f"{ratio.value:.2f} ×"
    return (f"({ratio.figure})", ratio.name, *sides, value, target, met)


def _series_row(series: Series) -> Row:
    reads, writes = str(series.reads), str(series.writes)
    return (series.name, f"{series.wall:.3f}", f"{series.cpu:.3f}", reads, writes, str(len(series.samples)))


def _amount(value: float, unit: str) -> str:
    return f"{value:.3f} {unit}" if unit in ("s", "ms") else f"{value:.6g}"


def _aligned(rows: Sequence[Row]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
