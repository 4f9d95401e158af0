"""One row of the route table: it drives routing, validation, roles, limits, OpenAPI and the access tests."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from deskterm.protocol.records import Role
from deskterm.server.principal import Principal

if TYPE_CHECKING:
    from aiohttp import web

    from deskterm.server.http.answer import Answer
    from deskterm.server.http.call import Call

Handler = Callable[["Call"], Awaitable["Answer | web.StreamResponse"]]

#: What a request costs: `send` also counts as a message, `none` counts nowhere.
Rate = Literal["command", "read", "send", "auth", "none"]


class Who(Enum):
    """Who may call a route at all; finer questions are answered inside (`server/policy.py`)."""

    PUBLIC = "anybody; a token is not looked at"
    OPTIONAL = "anybody; but a token that is sent must be good"
    EVERYONE = "everybody signed in"
    MEMBERS = "members of the organization: agents and registered customers"
    AGENTS = "admins and staff"
    ADMINS = "admins"
    CONTACTS = "customers and visitors"

    def admits(self, principal: Principal) -> bool:
        """Whether the principal's role may call such a route."""
        if self is Who.MEMBERS:
            return principal.role is not None
        if self is Who.AGENTS:
            return principal.is_agent
        if self is Who.ADMINS:
            return principal.is_admin
        if self is Who.CONTACTS:
            return principal.role is None or principal.role is Role.CUSTOMER
        return True


@dataclass(slots=True, frozen=True)
class Route:
    """`path` is relative to the API's base; a `{name_id}` part is an id and arrives as 16 bytes.

    `answers` maps each status of success to the model of its body (None = no body). Commands are
    `idempotent`: they obey the `Idempotency-Key` header, unless they are made harmless otherwise
    (message ids, drafts) or carry secrets that must not be kept (passwords, tokens). `body_limit` is in
    bytes where it is not the server's. A route that `takes_file` reads its body itself, and looks after the
    `Idempotency-Key`; one that `gives_file` answers bytes.
    """

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
    path: str
    handler: Handler
    summary: str
    who: Who
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answers: Mapping[int, type[BaseModel] | None] = field(default_factory=dict)
    idempotent: bool | None = None
    rate: Rate | None = None
    body_limit: int | None = None
    takes_file: bool = False
    gives_file: bool = False
    base: str = "/api/v1"

    @property
    def keeps_answers(self) -> bool:
        """Whether `Idempotency-Key` is obeyed; by default on everything that changes something."""
        if self.idempotent is not None:
            return self.idempotent
        return self.method != "GET" and self.who is not Who.PUBLIC

    @property
    def cost(self) -> Rate:
        """The rate class, by default what the method says."""
        return self.rate or ("read" if self.method == "GET" else "command")

    @property
    def operation_id(self) -> str:
        """Stable name in the OpenAPI document: the handler's, as `conversations.list_conversations`."""
        return f"{self.handler.__module__.rpartition('.')[2]}.{_name(self.handler)}"


def _name(handler: Any) -> str:
    return str(handler.__name__)
