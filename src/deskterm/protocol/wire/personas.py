"""What clients may ask about personas (see `protocol/wire/requests.py`)."""

from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, field_validator

from deskterm.protocol.wire.requests import Id, Line, Request
from deskterm.text.clean import clean_line

#: Code points of initials or a glyph: an emoji may be a sequence.
INITIALS_LIMIT = 8
NAME_LIMIT = 80


def _one_line(value: object) -> object:
    return clean_line(value) if isinstance(value, str) else value


Name = Annotated[str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=NAME_LIMIT)]
Initials = Annotated[
    str, BeforeValidator(_one_line), StringConstraints(min_length=1, max_length=INITIALS_LIMIT)
]
#: `#rrggbb`, lower case from here on.
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]
Operators = Annotated[list[Id], Field(max_length=500)]


class CreatePersona(Request):
    """`POST /personas`. `support` takes that mark from the persona that has it."""

    name: Name
    title: Line | None = None
    initials: Initials | None = None
    color: Color | None = None
    open: bool = False
    support: bool = False
    operator_ids: Operators = []


class PatchPersona(Request):
    """`PATCH /personas/{id}`; an absent field stays, a null title, glyph or colour goes away."""

    name: Name | None = None
    title: Line | None = None
    initials: Initials | None = None
    color: Color | None = None
    open: bool | None = None
    support: bool | None = None
    operator_ids: Operators | None = None

    @field_validator("name", "open", "support", "operator_ids")
    @classmethod
    def _not_null(cls, value: object) -> object:
        if value is None:
            raise ValueError("must not be null")
        return value
