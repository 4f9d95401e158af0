"""What clients may ask about saved views, and what is answered (see `protocol/wire/requests.py`)."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, StringConstraints, field_validator

from deskterm.protocol.ids import UUID_PATTERN
from deskterm.protocol.query import MOST_CHARACTERS
from deskterm.protocol.wire.requests import Request
from deskterm.protocol.wire.responses.base import Id, Response, Seq, Time, listing
from deskterm.text.clean import clean_line

NAME_LIMIT = 40
#: How many views are counted at once: those that somebody looks at.
MOST_COUNTED = 50
Sort = Literal["-last_message_at", "-updated_at", "waiting_since", "-priority", "created_at"]


def _one_line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


def _ids(value: str) -> str:
    ids = value.split(",")
    if len(ids) > MOST_COUNTED:
        raise ValueError(f"at most {MOST_COUNTED} at once")
    if not all(UUID_PATTERN.fullmatch(each) for each in ids):
        raise ValueError("is a comma list of ids")
    return value


ViewName = Annotated[str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=NAME_LIMIT)]
#: In the filter language.
Asked = Annotated[
    str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=MOST_CHARACTERS)
]


class CreateView(Request):
    """`POST /views`."""

    visibility: Literal["shared", "own"] = "own"
    name: ViewName
    q: Asked
    sort: Sort = "-last_message_at"


class PatchView(Request):
    """`PATCH /views/{id}`; an absent field stays. A shared one made one's own is taken from the others."""

    visibility: Literal["shared", "own"] | None = None
    name: ViewName | None = None
    q: Asked | None = None
    sort: Sort | None = None

    @field_validator("visibility", "name", "q", "sort")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("must not be null")
        return value


class CountQuery(Request):
    """`GET /views/counts`: of which views; without `ids` of the first ones that the caller has."""

    ids: Annotated[str, StringConstraints(max_length=4_000), AfterValidator(_ids)] | None = None


class View(Response):
    """A filter and an order under a name. In `q`, `me` is whoever looks."""

    id: Id
    visibility: Literal["shared", "own"]
    name: str
    q: str
    sort: Sort
    created_at: Time
    updated_at: Time
    rev: Seq


class ViewCount(Response):
    """How many conversations the caller finds in a view; `more`: that many or more.

    `count` is null where the filter names somebody who is there no longer.
    """

    id: Id
    count: int | None
    more: bool


class ViewCounts(Response):
    """Counts in the order asked for, without those that the caller does not have."""

    items: list[ViewCount]


Views = listing(View)
