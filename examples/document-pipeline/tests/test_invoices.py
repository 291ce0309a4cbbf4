import pytest

TEXT = "Invoice No: R-17\nPaper: EUR 10.50\nInk: EUR 1,002.00\nTotal: EUR 1,012.50"
FUNCTIONS = "patterns/invoice/functions"


def test_an_invoice_is_taken_apart(handler):
    assert handler(f"{FUNCTIONS}/extract")({"text": TEXT}, None) == {
        "number": "R-17",
        "currency": "EUR",
        "total": 101250,
        "items": {"paper": 1050, "ink": 100200},
    }


@pytest.mark.parametrize(
    ("number", "total", "items", "status", "problems"),
    [
        ("R-17", 300, {"a": 100, "b": 200}, "DONE", 0),
        ("R-17", 301, {"a": 100, "b": 200}, "REJECTED", 1),
        (None, None, {}, "REJECTED", 2),
    ],
)
def test_an_invoice_must_add_up(handler, number, total, items, status, problems):
    invoice = {"number": number, "total": total, "items": items}
    checked = handler(f"{FUNCTIONS}/check")({"invoice": invoice}, None)
    assert (checked["status"], len(checked["problems"])) == (status, problems)
