"""Records what came of an invoice."""

from docpipe import store


def handler(event, context):
    if "error" in event:
        return store.set_status(event["id"], store.FAILED, {"error": event["error"]["Cause"]})
    result = {**event["invoice"], "problems": event["checked"]["problems"]}
    return store.set_status(event["id"], event["checked"]["status"], result)
