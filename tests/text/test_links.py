"""Addresses in texts, and where they really lead."""

import pytest

from deskterm.text.links import goes_to, links


def test_links_are_found_in_order_and_once() -> None:
    text = (
        "See https://b.example/x, then (http://a.example). Again https://b.example/x or mailto:me@a.example!"
    )
    assert links(text) == ["https://b.example/x", "http://a.example", "mailto:me@a.example"]


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "file:///etc/passwd", "ftp://x.example", "//x.example"]
)
def test_other_schemes_are_no_links(text: str) -> None:
    assert links(text) == []


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("https://example.com/path?q=1", "example.com"),
        ("https://example.com:8080/", "example.com"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("https://p\u0430ypal.com/", "xn--pypal-4ve.com"),
        ("mailto:me@example.com?subject=x", "me@example.com"),
        ("https://good.example\\@evil.example/", ""),
        ("https://[broken/", ""),
    ],
)
def test_where_an_address_leads(address: str, place: str) -> None:
    assert goes_to(address) == place
