"""What went wrong between here and a server, as a sentence and an exit code."""

from typing import Any

from deskterm.cli import exits
from deskterm.client.errors import ApiError, BadAddress, ClientError, Offline
from deskterm.text.words import tr

_CODES = {
    "invalid_credentials": exits.DENIED,
    "invalid_token": exits.DENIED,
    "unauthenticated": exits.DENIED,
    "forbidden": exits.DENIED,
    "not_found": exits.NOT_FOUND,
    "rate_limited": exits.RATE_LIMITED,
    "conflict": exits.CONFLICT,
    "stale": exits.CONFLICT,
    "illegal_transition": exits.CONFLICT,
    "id_reused": exits.CONFLICT,
    "limit_reached": exits.CONFLICT,
}


def exit_code(error: ClientError) -> int:
    """The exit code that tells scripts what to do."""
    if isinstance(error, ApiError) and error.code in _CODES:
        return _CODES[error.code]
    if error.passing or isinstance(error, Offline):
        return exits.TRY_AGAIN
    return exits.USAGE if isinstance(error, BadAddress) else exits.INVALID


def sentence(error: ClientError) -> str:
    """What to tell people, with the time to wait or the fields that are wrong."""
    if not isinstance(error, ApiError):
        return error.sentence
    if error.retry_after:
        return tr(
            "{sentence} Try again in {retry_after} s.",
            sentence=error.sentence,
            retry_after=f"{error.retry_after:.0f}",
        )
    wrong = [_field(each) for each in error.extra.get("errors", ()) if isinstance(each, dict)]
    return " ".join([error.sentence, *(f"({each})" for each in wrong)])


def _field(wrong: dict[str, Any]) -> str:
    """What is wrong with a field, and at which of its characters."""
    name = ".".join(map(str, wrong.get("loc", ())[1:]))
    place = tr(" at character {number}", number=wrong["at"] + 1) if isinstance(wrong.get("at"), int) else ""
    return f"{name}{place}: {wrong.get('msg', '')}"
