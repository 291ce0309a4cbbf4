"""Reading text: sentences, words, amounts."""

from __future__ import annotations

import re

_AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?:\.(?P<cents>\d{2}))?")


def normal(text: str) -> str:
    """Text with one space between words and no empty lines."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", " ".join(text.split()), maxsplit=1)[0]


def count_words(text: str) -> int:
    return len(re.findall(r"\w+", text))


def cents(amount: str) -> int:
    """`1,234.50` as 123450. Raises ValueError for what is no amount."""
    match = _AMOUNT.fullmatch(amount.strip())
    if not match:
        raise ValueError(f"{amount!r} is no amount")
    value = int(match["whole"].replace(",", "")) * 100 + int(match["cents"] or 0)
    return -value if match["sign"] else value
