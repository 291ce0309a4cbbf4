"""Whoever pushes sees what the run says, legibly; nobody has to."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from fairway.pipeline.remote.relay import Relay, legible


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    """Where whoever pushes reads, and where the hook writes."""
    ends = os.pipe()
    yield ends
    for end in ends:
        with suppress(OSError):  # closed by the test
            os.close(end)


@pytest.mark.parametrize(("written", "shown"), [
    (b"plain\ttext \xe2\x9c\x93\n", b"plain\ttext \xe2\x9c\x93\n"),
    (b"\x1b[1;31mred\x1b[0m\x07\n", b"red\n"),
    (b"10 %\r20 %\r100 %\nnext\r\n", b"100 %\nnext\n"),
    (b"\x1b[2K\x1b]0;title\x07\n", b"0;title\n"),
    (b"\n\n", b"\n\n"),
])  # fmt: skip
def test_control_codes_are_taken_out(written: bytes, shown: bytes) -> None:
    assert legible(written) == shown


def test_what_nobody_reads_is_dropped(pipe: tuple[int, int]) -> None:
    """git keeps the pipe open when its own other end is gone: then the pipe is full one day."""
    relay = Relay(pipe[1], patience=0.05)
    relay.write(b"x" * 1_000_000)
    kept = os.read(pipe[0], 1_000_000)
    relay.say("nor does it ever get whoever comes later into the middle of a line")
    os.set_blocking(pipe[0], False)
    assert 0 < len(kept) < 1_000_000
    with pytest.raises(BlockingIOError):
        os.read(pipe[0], 1)


def test_so_is_what_nobody_can_read(pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    Relay(pipe[1]).say("to nobody")


def test_all_that_a_command_says_arrives(pipe: tuple[int, int], tmp_path: Path) -> None:
    read: list[bytes] = []

    def reading() -> None:
        while text := os.read(pipe[0], 1000):
            read.append(text)

    reader = threading.Thread(target=reading)
    reader.start()
    code = Relay(pipe[1]).run(["--help"], tmp_path, os.environ)
    os.close(pipe[1])
    reader.join()
    told = b"".join(read).decode()
    assert (code, told.count("usage: fairway"), told.endswith("interrupted.\n")) == (0, 1, True)


def test_its_exit_code_is_passed_on(pipe: tuple[int, int], tmp_path: Path) -> None:
    assert Relay(pipe[1]).run(["no-such-command"], tmp_path, os.environ) == 2
    assert b"no-such-command" in os.read(pipe[0], 10_000)
