import pytest
from docpipe import words


@pytest.mark.parametrize(("amount", "cents"), [("1", 100), ("1,234.50", 123450), ("-0.99", -99)])
def test_amounts_are_counted_in_cents(amount, cents):
    assert words.cents(amount) == cents


@pytest.mark.parametrize("text", ["", "ten", "1.5", "12,34"])
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError, match="is no amount"):
        words.cents(text)


def test_text_is_brought_into_one_form():
    assert words.normal("  a   b \n\n c ") == "a b\nc"
