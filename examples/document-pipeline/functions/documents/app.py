"""Lists the newest documents."""

from docpipe import store


def handler(event, context):
    return store.newest(event["arguments"].get("limit") or 20)
