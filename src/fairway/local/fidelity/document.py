"""Settings that are put, answered and deleted as one document.

S3 has a dozen of them. What moto keeps only in part, or not at all, is kept here whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params, Refused

STORE = "fairway_documents"
Key = tuple[str, ...]


@dataclass(frozen=True)
class Document:
    """One setting.

    `key`: the parameters that name it, the parent's name first. `exists` refuses when there is no parent.
    `put` is (operation, member that carries the document); `at` is where the answer to `get` has it ("" when
    it is the answer). `missing` is AWS's refusal when nothing was put, unless AWS then answers `default`.
    `told`: moto acts on the setting too, so puts and deletes also go there.
    """

    service: str
    key: tuple[str, ...]
    exists: Callable[[Call], None]
    put: tuple[str, str]
    get: str
    at: str = ""
    delete: str = ""
    list: tuple[str, str] | None = None
    missing: Refused | None = None
    default: Params | None = None
    told: bool = False

    def rows(self) -> Iterator[tuple[str, str, Repair]]:
        yield self.service, self.put[0], self._put
        yield self.service, self.get, self._get
        if self.delete:
            yield self.service, self.delete, self._delete
        if self.list:
            yield self.service, self.list[0], self._list

    def _put(self, call: Call, forward: Forward) -> Answer | Params:
        self.exists(call)
        answer = forward() if self.told else None
        if answer is None or answer.ok:
            self._store(call)[self._key(call)] = call.params.get(self.put[1]) or {}
        return {} if answer is None else answer

    def _get(self, call: Call, _: Forward) -> Params:
        self.exists(call)
        found = self._store(call).get(self._key(call), self.default)
        if found is None:
            raise self.missing or Refused("NotFound", "Not found", 404)
        return {self.at: found} if self.at else found

    def _delete(self, call: Call, forward: Forward) -> Answer | Params:
        self.exists(call)
        self._store(call).pop(self._key(call), None)
        return forward() if self.told else {}

    def _list(self, call: Call, _: Forward) -> Params:
        self.exists(call)
        assert self.list is not None
        parent = self._key(call)[0]
        kept = [document for key, document in self._store(call).items() if key[0] == parent]
        return {self.list[1]: kept, "IsTruncated": False}

    def _key(self, call: Call) -> Key:
        return tuple(str(call.params.get(part, "")) for part in self.key)

    def _store(self, call: Call) -> dict[Key, Any]:
        stores: dict[str, dict[Key, Any]] = call.backend().__dict__.setdefault(STORE, {})
        return stores.setdefault(self.put[0], {})
