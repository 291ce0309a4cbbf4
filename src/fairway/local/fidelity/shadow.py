"""Properties that moto accepts and forgets, kept beside its resources.

One `Shadow` row says: these members, set by these calls, belong in the answers of those. What was set is kept
on moto's own backend object, so that it is emptied, and later saved, together with everything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fairway.local.fidelity.overlay import Forward, Repair
from fairway.local.fidelity.protocol import Answer, Call, Params

STORE = "fairway_shadow"
Key = tuple[str, ...]


def get(document: Any, path: str) -> Any:
    """The value at a dotted path, or None."""
    for step in path.split("."):
        if not isinstance(document, Mapping) or step not in document:
            return None
        document = document[step]
    return document


def put(document: Params, path: str, value: Any) -> None:
    """Set the value at a dotted path; containers on the way are made."""
    *way, last = path.split(".")
    for step in way:
        document = document.setdefault(step, {})
    document[last] = value


@dataclass(frozen=True)
class Shadow:
    """One gap.

    `key` names the resource: paths looked up in the request, then in the answer; `a|b` are alternatives.
    `members` are dotted paths in the writing call's input; `as_read` renames some for answers.
    `reads` maps a reading call to where the resource stands in its answer: "" the answer itself, "a.b" a
    member, "list[]" each entry of a list.
    `defaults` are answered when nothing was set, because AWS answers them.
    `replaces`: calls that set the whole resource, so that a member they leave out is unset.
    `asked`: the reading call's parameter that lists the wanted members by their last name, or "All".
    `reshape` turns a call's parameters into the creating call's form, where an update has a form of its own.
    """

    service: str
    key: tuple[str, ...]
    members: tuple[str, ...]
    writes: tuple[str, ...]
    reads: Mapping[str, str]
    deletes: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()
    as_read: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, Any] = field(default_factory=dict)
    asked: str = ""
    reshape: Callable[[Params], Params] = dict

    def rows(self) -> Iterator[tuple[str, str, Repair]]:
        # A call that both writes and answers is read last, so its answer has what it wrote.
        for operation in self.reads:
            yield self.service, operation, self._read
        for operation in self.writes:
            yield self.service, operation, self._write
        for operation in self.deletes:
            yield self.service, operation, self._delete

    def _write(self, call: Call, forward: Forward) -> Answer:
        answer = forward()
        if answer.ok:
            kept = self._kept(call, self._key(call.params, answer))
            if call.operation in self.replaces:
                kept.clear()
            params = self.reshape(call.params)
            for member in self.members:
                value = get(params, member)
                if value is not None:
                    kept[self.as_read.get(member, member)] = value
        return answer

    def _read(self, call: Call, forward: Forward) -> Answer | Params:
        answer = forward()
        if not answer.ok:
            return answer
        result = answer.data
        for document in _documents(result, self.reads[call.operation]):
            known = {**document, **{k: v for k, v in call.params.items() if k not in document}}
            kept = self._kept(call, self._key(known, None))
            for path, value in {**self.defaults, **kept}.items():
                if self._wanted(call, path):
                    put(document, path, value)
        return result

    def _wanted(self, call: Call, path: str) -> bool:
        wanted = call.params.get(self.asked, ["All"])
        return "All" in wanted or path.rpartition(".")[2] in wanted

    def _delete(self, call: Call, forward: Forward) -> Answer:
        answer = forward()
        if answer.ok:
            self._store(call).pop(self._key(call.params, None), None)
        return answer

    def _kept(self, call: Call, key: Key) -> Params:
        return self._store(call).setdefault(key, {})

    def _store(self, call: Call) -> dict[Key, Params]:
        """This row's part of the backend's store, by resource."""
        stores: dict[Key, dict[Key, Params]] = call.backend().__dict__.setdefault(STORE, {})
        return stores.setdefault((self.service, *self.members), {})

    def _key(self, params: Params, answer: Answer | None) -> Key:
        return tuple(str(self._part(part, params, answer)) for part in self.key)

    def _part(self, part: str, params: Params, answer: Answer | None) -> Any:
        alternatives = part.split("|")
        found = next((v for a in alternatives if (v := get(params, a)) is not None), None)
        if found is None and answer is not None:
            data = answer.data
            found = next((v for a in alternatives if (v := get(data, a)) is not None), None)
        return found


def _documents(result: Params, where: str) -> list[Params]:
    if not where:
        return [result]
    if where.endswith("[]"):
        return list(get(result, where[:-2]) or [])
    found = get(result, where)
    return [found] if isinstance(found, dict) else []
