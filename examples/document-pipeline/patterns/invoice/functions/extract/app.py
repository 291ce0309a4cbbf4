"""Finds what an invoice says: its number, its currency, its items and its total, in cents."""

import re

from docpipe import words

NUMBER = re.compile(r"invoice\s*(?:no\.?|number|#)?\s*:?\s*([A-Z0-9-]+)", re.I)
ITEM = re.compile(r"^(?P<what>[^:]+):\s*(?P<currency>[A-Z]{3})\s*(?P<amount>[\d,.-]+)$")


def handler(event, context):
    lines = event["text"].splitlines()
    number = next((found[1] for line in lines if (found := NUMBER.match(line))), None)
    items = [found for line in lines if (found := ITEM.match(line))]
    amounts = {found["what"].lower(): words.cents(found["amount"]) for found in items}
    return {
        "number": number,
        "currency": items[0]["currency"] if items else None,
        "total": amounts.pop("total", None),
        "items": amounts,
    }
