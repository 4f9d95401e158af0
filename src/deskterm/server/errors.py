"""Every way the desk refuses, each with a stable code (docs/protocol.md). Clients match codes, never text.

DeskError
├── Malformed 400            ├── NotFound 404            ├── TooLarge 413
├── Unauthenticated 401      ├── MethodNotAllowed 405    ├── UnsupportedMediaType 415
├── InvalidCredentials 401   ├── Timeout 408             ├── Invalid 422
├── Forbidden 403            ├── Conflict 409            ├── RateLimited 429
│                            ├── IllegalTransition 409   ├── Internal 500
│                            ├── Stale 409               ├── Overloaded 503
│                            ├── IdReused 409            ├── StorageFull 503
│                            ├── LimitReached 409        └── Draining 503
│                            └── Gone 410
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from deskterm.text.words import filled, later


class DeskError(Exception):
    """A refusal with a stable `code`; `extra` holds the members a problem document adds to the usual five.

    What stands in `detail` by a name, as `{most}`, is in `values`. Both go along, for
    readers of other languages.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on the server"

    def __init__(
        self, detail: str | None = None, *, extra: Mapping[str, Any] | None = None, **values: str | int
    ) -> None:
        template = detail or self.title
        self.detail = filled(template, values)
        super().__init__(self.detail)
        self.extra = {**(extra or {}), **({"template": template, "values": values} if values else {})}


class Malformed(DeskError):
    status, code, title = 400, "malformed", "The request could not be read"


class Unauthenticated(DeskError):
    status, code, title = 401, "unauthenticated", "Please sign in"


class InvalidCredentials(DeskError):
    status, code, title = 401, "invalid_credentials", "E-mail or password is wrong"


class Forbidden(DeskError):
    status, code, title = 403, "forbidden", "Your role does not allow this"


class NotFound(DeskError):
    """Missing, foreign and invisible are one answer: it never carries a detail of its own."""

    status, code, title = 404, "not_found", "There is no such thing here"

    def __init__(self) -> None:
        super().__init__()


class MethodNotAllowed(DeskError):
    status, code, title = 405, "method_not_allowed", "This address does not take that method"


class Timeout(DeskError):
    status, code, title = 408, "timeout", "The request took too long to arrive"


class Conflict(DeskError):
    status, code, title = 409, "conflict", "This conflicts with how things stand"


class IllegalTransition(DeskError):
    """`status` is where the conversation stands, `allowed` where it may go from there."""

    status, code, title = 409, "illegal_transition", "The conversation cannot go there from where it stands"

    def __init__(self, current: str, allowed: Sequence[str]) -> None:
        shown = {"status": current, "allowed": list(allowed)}
        super().__init__(later("It is {current}."), extra=shown, current=current)


class Stale(DeskError):
    status, code, title = 409, "stale", "Something newer is there"


class IdReused(DeskError):
    status, code, title = 409, "id_reused", "This id was already used for something else"


class LimitReached(DeskError):
    status, code, title = 409, "limit_reached", "The limit is reached"


class Gone(DeskError):
    status, code, title = 410, "gone", "This was used already or has expired"


class TooLarge(DeskError):
    status, code, title = 413, "too_large", "That is too large"


class UnsupportedMediaType(DeskError):
    status, code, title = 415, "unsupported_media_type", "Send JSON in UTF-8, not compressed"


def mistake(text: str, /, *loc: str | int, **values: str | int) -> dict[str, Any]:
    """One thing that is wrong, for `Invalid`: `mistake("is needed", "body", "name")`.

    As in a refusal, what stands in `text` by a name goes along for readers of other languages.
    """
    found = {"loc": [*loc], "msg": filled(text, values)}
    return {**found, "template": text, "values": values} if values else found


class Invalid(DeskError):
    """`errors` lists what is wrong, each a `mistake`; in filter texts with its place: `at`, `length`."""

    status, code, title = 422, "invalid", "Some of the input is not valid"

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__(extra={"errors": [dict(each) for each in errors]})


class Retryable(DeskError):
    """A refusal that passes by itself; `retry_after` seconds go into the header of that name."""

    def __init__(self, detail: str | None = None, *, retry_after: float = 1, **values: str | int) -> None:
        super().__init__(detail, extra=None, **values)
        self.retry_after = retry_after


class RateLimited(Retryable):
    status, code, title = 429, "rate_limited", "Too many requests"


class Internal(DeskError):
    status, code, title = 500, "internal", "Something went wrong on the server"


class Overloaded(Retryable):
    status, code, title = 503, "overloaded", "The server is busy"


class ShortOfMemory(Overloaded):
    title = "The server is short of memory"


class StorageFull(Retryable):
    status, code, title = 503, "storage_full", "The server's disk is full or failing"


class StorageDamaged(StorageFull):
    """The file itself is damaged: it is only read until an operator repairs it, which the text says how."""

    title = "The server's database is damaged"

    def __init__(self) -> None:
        super().__init__(
            later(
                "The server's database is damaged, so nothing is written to it. Whoever runs the server"
                " can repair it: stop it, put the newest good backup in place with `deskterm restore FILE`,"
                " start it again."
            ),
            retry_after=60,
        )


class Draining(Retryable):
    status, code, title = 503, "draining", "The server is shutting down"
