"""Records what a letter is about."""

from docpipe import store


def handler(event, context):
    if "error" in event:
        return store.set_status(event["id"], store.FAILED, {"error": event["error"]["Cause"]})
    return store.set_status(event["id"], store.DONE, {"about": event["about"], **event["summed"]})
