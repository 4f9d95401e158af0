"""What rarely belongs into a reply: numbers of payment cards, and e-mail addresses of others."""

import re
from collections.abc import Collection

_DIGITS = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: The digits that cards of the large networks begin with.
_CARDS = re.compile(r"4|5[1-5]|2[2-7]|3[47]|3[0689]|6")


def card_numbers(text: str) -> list[str]:
    """The card numbers in `text` as they stand there: right length, right beginning, right check digit."""
    found = []
    for each in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", each[0])
        if _CARDS.match(digits) and len(set(digits)) > 1 and _luhn(digits):
            found.append(each[0])
    return found


def addresses(text: str, known: Collection[str]) -> list[str]:
    """The e-mail addresses in `text` without those that are `known`, in lower case, each once."""
    written = (each[0].rstrip(".").lower() for each in _ADDRESS.finditer(text))
    return [each for each in dict.fromkeys(written) if each not in known]


def _luhn(digits: str) -> bool:
    doubled = "0246813579"
    total = sum(
        int(doubled[int(each)]) if place % 2 else int(each) for place, each in enumerate(digits[::-1])
    )
    return total % 10 == 0
