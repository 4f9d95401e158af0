"""Rows of website visitors: contacts that come back by a secret, or by what their website signs."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement


class VisitorRow(NamedTuple):
    """A contact as a visitor is found by; `metadata` is JSON."""

    id: bytes
    external_id: str | None
    metadata: str


class _Visited(NamedTuple):
    page_url: str | None
    referrer: str | None
    metadata: str


class _Moved(NamedTuple):
    id: bytes
    status: str


_SELECT = """
    SELECT id, external_id, metadata FROM contact
    WHERE organization_id = :organization_id AND merged_into IS NULL AND """
_BY_SESSION = statement(
    f"{_SELECT} visitor_session_hash = :session_hash AND visitor_session_expires_at > :now"
)
_BY_EXTERNAL_ID = statement(f"{_SELECT} external_id = :external_id")
_BY_ID = statement(f"{_SELECT} id = :id")
_BY_EMAIL = statement(f"""{_SELECT} email = :email AND external_id IS NULL AND kind <> 'visitor'
    AND id <> :but ORDER BY id LIMIT 2""")
_NEXT_NUMBER = statement("""
    UPDATE organization_counter SET visitor_number = visitor_number + 1
    WHERE organization_id = :organization_id RETURNING visitor_number""")
_INSERT = statement("""
    INSERT INTO contact (organization_id, id, kind, visitor_number, last_seen_at, created_at, updated_at)
    VALUES (:organization_id, :id, 'visitor', :number, :now, :now, :now)""")
_GIVE_SESSION = statement("""
    UPDATE contact SET visitor_session_hash = :session_hash, visitor_session_expires_at = :expires_at
    WHERE organization_id = :organization_id AND id = :id""")
_IDENTIFY = statement("""
    UPDATE contact SET external_id = :external_id, name = coalesce(:name, name),
        email = coalesce(:email, email), visitor_session_hash = NULL, visitor_session_expires_at = NULL,
        updated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_TELL_ABOUT = statement("""
    UPDATE contact SET metadata = :metadata, last_seen_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_INTRODUCE = statement("""
    UPDATE contact SET name = :name, email = :email, rev = :rev, updated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_LOCK_OUT = statement("""
    UPDATE contact SET visitor_session_hash = NULL, visitor_session_expires_at = NULL
    WHERE organization_id = :organization_id AND id = :id""")
_MERGE = statement("""
    UPDATE contact SET merged_into = :into, visitor_session_hash = NULL, visitor_session_expires_at = NULL,
        updated_at = :now
    WHERE organization_id = :organization_id AND id = :id""")
_SUPPORT_OF = statement("""
    SELECT id, status FROM conversation
    WHERE organization_id = :organization_id AND contact_id = :contact_id AND kind = 'support'
    ORDER BY number""")
_REWRITE_AUTHOR = statement("""
    UPDATE message SET author_id = :into
    WHERE organization_id = :organization_id AND conversation_id = :conversation_id
        AND author_kind = 'contact' AND author_id = :contact_id""")
_VISITED = statement("""
    SELECT page_url, referrer, metadata FROM conversation
    WHERE organization_id = :organization_id AND id = :id""")
_IS_IDENTIFIED = statement("""
    SELECT 1 FROM contact
    WHERE organization_id = :organization_id AND id = :id AND external_id IS NOT NULL""")
_USED = statement("""
    SELECT 1 FROM identity_token WHERE organization_id = :organization_id AND token_id = :token_id""")
_USE = statement("""
    INSERT INTO identity_token (organization_id, token_id, expires_at)
    VALUES (:organization_id, :token_id, :expires_at)""")
_FORGET = statement("DELETE FROM identity_token WHERE expires_at < :now")


def by_session(reader: Reader, organization_id: int, session_hash: bytes, now: int) -> VisitorRow | None:
    """The visitor who comes back by this secret."""
    return reader.one(
        VisitorRow, _BY_SESSION, organization_id=organization_id, session_hash=session_hash, now=now
    )


def by_id(reader: Reader, organization_id: int, contact_id: bytes) -> VisitorRow | None:
    """A contact, unless they became another one."""
    return reader.one(VisitorRow, _BY_ID, organization_id=organization_id, id=contact_id)


def by_external_id(reader: Reader, organization_id: int, external_id: str) -> VisitorRow | None:
    """The contact that the website knows under this id."""
    return reader.one(VisitorRow, _BY_EXTERNAL_ID, organization_id=organization_id, external_id=external_id)


def by_email(reader: Reader, organization_id: int, email: str, *, but: bytes) -> VisitorRow | None:
    """The one contact with this address that the website has not named before; None if there are several.

    What a visitor typed proves nothing, so no visitor is found.
    """
    found = reader.all(VisitorRow, _BY_EMAIL, organization_id=organization_id, email=email, but=but)
    return found[0] if len(found) == 1 else None


def insert(tx: Tx, organization_id: int, contact_id: bytes) -> VisitorRow:
    """Make a contact that nobody knows anything about yet: "Visitor 17"."""
    number = tx.value(_NEXT_NUMBER, organization_id=organization_id)
    tx.run(_INSERT, organization_id=organization_id, id=contact_id, number=number, now=tx.now)
    return VisitorRow(contact_id, None, "{}")


def give_session(
    tx: Tx, organization_id: int, contact_id: bytes, session_hash: bytes, expires_at: int
) -> None:
    """Let the visitor come back by a secret until then."""
    tx.run(
        _GIVE_SESSION,
        organization_id=organization_id,
        id=contact_id,
        session_hash=session_hash,
        expires_at=expires_at,
    )


def identify(
    tx: Tx,
    organization_id: int,
    contact_id: bytes,
    *,
    external_id: str,
    name: str | None,
    email: str | None,
) -> None:
    """Keep who the contact is; what is not told stays. From now on they come back only as that."""
    tx.run(
        _IDENTIFY,
        organization_id=organization_id,
        id=contact_id,
        external_id=external_id,
        name=name,
        email=email,
        now=tx.now,
    )


def tell_about(tx: Tx, organization_id: int, contact_id: bytes, metadata: str) -> None:
    """Keep what the website says of the contact, who is there now."""
    tx.run(_TELL_ABOUT, organization_id=organization_id, id=contact_id, metadata=metadata, now=tx.now)


def introduce(
    tx: Tx, organization_id: int, contact_id: bytes, *, name: str | None, email: str | None, rev: int
) -> None:
    """Keep as whom a visitor introduced themselves; nobody has checked it."""
    tx.run(
        _INTRODUCE,
        organization_id=organization_id,
        id=contact_id,
        name=name,
        email=email,
        rev=rev,
        now=tx.now,
    )


def lock_out(tx: Tx, organization_id: int, contact_id: bytes) -> None:
    """Nobody comes back as this visitor."""
    tx.run(_LOCK_OUT, organization_id=organization_id, id=contact_id)


def merge(tx: Tx, organization_id: int, contact_id: bytes, into: bytes) -> None:
    """Leave a pointer behind; nobody comes back as this visitor."""
    tx.run(_MERGE, organization_id=organization_id, id=contact_id, into=into, now=tx.now)


def support_of(reader: Reader, organization_id: int, contact_id: bytes) -> list[tuple[bytes, str]]:
    """The contact's support conversations with their status, oldest first."""
    found = reader.all(_Moved, _SUPPORT_OF, organization_id=organization_id, contact_id=contact_id)
    return [(each.id, each.status) for each in found]


def visited(reader: Reader, organization_id: int, conversation_id: bytes) -> dict[str, str | None]:
    """What a conversation says of where its visitor is."""
    row = reader.one(_Visited, _VISITED, organization_id=organization_id, id=conversation_id)
    return {} if row is None else row._asdict()


def is_identified(reader: Reader, organization_id: int, contact_id: bytes) -> bool:
    """Whether the website has said who the contact is."""
    return reader.value(_IS_IDENTIFIED, organization_id=organization_id, id=contact_id) is not None


def rewrite_author(
    tx: Tx, organization_id: int, conversation_id: bytes, contact_id: bytes, into: bytes
) -> None:
    """Let the messages of one contact be another's."""
    tx.run(
        _REWRITE_AUTHOR,
        organization_id=organization_id,
        conversation_id=conversation_id,
        contact_id=contact_id,
        into=into,
    )


def use_token(tx: Tx, organization_id: int, token_id: str, expires_at: int) -> bool:
    """Note that an identity token is used up; False if it was before."""
    if tx.value(_USED, organization_id=organization_id, token_id=token_id) is not None:
        return False
    tx.run(_USE, organization_id=organization_id, token_id=token_id, expires_at=expires_at)
    return True


def forget_tokens(tx: Tx) -> int:
    """Drop what has expired by itself; answers how many."""
    return tx.run(_FORGET, now=tx.now)
