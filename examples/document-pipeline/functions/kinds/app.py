"""Tells which kinds of documents there are patterns for."""

import json
import os


def handler(event, context):
    return sorted(json.loads(os.environ["WORKFLOWS"]))
