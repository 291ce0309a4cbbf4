"""Sums a letter up: its first sentence and its length."""

from docpipe import words


def handler(event, context):
    return {"summary": words.first_sentence(event["text"]), "words": words.count_words(event["text"])}
