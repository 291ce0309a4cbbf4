"""argparse with one word more: what somebody may have meant."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from typing import Any


class Grammar(argparse.ArgumentParser):
    """A parser whose refusals name the nearest command, choice or flag; so do those of its subcommands.

    It exits with 2 on a wrong command line, as argparse does.
    """

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Refuse here what the root would refuse: here the flags that there are are known."""
        found, strange = super().parse_known_args(args, namespace)
        if strange:
            flags = (flag for action in self._actions for flag in action.option_strings)
            self.error(f"unrecognized arguments: {' '.join(strange)}{_hint(strange[0], flags)}")
        return found, strange

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError:
            if hint := _hint(str(value), map(str, action.choices or ())):
                raise argparse.ArgumentError(action, f"invalid choice: {value!r}{hint}") from None
            raise


def _hint(given: str, known: Iterable[str]) -> str:
    """`; did you mean …?`; nothing where nothing is near."""
    from fairway.sources.findings import suggest  # which a correct command line need not load

    dashes = "--" if given.startswith("--") else ""
    words = [each.removeprefix(dashes) for each in known if each.startswith(dashes)]
    hint = suggest(given.removeprefix(dashes).partition("=")[0], words)
    return f"; {hint.replace(' mean ', f' mean {dashes}')}" if hint else ""
