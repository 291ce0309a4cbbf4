import pytest

FUNCTIONS = "patterns/letter/functions"


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("I want a refund.", "complaint"),
        ("When do you deliver my order?", "order"),
        ("Greetings from the sea.", "other"),
    ],
)
def test_a_letter_is_about_something(handler, text, about):
    assert handler(f"{FUNCTIONS}/classify")({"text": text}, None) == about


def test_a_letter_is_summed_up(handler):
    summed = handler(f"{FUNCTIONS}/summarise")({"text": "It broke.\nPlease help me!"}, None)
    assert summed == {"summary": "It broke.", "words": 5}
