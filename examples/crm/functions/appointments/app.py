"""Who is met when."""

import time

from crm import Refused, add, api, everything, needed, note, one


def _list(_body, _path):
    """Those that are still to come, the next one first."""
    coming = [each for each in everything("appointments") if each["at"] >= time.time()]
    return sorted(coming, key=lambda each: each["at"])


def _add(body, _path):
    given = needed(body, "lead", "at", "what")
    if not isinstance(given["at"], int):
        raise Refused(400, "`at` is a time in seconds since 1970")
    one("leads", given["lead"])
    appointment = add("appointments", reminded=False, **given)
    note("appointment", given["lead"], at_time=given["at"], what=given["what"])
    return appointment


handler = api({("GET", "/api/appointments"): _list, ("POST", "/api/appointments"): _add})
