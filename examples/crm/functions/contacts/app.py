"""The address book: customers, and others who are no leads."""

from crm import add, api, everything, needed, note


def _list(_body, _path):
    return sorted(everything("contacts"), key=lambda contact: contact["name"])


def _add(body, _path):
    contact = add("contacts", **needed(body, "name", "email"))
    note("contact added", contact["id"])
    return contact


handler = api({("GET", "/api/contacts"): _list, ("POST", "/api/contacts"): _add})
