"""What is known of a published site, beside the stacks of its environment.

<environment>/site.<name>/site.json              its releases and what is in its bucket
<environment>/site.<name>/artifacts/<sha256>.zip the releases that can be gone back to
<environment>/site.<name>/lease.json             who publishes it now
"""

from __future__ import annotations

import json
from typing import Any

from fairway.model.errors import Failed, WrongInput
from fairway.model.objects import ABSENT, Conflict, Objects
from fairway.model.site import SCHEMA, SiteState, from_json, to_json
from fairway.state.parsing import NotJson, parse

_MOVED = "moved"


class SiteFile:
    """The document of one site. It is read before it is written: what was not seen is not overwritten."""

    def __init__(self, objects: Objects, key: str, where: str) -> None:
        self._objects = objects
        self._key = key
        self._where = where
        self._tag = ABSENT

    def load(self) -> SiteState:
        """The site's state; an empty one where it was never published.

        Raises Failed for a damaged one, WrongInput (`state.moved`) for one that is in another place.
        """
        document = self._read()
        if document is None:
            return SiteState()
        if place := document.get(_MOVED):
            raise self._elsewhere(place)
        try:
            return from_json(document)
        except (KeyError, TypeError, ValueError) as error:
            raise self._damaged(
                str(error) if isinstance(error, ValueError) else "a part is missing"
            ) from None

    def moved_to(self) -> str:
        """The place where the site's state is, when it was moved away from here; else empty."""
        return str((self._read() or {}).get(_MOVED, ""))

    def leave(self, place: str) -> None:
        """Say in its place that the state, which was read here before, is in another place now."""
        content = json.dumps({"schema": SCHEMA, _MOVED: place}).encode() + b"\n"
        self._tag = self._objects.put(self._key, content, replacing=self._tag)

    def remove(self) -> None:
        """Forget what was read before."""
        self._objects.delete(self._key, replacing=self._tag)
        self._tag = ABSENT

    def _read(self) -> dict[str, Any] | None:
        blob = self._objects.get(self._key)
        self._tag = blob.tag if blob else ABSENT
        try:
            document = parse(blob.content) if blob else None
        except NotJson as error:
            raise self._damaged(str(error)) from None
        if not isinstance(document, dict | None):
            raise self._damaged("it is not an object")
        return document

    def save(self, state: SiteState) -> SiteState:
        """Write it. Raises Failed (`state.conflict`) when somebody else has written it since it was read."""
        content = json.dumps(to_json(state), separators=(",", ":"), sort_keys=True).encode() + b"\n"
        try:
            self._tag = self._objects.put(self._key, content, replacing=self._tag)
        except Conflict:
            raise Failed(
                "state.conflict",
                "somebody else has published this site in the meantime",
                where=self._where,
                next="run the command again: it starts from what is there now",
            ) from None
        return state

    def _elsewhere(self, place: str) -> WrongInput:
        return WrongInput(
            "state.moved",
            f"the state of this site is in {place}",
            where=self._where,
            why="it was moved there",
            next=f"go on with it there: --state {place}",
        )

    def _damaged(self, why: str) -> Failed:
        return Failed(
            "state.damaged",
            "what was recorded of this site cannot be read",
            where=self._where,
            why=why,
            next="remove the object: the next publication uploads the site again and writes it anew",
        )
