"""Times as they leave the server: RFC 3339, UTC, milliseconds."""

import time


def rfc3339(ms: int) -> str:
    """Milliseconds since 1970 as `2026-11-20T22:55:59.123Z`."""
    seconds, rest = divmod(ms, 1000)
    year, month, day, hour, minute, second, *_ = time.gmtime(seconds)
    return f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{rest:03}Z"


def rfc3339_or_none(ms: int | None) -> str | None:
    """The same for what may never have happened: None or 0."""
    return rfc3339(ms) if ms else None
