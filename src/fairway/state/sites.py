"""What is known of a published site, beside the stacks of its environment.

<environment>/site.<name>/site.json              its releases and what is in its bucket
<environment>/site.<name>/artifacts/<sha256>.zip the releases that can be gone back to
<environment>/site.<name>/lease.json             who publishes it now
"""

from __future__ import annotations

import json

from fairway.model.errors import Failed
from fairway.model.objects import ABSENT, Conflict, Objects
from fairway.model.site import SiteState, from_json, to_json
from fairway.state.parsing import NotJson, parse


class SiteFile:
    """The document of one site. It is read before it is written: what was not seen is not overwritten."""

    def __init__(self, objects: Objects, key: str, where: str) -> None:
        self._objects = objects
        self._key = key
        self._where = where
        self._tag = ABSENT

    def load(self) -> SiteState:
        """The site's state; an empty one where it was never published. Raises Failed for a damaged one."""
        blob = self._objects.get(self._key)
        self._tag = blob.tag if blob else ABSENT
        if blob is None:
            return SiteState()
        try:
            return from_json(parse(blob.content))
        except (NotJson, KeyError, TypeError, ValueError) as error:
            raise self._damaged(
                str(error) if isinstance(error, ValueError) else "a part is missing"
            ) from None

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

    def _damaged(self, why: str) -> Failed:
        return Failed(
            "state.damaged",
            "what was recorded of this site cannot be read",
            where=self._where,
            why=why,
            next="remove the object: the next publication uploads the site again and writes it anew",
        )
