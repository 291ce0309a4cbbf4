"""A command takes the flags that do something in it, and refuses the others."""

from __future__ import annotations

import pytest

from fairway.cli.arguments import parser

CARRYING_OUT = {"deploy", "apply", "destroy", "rollback", "run"}
TAKES = {"apply": ("plan.json",)}


@pytest.mark.parametrize("command", sorted(CARRYING_OUT))
def test_what_carries_a_plan_out_may_be_limited(command: str) -> None:
    words = (command, *TAKES.get(command, ()), "--concurrency", "3", "--allow-data-loss", "Table")
    given = parser().parse_args(words)
    assert (given.concurrency, given.allow_data_loss) == (3, ["Table"])


@pytest.mark.parametrize("flag", ["--concurrency", "--allow-data-loss"])
@pytest.mark.parametrize("command", ["status", "outputs", "logs", "check", "verify", "explain", "approve"])
def test_what_only_looks_has_nothing_to_limit(
    command: str, flag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    address = ("Function",) if command == "logs" else ()
    with pytest.raises(SystemExit) as refused:
        parser().parse_args((command, *address, flag, "3"))
    assert refused.value.code == 2
    assert flag in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("rum",), "did you mean run?"),
        (("run", "--skip", "tets"), "did you mean test?"),
        (("run", "--skp", "test"), "did you mean --skip?"),
        (("run", "--conurrency=3"), "did you mean --concurrency?"),
        (("local", "sttus"), "did you mean status?"),
    ],
)
def test_what_was_mistyped_is_told_with_what_may_be_meant(
    words: tuple[str, ...], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        parser().parse_args(words)
    said = capsys.readouterr().err
    assert refused.value.code == 2
    assert said.rstrip().endswith(meant)


@pytest.mark.parametrize("words", [("xyzzy",), ("run", "--report")])
def test_what_is_near_to_nothing_gets_no_guess(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(words)
    said = capsys.readouterr().err
    assert words[-1] in said
    assert "did you mean" not in said
