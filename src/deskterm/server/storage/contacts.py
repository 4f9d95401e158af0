"""Rows of contacts: whoever writes in."""

from typing import Any, NamedTuple

from deskterm.server.policy import Sight
from deskterm.server.storage.database import Reader, Tx, statement


class ContactRow(NamedTuple):
    """Whoever writes in. `visitor_number` names those without a name."""

    id: bytes
    kind: str
    lead_status: str | None
    name: str | None
    email: str | None
    phone: str | None
    company: str | None
    last_seen_at: int | None
    visitor_number: int | None
    user_id: bytes | None
    metadata: str
    rev: int
    created_at: int
    updated_at: int
    merged_into: bytes | None
    erased_at: int | None


class Wanted(NamedTuple):
    """What a list of contacts is narrowed to; None = anything."""

    search: str | None = None
    kind: str | None = None
    lead_status: str | None = None


class ConversationKey(NamedTuple):
    """A conversation whose contact changed."""

    id: bytes


_SELECT = """
    SELECT x.id, x.kind, x.lead_status, x.name, x.email, x.phone, x.company, x.last_seen_at, x.visitor_number,
        x.user_id, x.metadata, x.rev, x.created_at, x.updated_at, x.merged_into, x.erased_at
    FROM contact x WHERE x.organization_id = :organization_id"""
_BY_ID = statement(f"{_SELECT} AND x.id = :id")
_BY_USER = statement(f"{_SELECT} AND x.user_id = :user_id")
_LIST = f"""{_SELECT} AND x.merged_into IS NULL AND x.erased_at IS NULL AND x.id < :before
    AND %s ORDER BY x.id DESC LIMIT :limit"""
#: Letters outside of ASCII differ by case for the engine, so both spellings of a word are looked for.
_HAS = " OR ".join(
    f"lower({text}) LIKE :{needle} ESCAPE '!'"
    for text in ("x.name", "x.email", "x.company", "x.phone", "'visitor ' || x.visitor_number")
    for needle in ("small", "capital")
)
_PHONE = "replace(replace(replace(replace(x.phone, '-', ''), ' ', ''), '(', ''), ')', '') LIKE :digits"
_FILTERS = {
    "small": f" AND ({_HAS} OR {_PHONE})",
    "kind": " AND x.kind = :kind",
    "lead_status": " AND x.lead_status = :lead_status",
}
_BY_EMAIL = statement(f"""{_SELECT} AND x.email = :email AND x.merged_into IS NULL
    AND x.kind <> 'visitor' ORDER BY x.user_id IS NULL, x.kind, x.id DESC LIMIT 1""")
_UPDATE = statement("""
    UPDATE contact SET kind = :kind, lead_status = :lead_status, name = :name, email = :email,
        phone = :phone, company = :company, metadata = :metadata, rev = :rev, updated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_INSERT = statement("""
    INSERT INTO contact (organization_id, id, kind, user_id, name, email, phone, company, lead_status, rev,
        created_at, updated_at)
    VALUES (:organization_id, :id, :kind, :user_id, :name, :email, :phone, :company, :lead_status, :rev,
        :now, :now)""")
_UNBOUND = statement(f"""{_SELECT} AND x.email = :email AND x.user_id IS NULL AND x.merged_into IS NULL
    AND x.kind <> 'visitor' ORDER BY x.kind, x.id DESC LIMIT 1""")
_BIND = statement("""
    UPDATE contact SET user_id = :user_id, name = :name, kind = 'customer',
        lead_status = CASE WHEN kind = 'lead' THEN 'converted' ELSE lead_status END, rev = :rev,
        updated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_RENAME = statement("""
    UPDATE contact SET name = :name, rev = :rev, updated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_SEEN_NOW = statement("""
    UPDATE contact SET last_seen_at = :now
    WHERE organization_id = :organization_id AND id = :id AND coalesce(last_seen_at, 0) + :step < :now""")
_ACTIVE = statement("""
    SELECT id FROM conversation WHERE organization_id = :organization_id AND contact_id = :contact_id
        AND status IN ('open', 'pending', 'snoozed') AND kind <> 'personal' AND merged_into IS NULL
    ORDER BY number""")
_REVISE = statement("""
    UPDATE conversation SET rev = :rev, public_rev = :rev, updated_at = :now, public_updated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")


def by_id(reader: Reader, organization_id: int, contact_id: bytes) -> ContactRow | None:
    """The contact with this id."""
    return reader.one(ContactRow, _BY_ID, organization_id=organization_id, id=contact_id)


def by_user(reader: Reader, organization_id: int, user_id: bytes) -> ContactRow | None:
    """The contact that a registered user is."""
    return reader.one(ContactRow, _BY_USER, organization_id=organization_id, user_id=user_id)


def unbound_with_email(reader: Reader, organization_id: int, email: str) -> ContactRow | None:
    """The customer, else the lead, with this address who has no login yet; the newest of several."""
    return reader.one(ContactRow, _UNBOUND, organization_id=organization_id, email=email)


def bind(tx: Tx, organization_id: int, contact_id: bytes, *, user_id: bytes, name: str, rev: int) -> None:
    """Let a user write as this contact."""
    tx.run(
        _BIND,
        organization_id=organization_id,
        id=contact_id,
        user_id=user_id,
        name=name,
        rev=rev,
        now=tx.now,
    )


def by_email(reader: Reader, organization_id: int, email: str) -> ContactRow | None:
    """The registered customer, else the customer, else the lead with this address; no visitor."""
    return reader.one(ContactRow, _BY_EMAIL, organization_id=organization_id, email=email)


def page(
    reader: Reader, organization_id: int, sight: Sight, wanted: Wanted, *, before: bytes, limit: int
) -> list[ContactRow]:
    """The contacts that `sight` sees and that are wanted, newest first; merged and erased ones are none."""
    filters: dict[str, Any] = {"kind": wanted.kind, "lead_status": wanted.lead_status}
    if wanted.search is not None:
        filters["small"] = _pattern(wanted.search.lower())
    asked = {name: value for name, value in filters.items() if value is not None}
    sql = _LIST % (sight.sql + "".join(_FILTERS[name] for name in asked))
    if wanted.search is not None:
        digits = "".join(each for each in wanted.search if each.isdigit() or each == "+")
        asked["capital"] = _pattern(wanted.search.title())
        asked["digits"] = _pattern(digits) if len(digits) > 2 else ""
    values = {"organization_id": organization_id, "before": before, "limit": limit}
    return reader.all(ContactRow, sql, **values, **asked, **sight.values)


def _pattern(text: str) -> str:
    """Matches whatever has the text in it; ASCII is compared in small letters."""
    small = "".join(each.lower() if each.isascii() else each for each in text)
    for special in "!%_":
        small = small.replace(special, f"!{special}")
    return f"%{small}%"


def is_seen(reader: Reader, organization_id: int, contact_id: bytes, sight: Sight) -> bool:
    """Whether `sight` sees the contact."""
    sql = f"SELECT 1 FROM contact x WHERE x.organization_id = :organization_id AND x.id = :id AND {sight.sql}"
    values = {"organization_id": organization_id, "id": contact_id, **sight.values}
    return reader.value(sql, **values) is not None


def update(tx: Tx, organization_id: int, row: ContactRow) -> None:
    """Write everything that agents may change, and rev."""
    tx.run(
        _UPDATE,
        organization_id=organization_id,
        id=row.id,
        kind=row.kind,
        lead_status=row.lead_status,
        name=row.name,
        email=row.email,
        phone=row.phone,
        company=row.company,
        metadata=row.metadata,
        rev=row.rev,
        now=tx.now,
    )


def insert(
    tx: Tx,
    organization_id: int,
    *,
    contact_id: bytes,
    kind: str,
    user_id: bytes | None = None,
    name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    company: str | None = None,
    lead_status: str | None = None,
    rev: int = 0,
) -> None:
    """Make a contact."""
    tx.run(
        _INSERT,
        organization_id=organization_id,
        id=contact_id,
        kind=kind,
        user_id=user_id,
        name=name,
        email=email,
        phone=phone,
        company=company,
        lead_status=lead_status,
        rev=rev,
        now=tx.now,
    )


def rename(tx: Tx, organization_id: int, contact_id: bytes, name: str, rev: int) -> None:
    """Give a contact another name."""
    tx.run(_RENAME, organization_id=organization_id, id=contact_id, name=name, rev=rev, now=tx.now)


def active_conversations(reader: Reader, organization_id: int, contact_id: bytes) -> list[bytes]:
    """The contact's conversations that somebody may have on the screen."""
    found = reader.all(ConversationKey, _ACTIVE, organization_id=organization_id, contact_id=contact_id)
    return [each.id for each in found]


def revise_conversation(tx: Tx, organization_id: int, conversation_id: bytes, rev: int) -> None:
    """Give a conversation a new `rev` because its contact reads differently."""
    tx.run(_REVISE, organization_id=organization_id, id=conversation_id, rev=rev, now=tx.now)


#: How exactly it is known when a contact was last there.
SEEN_STEP_MS = 60_000


def seen(tx: Tx, organization_id: int, contact_id: bytes) -> None:
    """Note that a contact is there, at most once a minute. No change of the contact: no `rev`, no event."""
    tx.run(_SEEN_NOW, organization_id=organization_id, id=contact_id, now=tx.now, step=SEEN_STEP_MS)
