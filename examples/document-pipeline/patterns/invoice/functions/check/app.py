"""Checks an invoice: it has a number, and its items come to its total."""

from docpipe import store


def handler(event, context):
    invoice = event["invoice"]
    problems = []
    if not invoice["number"]:
        problems.append("it has no number")
    if invoice["total"] is None:
        problems.append("it has no total")
    elif sum(invoice["items"].values()) != invoice["total"]:
        problems.append("its items do not come to its total")
    return {"status": store.REJECTED if problems else store.DONE, "problems": problems}
