"""What clients may ask about API keys, and what is answered (see `protocol/wire/requests.py`)."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, StringConstraints, model_validator

from deskterm.protocol.api_keys import KeyKind, Scope
from deskterm.protocol.wire.requests import Line, Request
from deskterm.protocol.wire.responses.base import Id, Named, Response, Time, listing

#: What a browser sends as `Origin`: scheme, host and port, nothing behind it.
ORIGIN_PATTERN = r"^https?://(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[1-9][0-9]{0,4})?$"
_USUAL_PORTS = {"http": ":80", "https": ":443"}


def _as_browsers_say_it(origin: str) -> str:
    """Without the port that the scheme has anyway: browsers leave it out."""
    return origin.removesuffix(_USUAL_PORTS[origin.partition(":")[0]])


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


Origin = Annotated[
    str,
    BeforeValidator(_lower),
    StringConstraints(max_length=300, pattern=ORIGIN_PATTERN),
    AfterValidator(_as_browsers_say_it),
]
Origins = Annotated[list[Origin], Field(max_length=50)]


class CreateApiKey(Request):
    """`POST /api-keys`. Scopes are for secret keys, allowed origins for publishable ones."""

    kind: KeyKind
    name: Line
    scopes: Annotated[list[Scope], Field(max_length=len(Scope))] = []
    allowed_origins: Origins = []
    expires_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _fitting(self) -> "CreateApiKey":
        if self.scopes and self.kind is not KeyKind.SECRET:
            raise ValueError("only secret keys have scopes")
        if self.kind is KeyKind.SECRET and not self.scopes:
            raise ValueError("a secret key without a scope may do nothing")
        if self.allowed_origins and self.kind is not KeyKind.PUBLISHABLE:
            raise ValueError("only publishable keys have allowed origins")
        return self


class ApiKey(Response):
    """A key. `key` is null but for a publishable one, which stands in the website's source."""

    id: Id
    kind: KeyKind
    name: str
    scopes: list[Scope]
    allowed_origins: list[str]
    created_by: Named
    created_at: Time
    expires_at: Time | None
    last_used_at: Time | None
    key: str | None


class NewApiKey(ApiKey):
    """A key just made. A secret or identity key is shown this once."""

    key: str


ApiKeys = listing(ApiKey)
