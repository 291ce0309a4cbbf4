"""Takes a document in: keeps its text, notes that it has come, and queues it."""

import uuid

from docpipe import queueing, store


def handler(event, context):
    given = event["arguments"]
    document_id = uuid.uuid4().hex
    store.save_text(document_id, given["text"])
    document = store.create(document_id, given["kind"], given["name"])
    queueing.enqueue(document_id, given["kind"])
    return document
