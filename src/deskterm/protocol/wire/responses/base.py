"""What all answers have in common: ids, times, refusals, lists, and the public addresses."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, create_model

from deskterm.protocol.ids import UUID_PATTERN
from deskterm.protocol.records import Status

Id = Annotated[str, StringConstraints(pattern=UUID_PATTERN.pattern)]
Time = Annotated[
    str,
    StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"),
    Field(json_schema_extra={"format": "date-time"}),
]
Seq = Annotated[int, Field(ge=0)]


class Response(BaseModel):
    """All keys are always present; none is there that is not named."""

    model_config = ConfigDict(extra="forbid")


class Problem(BaseModel):
    """A refusal (RFC 9457); clients match `code`. Some refusals add members."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int | Status
    detail: str
    code: str


class OpenApiDocument(BaseModel):
    """`GET /openapi.json`"""

    model_config = ConfigDict(extra="allow")

    openapi: Literal["3.1.0"]


class Health(Response):
    """`GET /healthz`"""

    product: Literal["deskterm"]
    version: str
    protocol: int


class Ready(Response):
    """`GET /readyz`"""

    ready: Literal[True]
    #: Why nothing can be written; null where all is well.
    read_only: str | None


class Named(Response):
    """An id with the name people know it by."""

    id: Id
    name: str


def listing(*items: type[BaseModel], **more: Any) -> type[BaseModel]:
    """The model of a list of any of `items`, with further keys."""
    item: Any = items[0]
    for each in items[1:]:
        item = item | each
    name = items[0].__name__ + "List"
    return create_model(
        name,
        __base__=Response,
        __doc__="One page; `next_cursor` leads to the next one, null = this is the last.",
        items=(list[item], ...),
        next_cursor=(str | None, ...),
        **more,
    )
