"""What leads are told who have not been heard of for some days."""

from crm import Refused, add, api, everything, needed


def _list(_body, _path):
    return everything("campaigns")


def _add(body, _path):
    given = needed(body, "name", "text", "days")
    if not isinstance(given["days"], int) or given["days"] < 1:
        raise Refused(400, "`days` is a number of days, 1 at least")
    return add("campaigns", **given)


handler = api({("GET", "/api/campaigns"): _list, ("POST", "/api/campaigns"): _add})
