"""Names in texts of fairway.toml: `${environment}`, `${stacks.data.TableName}`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from fairway.model.errors import WrongInput
from fairway.sources.findings import suggest

_NAME = re.compile(r"\$\{([^}]*)\}")


def filled(text: str, known: Mapping[str, str]) -> str:
    """The text with the value of each name. Raises WrongInput for a name that is not known."""
    return _NAME.sub(lambda match: _value(match[1], known), text)


def _value(name: str, known: Mapping[str, str]) -> str:
    if name in known:
        return known[name]
    raise WrongInput("project.name", f"nothing is known as ${{{name}}}", next=suggest(name, known))
