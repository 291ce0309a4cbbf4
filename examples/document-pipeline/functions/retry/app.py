"""Queues a document once more, after its pattern has been put right."""

from docpipe import queueing, store


def handler(event, context):
    document = store.find(event["arguments"]["id"])
    if document is None:
        raise LookupError(f"there is no document {event['arguments']['id']}")
    queueing.enqueue(document["id"], document["kind"])
    return store.set_status(document["id"], store.RECEIVED)
