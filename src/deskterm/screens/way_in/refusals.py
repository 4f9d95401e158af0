"""What a refusal at the sign-in means, in calm words."""

from typing import Final

from deskterm.text.words import later, tr, trn

#: Refusals in calm words; `{wait}` is a time in words.
REFUSALS: Final = {
    "gone": later("This token was used, was taken back, or has expired. Ask for a new one."),
    "invalid_credentials": later("E-mail and password do not fit together."),
    "rate_limited": later("Too many attempts. Try again in {wait}."),
    "overloaded": later("Many people are signing in just now. Try again in {wait}."),
    "draining": later("The server is restarting. Try again in {wait}."),
    "storage_full": later("The server cannot write just now. Try again in {wait}."),
}


def in_words(seconds: float | None) -> str:
    """A time to wait."""
    if seconds is None or seconds <= 1:
        return tr("a second")
    if seconds < 120:
        return trn("{count} second", "{count} seconds", round(seconds))
    return trn("{count} minute", "{count} minutes", round(seconds / 60))
