"""What `${…}` stands for in the texts of an environment's checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping


class Names(Mapping[str, str]):
    """The values of names, each found out when it is first asked for: `${account}` is a call to AWS."""

    def __init__(self, finders: Mapping[str, Callable[[], str]]) -> None:
        self._finders = finders
        self._found: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in self._found:
            self._found[name] = self._finders[name]()
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._finders

    def __iter__(self) -> Iterator[str]:
        return iter(self._finders)

    def __len__(self) -> int:
        return len(self._finders)
