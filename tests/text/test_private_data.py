"""Card numbers and addresses in a text, and what only looks like them."""

import pytest

from deskterm.text.private_data import addresses, card_numbers


@pytest.mark.parametrize(
    "number",
    ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "6011000990139424"],
)
def test_cards_are_found(number: str) -> None:
    assert card_numbers(f"it is {number}, right?") == [number]


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # wrong check digit
        "0000000000000000",
        "9999999999999995",  # no network begins so
        "01a0c450-6c00-7a5a-8aca-4111111111111111",
        "order_4111111111111111",
        "call +49 30 1234567",
        "2026-11-20 12:07",
    ],
)
def test_other_numbers_are_none(text: str) -> None:
    assert card_numbers(text) == []


def test_addresses_of_others_are_found_once() -> None:
    text = "Ask Boss@Example.org, boss@example.org or ana@example.com. Not @you or a@b."
    assert addresses(text, {"ana@example.com"}) == ["boss@example.org"]
