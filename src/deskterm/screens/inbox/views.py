"""The numbered views of the inbox: which conversations each one shows to whom."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from deskterm.client.replica.filters import Filter, Sort, said
from deskterm.protocol.records import Kind, Me, Status
from deskterm.record import record
from deskterm.screens.inbox.rights import is_admin, sees_all, sees_unassigned
from deskterm.text.words import later, tr

#: What still wants somebody's attention.
ACTIVE: Final = (Status.OPEN, Status.PENDING)


@record
class View:
    """A list with a name; `empty` and `hint` are said when there is nothing in it."""

    id: str
    title: str
    filter: Filter
    empty: str
    hint: str = ""
    #: Whether rows name the agent: not where all are one's own.
    mixed: bool = True
    #: What stands above everything else, whatever the order.
    pinned: Filter | None = None
    #: The id of the saved view that this is; its title is a name that somebody gave it.
    saved: str | None = None

    @property
    def label(self) -> str:
        """Its title as it is shown."""
        return self.title if self.saved else tr(self.title)

    @property
    def in_triage(self) -> bool:
        """Whether triage shows it."""
        return self.id == TRIAGE.id


MINE: Final = View(
    "mine",
    later("Mine"),
    Filter(status=ACTIVE, assignee=("me",), sort="waiting_since"),
    later("You have answered everything."),
    mixed=False,
)
UNASSIGNED: Final = View(
    "unassigned", later("Unassigned"), Filter(status=ACTIVE, assignee=("none",)), later("Nothing unassigned.")
)
ALL: Final = View("all", later("All open"), Filter(status=ACTIVE), later("Nothing open. The desk is clear."))
SNOOZED: Final = View(
    "snoozed", later("Snoozed"), Filter(status=(Status.SNOOZED,)), later("Nothing is snoozed.")
)
RESOLVED: Final = View(
    "resolved",
    later("Resolved"),
    Filter(status=(Status.RESOLVED, Status.CLOSED), sort="-updated_at"),
    later("Nothing resolved yet."),
)
ESCALATED: Final = View(
    "escalated",
    later("Escalated"),
    Filter(status=ACTIVE, escalated=True),
    later("Nothing is escalated."),
    later("1 back to your inbox"),
)

_ESCALATIONS: Final = Filter(status=ACTIVE, escalated=True, sort="waiting_since")
TRIAGE: Final = View(
    "triage",
    later("Triage"),
    Filter(status=ACTIVE, sort="waiting_since"),
    later("Nothing open. The desk is clear."),
    later("1 back to your inbox"),
    pinned=_ESCALATIONS,
)
#: The same with what is put away, for the board by status.
TRIAGE_BY_STATUS: Final = replace(
    TRIAGE, filter=Filter(status=(*ACTIVE, Status.SNOOZED), sort="waiting_since")
)

DIRECT: Final = View(
    "direct",
    later("Direct messages"),
    Filter(kinds=(Kind.DIRECT, Kind.GROUP), own=True),
    later("No room and no direct message yet."),
    later("{@ticket.new:c} writes to somebody · {@view.1:1} back to your inbox"),
    mixed=False,
)
ALL_DIRECT: Final = View(
    "all-direct",
    later("All direct messages"),
    Filter(kinds=(Kind.DIRECT,)),
    later("Nobody has written to anybody directly."),
    later("1 back to your inbox"),
    mixed=False,
)
#: The lists without statuses, priorities and assignees.
DIRECT_VIEWS: Final = (DIRECT, ALL_DIRECT)


def views(me: Me) -> tuple[View, ...]:
    """The numbered views of `me`, the first one shown first; views that would be refused are absent."""
    if is_admin(me):
        return ALL, UNASSIGNED, MINE, SNOOZED, RESOLVED
    shown = [MINE]
    if sees_unassigned(me):
        shown.append(UNASSIGNED)
    if sees_all(me):
        shown.append(ALL)
    return *shown, SNOOZED, RESOLVED


#: The orders of the list, as the picker names them.
SORTS: Final[dict[Sort, str]] = {
    "-last_message_at": later("newest message first"),
    "waiting_since": later("longest waiting first"),
    "-priority": later("most urgent first"),
    "-updated_at": later("last change first"),
    "created_at": later("oldest first"),
}


#: Of these a list has one at most.
_SINGLE: Final = frozenset({"persona_id", "contact_id"})
#: Asked by `q`, these take the place of what the view itself asks.
_REPLACED: Final = ("status", "assignee", "escalated")
_SAID: Final = {"persona_id": "persona", "contact_id": "with"}


@record
class Narrowing:
    """What a person asks of a view beyond its own filter; empty asks nothing."""

    terms: tuple[tuple[str, str], ...] = ()
    sort: Sort | None = None
    #: In the filter language; it takes the place of what the view itself asks of the same field.
    q: str = ""

    @property
    def asks(self) -> bool:
        """Whether it asks for anything but an order."""
        return bool(self.terms or self.q)

    def said(self, names: Mapping[str, str]) -> str:
        """The terms as they are shown, people by their `names`: `status:open assignee:Mike Chen`."""
        terms = [
            f"{_SAID.get(name, name)}:{names.get(value, value)}" if value else name
            for name, value in self.terms
        ]
        return " ".join([*terms, self.q] if self.q else terms)

    def applied(self, base: Filter) -> Filter:
        """`base` with the terms in place of its own on the same field, and the chosen order."""
        chosen: dict[str, tuple[str, ...] | str | bool | None] = {}
        for name, value in self.terms:
            before = chosen.get(name, ())
            if name in _SINGLE:
                chosen[name] = value
            elif name == "unanswered":
                chosen[name] = True
            elif isinstance(before, tuple):
                chosen[name] = (*before, value)
        if self.q:
            query = said(self.q)
            kept = [
                each
                for each in said(base.q or "").terms
                if not query.of(each.field) or each.field not in _REPLACED
            ]
            for name in _REPLACED:
                if query.of(name):
                    chosen[name] = getattr(Filter(), name)
            chosen["q"] = " ".join([*map(str, kept), self.q])
        narrowed = replace(base, **chosen)  # type: ignore[arg-type]  # enum members are str
        return replace(narrowed, sort=self.sort) if self.sort else narrowed

    def toggled(self, name: str, value: str) -> "Narrowing":
        """With that term if it was not there, without it if it was."""
        term = (name, value)
        terms = tuple(
            each for each in self.terms if each != term and (each[0] != name or name not in _SINGLE)
        )
        return replace(self, terms=terms if term in self.terms else (*self.terms, term))
