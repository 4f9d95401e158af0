"""What websites and their visitors may ask, and what is answered (see `protocol/wire/requests.py`)."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from deskterm.protocol.wire.requests import Metadata, Request
from deskterm.protocol.wire.responses.base import Response, Time
from deskterm.protocol.wire.responses.people import Contact
from deskterm.text.clean import clean_line

PAGE_LIMIT = 2_000
#: Bytes of all that a website says of its visitor.
METADATA_LIMIT = 8 * 1024


def _small(value: Metadata) -> Metadata:
    if len(str(value).encode("utf-8", "replace")) > METADATA_LIMIT:
        raise ValueError(f"must not have more than {METADATA_LIMIT} bytes")
    return value


def _page(value: str) -> str:
    """An address of the web; anything else (`javascript:`, files) says nothing that agents need."""
    page = clean_line(value)
    return page if page.startswith(("https://", "http://")) else ""


Page = Annotated[str, StringConstraints(max_length=PAGE_LIMIT), AfterValidator(_page)]
Token = Annotated[str, StringConstraints(min_length=1, max_length=4_096)]


class OpenVisitorSession(Request):
    """`POST /visitors/session`. `session` is what an earlier answer gave to come back with.

    `way_back` is the token of an e-mail about replies, once: the thread moves to this browser.
    """

    session: Token | None = None
    way_back: Token | None = None
    identity_token: Token | None = None
    page_url: Page | None = None
    referrer: Page | None = None
    metadata: Annotated[Metadata, AfterValidator(_small)] | None = None


class VisitorSession(Response):
    """A visitor's way in: `token` for a day; `session`, for a year, makes the next one.

    Somebody who was identified has no `session`: they come back by being identified again.
    """

    token: str
    expires_at: Time
    session: str | None
    contact: Contact
