"""What others say, in logs, answers and checks, is told without secrets, and no more of it than is of use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from fairway.model.sealing import SECRET, keyed_hash
from fairway.model.state import StackState
from fairway.model.values import Json, Secret, Value, walk

HIDDEN = "(secret)"
LONGEST, LONGEST_SAID = 400, 1000
"""Characters that are told of a text, and of what a command or a body says."""
_SHORTEST = 4
"""Characters of the shortest text that is taken for a secret: `on` or `1` would blank half a message."""
_STAND_INS = frozenset({"test", "testing", "dummy", "fake"})
"""What tools are given for the credentials of a local cloud: hidden, it would blank `pytest`, too."""
_SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|PRIVATE|API_?KEY|ACCESS_?KEY", re.I)
_WORDS = re.compile(r'[^\s"\',;:&=<>(){}\[\]\\]+')
_TEXTS = re.compile(r'"((?:[^"\\]|\\.)+)"')


@dataclass(frozen=True)
class Masks:
    """The secrets that are known: some by their value, those in state by their keyed hash."""

    values: frozenset[str] = frozenset()
    hashes: Mapping[str, frozenset[str]] | None = None

    def blank(self, text: str) -> str:
        """The text without them. Of those in state whole words and whole texts in quotes are recognised."""
        for value in sorted(self.values, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        for candidate in sorted(self._recognised(text), key=len, reverse=True):
            text = text.replace(candidate, HIDDEN)
        return text

    def _recognised(self, text: str) -> Iterator[str]:
        candidates = {*_WORDS.findall(text), *_TEXTS.findall(text)} if self.hashes else ()
        for candidate in candidates:
            if len(candidate) >= _SHORTEST and self._is_hashed(candidate):
                yield candidate

    def _is_hashed(self, candidate: str) -> bool:
        hashes = self.hashes or {}
        return any(keyed_hash(candidate, key) in known for key, known in hashes.items())


def masks_for(states: Iterable[StackState], environ: Mapping[str, str], given: Iterable[Value] = ()) -> Masks:
    """Those of the states, of environment variables by whose name they are secrets, and of `given` values.

    Each line of a secret is one, too: logs are read line by line.
    """
    named = {value for name, value in environ.items() if _SECRET_NAME.search(name)} - _STAND_INS
    held = {node.value for value in given for node in walk(value) if isinstance(node, Secret)}
    values = {text.strip() for value in named | held for text in (value, *value.splitlines())}
    return Masks(
        frozenset(value for value in values if len(value) >= _SHORTEST),
        {state.secret_key: frozenset(_hashes(state)) for state in states if state.secret_key},
    )


def cut(text: str, longest: int = LONGEST) -> str:
    """The beginning and the end of a text that is too long."""
    text = text.strip()
    half = longest // 2
    return text if len(text) <= longest else f"{text[:half]} … {text[-half:]}"


def _hashes(state: StackState) -> Iterator[str]:
    held: list[Json] = [dict(each.properties) for each in state.resources.values()]
    held += [output.value for output in state.outputs.values()]
    for value in held:
        for node in walk(value):
            if isinstance(node, Mapping) and node.keys() == {SECRET}:
                yield str(node[SECRET])
