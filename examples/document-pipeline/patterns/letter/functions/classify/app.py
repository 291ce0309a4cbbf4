"""Says what a letter is about."""

import re

ABOUT = {
    "complaint": {"complain", "complaint", "broken", "refund", "disappointed"},
    "order": {"order", "buy", "deliver", "delivery"},
}


def handler(event, context):
    found = set(re.findall(r"\w+", event["text"].lower()))
    return next((about for about, words in ABOUT.items() if words & found), "other")
