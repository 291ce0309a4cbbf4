"""Reads a document's text."""

from docpipe import store, words


def handler(event, context):
    return words.normal(store.load_text(event["id"]))
