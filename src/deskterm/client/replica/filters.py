"""What an inbox shows and in which order: the same filters for the server's lists and for the replica.

Several values of one filter mean any of them, different filters all of them. Of `q`, the filter language,
what is asked of fields is judged here too; words to be found are the server's: with such the replica shows
the ids of its answer, as far as the rest of `q` still holds.
"""

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from deskterm.protocol.records import Conversation, Kind, Priority, Source, Status
from deskterm.record import record

if TYPE_CHECKING:
    from deskterm.protocol.query import Query

Sort = Literal["-last_message_at", "-updated_at", "waiting_since", "-priority", "created_at"]
Position = tuple[int, bool, float, int]


@record
class Filter:
    """Filters of a list of conversations; an empty tuple or None asks nothing.

    `assignee` holds member ids, `me` and `none`. `own` keeps to direct conversations and rooms in which one
    takes part, where one sees all; `unanswered` to those in which a person waits for a persona.
    """

    status: tuple[Status, ...] = ()
    source: tuple[Source, ...] = ()
    assignee: tuple[str, ...] = ()
    priority: tuple[Priority, ...] = ()
    tag: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = (Kind.SUPPORT,)
    escalated: bool | None = None
    number: int | None = None
    contact_id: str | None = None
    persona_id: str | None = None
    own: bool = False
    unanswered: bool = False
    archived: bool = False
    q: str | None = None
    sort: Sort = "-last_message_at"

    def query(self) -> dict[str, str]:
        """The query of `GET /conversations`; what equals the server's default is left out."""
        query: dict[str, str] = {}
        for name in ("status", "source", "assignee", "priority", "tag"):
            if values := getattr(self, name):
                query[name] = ",".join(values)
        for name in ("number", "contact_id", "persona_id", "q"):
            if (value := getattr(self, name)) is not None:
                query[name] = str(value)
        if self.kinds != (Kind.SUPPORT,):
            query["kind"] = ",".join(self.kinds)
        if self.escalated is not None:
            query["escalated"] = "true" if self.escalated else "false"
        if self.archived:
            query["archived"] = "true"
        if self.sort != "-last_message_at":
            query["sort"] = self.sort
        return query

    @property
    def directly(self) -> bool:
        """Whether it is asked of the list of direct messages, not of that of conversations."""
        return self.q is None and (self.own or self.kinds == (Kind.DIRECT,))

    def direct_query(self) -> dict[str, str]:
        """The query of `GET /direct-messages`."""
        query = {} if self.own else {"all": "true"}
        for name in ("persona_id", "contact_id"):
            if (value := getattr(self, name)) is not None:
                query[name] = value
        return query | ({"unanswered": "true"} if self.unanswered else {})

    def as_text(self) -> str:
        """The same in the filter language, without the order."""
        asked = {
            "status": self.status,
            "assignee": self.assignee,
            "priority": self.priority,
            "source": self.source,
            "tag": self.tag,
            "kind": () if self.kinds == (Kind.SUPPORT,) else self.kinds,
            "escalated": () if self.escalated is None else ("yes" if self.escalated else "no",),
            "number": () if self.number is None else (str(self.number),),
            "contact": (self.contact_id,) if self.contact_id else (),
            "persona": (self.persona_id,) if self.persona_id else (),
        }
        from deskterm.protocol.query import Term  # needed by filtered lists alone

        terms = [str(Term(name, ":", tuple(map(str, values)))) for name, values in asked.items() if values]
        return " ".join([*terms, *([self.q] if self.q else [])])

    @property
    def searches(self) -> bool:
        """Whether `q` looks for words, which only the server finds."""
        return self.q is not None and bool(said(self.q).words)

    def matches(
        self,
        conversation: Conversation,
        member_id: str | None,
        own_ids: Collection[str] = (),
        now: datetime | None = None,
    ) -> bool:
        """Whether `conversation` belongs into this list for the reader `member_id`, but for words in `q`.

        `own_ids` are all under which the reader takes part in conversations; from `now` ages are counted.
        """
        return (
            self._is_of_kind(conversation)
            and (not self.status or conversation.status in self.status)
            and (not self.source or conversation.source in self.source)
            and (not self.priority or conversation.priority in self.priority)
            and (not self.tag or not set(self.tag).isdisjoint(conversation.tags))
            and (self.escalated is None or conversation.escalated == self.escalated)
            and (self.number is None or conversation.number == self.number)
            and (self.contact_id is None or _id(conversation.contact) == self.contact_id)
            and (self.persona_id is None or _id(conversation.persona) == self.persona_id)
            and (not self.own or _takes_part(conversation, own_ids))
            and (not self.unanswered or conversation.waiting_since is not None)
            and (conversation.archived_at is not None) == self.archived
            and self._assigned(conversation, member_id)
            and self._said_of(conversation, member_id, now)
        )

    def _is_of_kind(self, conversation: Conversation) -> bool:
        """By `q` where that names kinds and nothing else does, as the server has it."""
        named = self.q is not None and self.kinds == (Kind.SUPPORT,) and _names_kinds(said(self.q))
        return named or conversation.kind in self.kinds

    def _said_of(self, conversation: Conversation, member_id: str | None, now: datetime | None) -> bool:
        if self.q is None:
            return True
        from deskterm.client.replica.judging import matches  # needed by filtered lists alone

        return matches(said(self.q), conversation, member_id, now)

    def _assigned(self, conversation: Conversation, member_id: str | None) -> bool:
        if not self.assignee:
            return True
        assignee = _id(conversation.assignee)
        wanted = {member_id if each == "me" else None if each == "none" else each for each in self.assignee}
        return assignee in wanted

    def position(self, conversation: Conversation) -> Position:
        """Where `conversation` stands in this list's order: smaller is higher.

        Nulls are last, ties go by id in the list's direction; equal priorities by the last message.
        """
        match self.sort:
            case "-priority":
                first = -conversation.priority.rank
                return first, *_newest_first(conversation.last_message_at, conversation.id)
            case "-last_message_at":
                below = int(self.own and conversation.kind is not Kind.GROUP)  # rooms stand above
                return below, *_newest_first(conversation.last_message_at, conversation.id)
            case "-updated_at":
                return 0, *_newest_first(conversation.updated_at, conversation.id)
            case "waiting_since":
                return 0, *_oldest_first(conversation.waiting_since, conversation.id)
            case "created_at":
                return 0, *_oldest_first(conversation.created_at, conversation.id)


@lru_cache(maxsize=64)
def said(q: str) -> "Query":
    """What a text of the filter language says; one that says nothing right asks for nothing here."""
    from deskterm.protocol.query import Query, QueryError, parse  # needed by filtered lists alone

    try:
        return parse(q)
    except QueryError:
        return Query()


def _names_kinds(query: "Query") -> bool:
    return any(not each.negated for each in query.of("kind"))


def _takes_part(conversation: Conversation, own_ids: Collection[str]) -> bool:
    """Whether it is one's own; a room is everybody's who sees it."""
    return conversation.kind is Kind.GROUP or any(each.id in own_ids for each in conversation.participants)


def _id(thing: object) -> str | None:
    return getattr(thing, "id", None)


def _number(identifier: str) -> int:
    return int(identifier.replace("-", ""), 16)


def _newest_first(at: datetime | None, identifier: str) -> tuple[bool, float, int]:
    return at is None, -at.timestamp() if at else 0.0, -_number(identifier)


def _oldest_first(at: datetime | None, identifier: str) -> tuple[bool, float, int]:
    return at is None, at.timestamp() if at else 0.0, _number(identifier)
