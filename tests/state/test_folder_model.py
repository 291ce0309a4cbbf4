"""A folder behaves as a dict that only those change who saw what is there, and keeps the last versions."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule

from fairway.model.objects import ABSENT, Conflict
from fairway.state.folder import FolderObjects

KEYS = st.sampled_from(
    ["dev/shop/state.json", "dev/shop/lease.json", "dev/site/state.json", "dev/s/d/000001.json"]
)
CONTENTS = st.binary(max_size=3)
KEPT = 4


class Folder(RuleBasedStateMachine):
    """Two users of one folder, against the contents that ought to be there."""

    tags = Bundle("tags")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        root = Path(self._folder.name)
        self._users = [FolderObjects(root, kept=KEPT), FolderObjects(root, kept=KEPT)]
        self._present: dict[str, bytes] = {}
        self._tags: dict[str, str] = {}
        self._history: dict[str, list[bytes]] = {}

    @rule(target=tags, user=st.integers(0, 1), key=KEYS, content=CONTENTS, durable=st.booleans())
    def put(self, user: int, key: str, content: bytes, durable: bool) -> str:
        return self._wrote(key, content, self._users[user].put(key, content, durable=durable))

    @rule(target=tags, user=st.integers(0, 1), key=KEYS, content=CONTENTS, seen=tags | st.just(ABSENT))
    def replace(self, user: int, key: str, content: bytes, seen: str) -> object:
        if self._tags.get(key, ABSENT) == seen:
            return self._wrote(key, content, self._users[user].put(key, content, replacing=seen))
        with pytest.raises(Conflict):
            self._users[user].put(key, content, replacing=seen)
        return multiple()

    @rule(user=st.integers(0, 1), key=KEYS, seen=tags | st.just(ABSENT) | st.none())
    def delete(self, user: int, key: str, seen: str | None) -> None:
        if seen not in (None, self._tags.get(key, ABSENT)):
            with pytest.raises(Conflict):
                self._users[user].delete(key, replacing=seen)
            return
        self._users[user].delete(key, replacing=seen)
        self._present.pop(key, None)
        self._tags.pop(key, None)

    def _wrote(self, key: str, content: bytes, tag: str) -> str:
        history = self._history.setdefault(key, [])
        if history[-1:] != [content]:
            history.append(content)
        self._present[key], self._tags[key] = content, tag
        return tag

    @invariant()
    def both_see_what_is_there(self) -> None:
        for objects in self._users:
            assert objects.keys("") == sorted(self._present)
            for key, content in self._present.items():
                found = objects.get(key)
                assert found is not None
                assert (found.content, found.tag) == (content, self._tags[key])

    @invariant()
    def the_last_versions_are_kept_of_documents(self) -> None:
        objects = self._users[0]
        for key, history in self._history.items():
            found = [objects.get(key, version=each.id) for each in objects.versions(key)]
            contents = [blob.content for blob in found if blob]
            if key.endswith("state.json"):
                assert contents == history[: -KEPT - 1 : -1]
            else:
                assert contents == ([self._present[key]] if key in self._present else [])

    def teardown(self) -> None:
        self._folder.cleanup()


TestFolder = Folder.TestCase
TestFolder.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
