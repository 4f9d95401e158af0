"""Lists of conversations as the caller may see them: filters, order, pages and counts."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple, TypeVar

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.query import QueryError
from deskterm.protocol.records import Kind, Priority, Source, Status
from deskterm.protocol.wire.direct_messages import DirectMessageQuery
from deskterm.protocol.wire.requests import TAG_LIMIT, ConversationQuery, Page
from deskterm.server import policy
from deskterm.server.desk.cursors import pack_cursor, unpack_cursor
from deskterm.server.desk.filtering import Filtering, kinds_of, read_query, refusal
from deskterm.server.errors import Forbidden, Invalid, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import conditions, listing, organizations
from deskterm.server.storage import counts as stored_counts
from deskterm.server.storage.conditions import Scope, Wanted
from deskterm.server.storage.database import Reader
from deskterm.server.storage.listing import Position, Sort
from deskterm.server.storage.organizations import Settings
from deskterm.text.clean import clean_line

T = TypeVar("T")

#: What contacts cannot see of a conversation they cannot ask about either.
_AGENTS_FILTERS = ("source", "assignee", "priority", "tag", "escalated", "contact_id")
_AGENTS_SORTS = (Sort.WAITING, Sort.PRIORITY)
_CONTACTS_SORTS = {Sort.LAST_MESSAGE: Sort.PUBLIC_LAST_MESSAGE, Sort.UPDATED: Sort.PUBLIC_UPDATED}
_BY_CONTACT = (Kind.SUPPORT, Kind.PERSONAL)


class Listing(NamedTuple):
    """A page: ids in order, where it goes on, and on the first page of conversations the five counts."""

    ids: list[bytes]
    next_cursor: str | None
    counts: dict[Status, int] | None = None


def list_conversations(
    reader: Reader, principal: Principal, settings: Settings, query: ConversationQuery, now: int = 0
) -> Listing:
    """One page of `GET /conversations`; `Invalid` names the filters that are not understood.

    From `now` (ms) the ages in `q` are counted.
    """
    parts, sort, bound_to = _asked(reader, principal, settings, query, now)
    found = _page(reader, parts, sort, query, bound_to=bound_to)
    if query.cursor is not None:
        return found
    counts = dict.fromkeys(Status, 0)
    for scope, seen in parts:
        counted = stored_counts.by_status(reader, scope, seen)
        counts = {status: counts[status] + counted[status] for status in Status}
    return found._replace(counts=counts if principal.is_agent else _as_contacts_count(counts))


def list_ticketed(
    reader: Reader, principal: Principal, settings: Settings, query: ConversationQuery, now: int
) -> Listing:
    """The conversations whose tickets make one page of `GET /tickets`, without counts."""
    parts, sort, bound_to = _asked(reader, principal, settings, query, now)
    scope, wanted = parts[0]
    wanted = replace(wanted, kind=Kind.SUPPORT, with_ticket=True)
    return _page(reader, [(scope, wanted)], sort, query, bound_to=bound_to)


def all_matching(
    reader: Reader, principal: Principal, settings: Settings, q: str, now: int, most: int
) -> list[bytes]:
    """The conversations that a filter finds, the latest first, at most `most`; all are looked at."""
    query = ConversationQuery(q=q, limit=200)
    parts, sort, _ = _asked(reader, principal, settings, query, now, where=("body", "q"))
    ids: list[bytes] = []
    after: Position | None = None
    while len(ids) < most:
        pages = [listing.page(reader, scope, wanted, sort, after, query.limit) for scope, wanted in parts]
        found = listing.together(pages, sort)
        rows = found.rows[: query.limit]
        ids += [each.id for each in rows]
        after = rows[-1] if len(rows) == query.limit else found.stopped
        if after is None:
            break
    return ids[:most]


def count_matching(
    reader: Reader, principal: Principal, settings: Settings, q: str, now: int
) -> tuple[int, bool]:
    """How many conversations a filter finds, and whether there may be more than were looked at."""
    query = ConversationQuery(q=q)
    parts, _, _ = _asked(reader, principal, settings, query, now)
    counted = [stored_counts.total(reader, scope, wanted) for scope, wanted in parts]
    return sum(each.found for each in counted), any(each.more for each in counted)


def check_query(reader: Reader, principal: Principal, q: str, now: int) -> str:
    """The filter as it is kept; `Invalid` names the place of what cannot be asked, or nobody has."""
    settings = organizations.settings(reader, principal.organization_id)
    _asked(reader, principal, settings, ConversationQuery(q=q), now, where=("body", "q"))
    return str(read_query(q, where=("body", "q")))


def _asked(
    reader: Reader,
    principal: Principal,
    settings: Settings,
    query: ConversationQuery,
    now: int,
    where: tuple[str, str] = ("query", "q"),
) -> tuple[list[tuple[Scope, Wanted]], Sort, str]:
    """What a list asks for of each kind, its order, and what a cursor of it is bound to."""
    said = None if query.q is None else read_query(query.q, where=where)
    kinds = None if said is None or "kind" in query.model_fields_set else kinds_of(said)
    wanted, sort = _parse(principal, query, kinds)
    bound_to = repr((wanted, sort, str(said or "")))
    if said is not None:
        filtering = Filtering(reader, principal, settings, now)
        try:
            wanted = tuple(filtering.narrow(each, said) for each in wanted)
        except QueryError as error:
            raise refusal(error, where) from None
    narrowed = [_narrow(principal, settings, each) for each in wanted]
    parts = [(conditions.choose_lead(reader, scope, each), each) for scope, each in narrowed]
    return parts, sort, bound_to


def list_escalations(reader: Reader, principal: Principal, settings: Settings, query: Page) -> Listing:
    """One page of `GET /escalations`, the latest first, without counts: all for admins, else the own."""
    wanted = Wanted(escalated=True, assignees=None if principal.is_admin else (principal.member_id,))
    parts = [_narrow(principal, settings, wanted)]
    return _page(reader, parts, Sort.ESCALATED, query, bound_to="escalations")


def list_direct(
    reader: Reader, principal: Principal, settings: Settings, query: DirectMessageQuery
) -> Listing:
    """One page of `GET /direct-messages`: one's own, for admins also everybody's."""
    if query.all and not principal.is_admin:
        raise Forbidden("Only admins see the direct messages of others.")
    if query.unanswered is not None and not principal.is_agent:
        raise Invalid([mistake("is for agents", "query", "unanswered")])
    wanted = Wanted(
        kind=Kind.DIRECT,
        persona_id=None if query.persona_id is None else to_bytes(query.persona_id),
        participant_id=None if query.contact_id is None else to_bytes(query.contact_id),
        unanswered=query.unanswered,
    )
    return _peopled(reader, principal, settings, wanted, query, everybodys=query.all)


def list_rooms(reader: Reader, principal: Principal, settings: Settings, query: Page) -> Listing:
    """One page of `GET /groups`: the rooms one sees."""
    return _peopled(
        reader, principal, settings, Wanted(kind=Kind.GROUP), query, everybodys=principal.is_admin
    )


def _peopled(
    reader: Reader,
    principal: Principal,
    settings: Settings,
    wanted: Wanted,
    query: Page,
    *,
    everybodys: bool,
) -> Listing:
    """Direct conversations or rooms, the latest message first, without counts."""
    scope, wanted = _narrow(principal, settings, wanted)
    if principal.is_admin and not everybodys:
        own = policy.participation(principal)
        scope = scope._replace(sight=scope.sight._replace(values=own.values), by_participation=True)
    sort = Sort.LAST_MESSAGE if principal.is_agent else Sort.PUBLIC_LAST_MESSAGE
    return _page(reader, [(scope, wanted)], sort, query, bound_to=repr((wanted, everybodys)))


def is_quick(principal: Principal, query: ConversationQuery) -> bool:
    """Whether the list may be read on the event loop; otherwise it belongs into a reader thread."""
    if query.q is not None:
        return False
    wanted, sort = _parse(principal, query)
    return not principal.is_agent or all(listing.is_indexed(each, sort) for each in wanted)


def _page(
    reader: Reader, parts: list[tuple[Scope, Wanted]], sort: Sort, query: Page, *, bound_to: str
) -> Listing:
    after = None if query.cursor is None else unpack_cursor(query.cursor, bound_to)
    pages = [listing.page(reader, scope, wanted, sort, after, query.limit + 1) for scope, wanted in parts]
    found = listing.together(pages, sort)
    kept = found.rows[: query.limit]
    last = kept[-1] if len(found.rows) > query.limit else found.stopped
    return Listing([row.id for row in kept], None if last is None else pack_cursor(last, bound_to))


def _narrow(principal: Principal, settings: Settings, wanted: Wanted) -> tuple[Scope, Wanted]:
    """What policy adds: its condition, and for staff only the queues they see."""
    by_contact = wanted.kind in _BY_CONTACT and not principal.is_agent
    own = wanted.kind is Kind.PERSONAL and not principal.is_admin
    scope = Scope(
        principal.organization_id,
        policy.sees(principal, settings.staff_sees),
        by_contact=by_contact or own,
        by_participation=wanted.kind not in _BY_CONTACT and not principal.is_admin,
    )
    if wanted.kind is not Kind.SUPPORT or not principal.is_agent:
        return scope, wanted
    queues = policy.visible_queues(principal, settings.staff_sees)
    if queues is None:
        return scope, wanted
    chosen = (
        queues if wanted.assignees is None else tuple(each for each in wanted.assignees if each in queues)
    )
    return scope, replace(wanted, assignees=chosen)


def _parse(
    principal: Principal, query: ConversationQuery, named: tuple[Kind, ...] | None = None
) -> tuple[tuple[Wanted, ...], Sort]:
    """What is wanted of each kind (those `named` in the filter, else the parameter's), and in which order."""
    problems: list[dict[str, object]] = []

    def several(name: str, parse: Callable[[str], T]) -> tuple[T, ...] | None:
        text: str | None = getattr(query, name)
        if text is None:
            return None
        try:
            return tuple(dict.fromkeys(parse(each) for each in text.split(",")))
        except ValueError as error:
            problems.append(mistake(str(error), "query", name))
            return None

    kinds = _sorted(named or several("kind", Kind)) or ()
    wanted = Wanted(
        statuses=_statuses(principal, several("status", Status)),
        assignees=several("assignee", lambda text: _assignee(principal, text)),
        priorities=_sorted(several("priority", Priority)),
        sources=_sorted(several("source", lambda text: Source(text).value)),
        tags=_sorted(several("tag", _tag)),
        escalated=query.escalated,
        number=query.number,
        contact_id=None if query.contact_id is None else to_bytes(query.contact_id),
        persona_id=None if query.persona_id is None else to_bytes(query.persona_id),
        archived=query.archived,
    )
    sort = Sort(query.sort)
    if not principal.is_agent:
        hidden = [name for name in _AGENTS_FILTERS if getattr(query, name) is not None]
        hidden += [] if not query.archived else ["archived"]
        hidden += [] if sort not in _AGENTS_SORTS else ["sort"]
        problems += [mistake("is for agents", "query", name) for name in hidden]
    if problems:
        raise Invalid(problems)
    ordered = sort if principal.is_agent else _CONTACTS_SORTS.get(sort, sort)
    return tuple(replace(wanted, kind=kind) for kind in kinds), ordered


def _statuses(principal: Principal, asked: tuple[Status, ...] | None) -> tuple[Status, ...]:
    """The stored statuses that are meant; to contacts a snoozed conversation is an open one."""
    chosen = set(Status if asked is None else asked)
    if not principal.is_agent and asked is not None:
        chosen.discard(Status.SNOOZED)
        if Status.OPEN in chosen:
            chosen.add(Status.SNOOZED)
    return tuple(each for each in Status if each in chosen)


def _as_contacts_count(counts: dict[Status, int]) -> dict[Status, int]:
    return {**counts, Status.OPEN: counts[Status.OPEN] + counts[Status.SNOOZED], Status.SNOOZED: 0}


def _assignee(principal: Principal, text: str) -> bytes | None:
    if text == "none":
        return None
    if text == "me":
        if principal.member_id is None:
            raise ValueError("'me' is for agents")
        return principal.member_id
    try:
        return to_bytes(text)
    except ValueError:
        raise ValueError(f"{text!r} is neither 'me', 'none' nor a member's id") from None


def _tag(text: str) -> str:
    tag = clean_line(text).lower()
    if not 0 < len(tag) <= TAG_LIMIT:
        raise ValueError(f"a tag has 1 to {TAG_LIMIT} characters")
    return tag


def _sorted(values: Iterable[T] | None) -> tuple[T, ...] | None:
    """One order for one meaning, so that a cursor fits however the list was written."""
    return None if values is None else tuple(sorted(values, key=str))
