"""Objects of a backend as JSON. What is wrong with one is told in words for people, not in Python's."""

from __future__ import annotations

import json
from typing import Any


class NotJson(ValueError):
    """An object that holds no JSON; its text says why, as a part of a sentence."""


def parse(content: bytes) -> Any:
    """What an object holds. Raises NotJson."""
    if not content.strip():
        raise NotJson("it is empty")
    try:
        return json.loads(content.decode())
    except UnicodeDecodeError:
        raise NotJson("it is not text in UTF-8") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise NotJson(f"it is not JSON from {place} on: it was cut off, or edited") from None
    except (ValueError, RecursionError):  # a number of thousands of digits; lists within lists without end
        raise NotJson("it holds what no Fairway writes") from None
