"""Browsers in few words."""

import pytest

from deskterm.text.browsers import browser

LIKE = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox 133 · Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0) {LIKE} Chrome/131.0.0.0 Safari/537.36", "Chrome 131 · Windows"),
        (
            f"Mozilla/5.0 (Windows NT 10.0) {LIKE} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.1",
            "Edge 131 · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            "Version/18.1 Mobile/15E148 Safari/604.1",
            "Safari 18 · iPhone",
        ),
        (
            f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {LIKE} Chrome/130.0.0.0 Mobile Safari/537.36",
            "Chrome 130 · Android",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_browser_in_few_words(said: str, words: str) -> None:
    assert browser(said) == words
