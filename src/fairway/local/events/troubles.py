"""The one list of what event delivery could not do, for the log and for status."""

from __future__ import annotations

from fairway.local.limits import Limits

troubles = Limits()
