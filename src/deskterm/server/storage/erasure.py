"""What goes when a person is erased: all that they and others wrote. Rows stay, empty, so that counts do."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from deskterm.protocol.ids import to_text
from deskterm.server.storage.database import Reader, Tx, statement

#: Over all rows of a conversation.
_MESSAGES = """(SELECT id FROM message WHERE organization_id = :organization_id
    AND conversation_id = :conversation_id)"""
_OF_CONVERSATION = "organization_id = :organization_id AND conversation_id = :conversation_id"
_OF_CONTACT = "organization_id = :organization_id AND contact_id = :contact_id"
#: Files that wait for a message of theirs.
_WAITING = "organization_id = :organization_id AND uploader_id = :contact_id AND message_id IS NULL"


class _Id(NamedTuple):
    id: bytes


class _Content(NamedTuple):
    sha256: bytes


class Written(NamedTuple):
    """A message of theirs where others write, too."""

    id: bytes
    conversation_id: bytes


class Amount(NamedTuple):
    """How much there is of a person."""

    conversations: int = 0
    messages: int = 0
    files: int = 0
    notes: int = 0

    def plus(self, other: "Amount") -> "Amount":
        """Both together."""
        return Amount(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


_SAME_PERSON = statement("""
    WITH RECURSIVE same (id) AS (
        SELECT c.id FROM contact c WHERE c.organization_id = :organization_id AND c.id = :contact_id
        UNION SELECT c.id FROM contact c JOIN same s ON c.merged_into = s.id
        WHERE c.organization_id = :organization_id)
    SELECT id FROM same""")
_CONVERSATIONS = statement("""
    SELECT c.id FROM conversation c WHERE c.organization_id = :organization_id AND c.contact_id = :contact_id
    UNION
    SELECT c.id FROM participant p JOIN conversation c
        ON c.organization_id = p.organization_id AND c.id = p.conversation_id AND c.kind = 'direct'
    WHERE p.organization_id = :organization_id AND p.participant_id = :contact_id""")
_WRITTEN = statement("""
    SELECT m.id, m.conversation_id FROM conversation c JOIN message m
        ON m.organization_id = c.organization_id AND m.conversation_id = c.id
    WHERE c.organization_id = :organization_id AND c.kind = 'group'
        AND m.author_kind = 'contact' AND m.author_id = :contact_id AND m.body <> ''""")
_AMOUNT = statement(f"""
    SELECT 1,
        (SELECT count(*) FROM message WHERE {_OF_CONVERSATION} AND body <> ''),
        (SELECT count(*) FROM attachment WHERE organization_id = :organization_id
            AND message_id IN {_MESSAGES}),
        0""")
_AMOUNT_BESIDE = statement(f"""
    SELECT 0, 0, (SELECT count(*) FROM attachment WHERE {_WAITING}),
        (SELECT count(*) FROM contact_note WHERE {_OF_CONTACT} AND body <> '')""")
_FILES = statement(f"""
    SELECT sha256 FROM attachment WHERE organization_id = :organization_id AND message_id IN {_MESSAGES}""")
_FILES_OF_MESSAGE = statement("""
    SELECT sha256 FROM attachment WHERE organization_id = :organization_id AND message_id = :message_id""")
_FILES_WAITING = statement(f"SELECT sha256 FROM attachment WHERE {_WAITING}")
_EMPTY: Final = tuple(
    statement(each)
    for each in (
        f"DELETE FROM message_edit WHERE organization_id = :organization_id AND message_id IN {_MESSAGES}",
        f"DELETE FROM attachment WHERE organization_id = :organization_id AND message_id IN {_MESSAGES}",
        f"""UPDATE message SET body = '', style = NULL, attachment_count = 0, rev = :rev,
            deleted_at = coalesce(deleted_at, :now) WHERE {_OF_CONVERSATION}""",
        f"DELETE FROM draft WHERE {_OF_CONVERSATION}",
        f"""UPDATE ticket SET subject = 'Erased', description = '', rev = :rev, updated_at = :now
            WHERE {_OF_CONVERSATION}""",
        f"UPDATE assignment SET explanation = NULL WHERE {_OF_CONVERSATION}",
        """DELETE FROM merged_message WHERE organization_id = :organization_id AND source_id IN (
            SELECT source_id FROM conversation_merge WHERE organization_id = :organization_id
            AND :conversation_id IN (source_id, target_id))""",
        """DELETE FROM conversation_merge WHERE organization_id = :organization_id
            AND :conversation_id IN (source_id, target_id)""",
        f"DELETE FROM search WHERE rowid IN (SELECT id FROM search_doc WHERE {_OF_CONVERSATION})",
        f"DELETE FROM search_doc WHERE {_OF_CONVERSATION}",
        """DELETE FROM webhook_delivery WHERE organization_id = :organization_id
            AND instr(body, :conversation_text) > 0""",
        """DELETE FROM idempotency_answer WHERE organization_id = :organization_id
            AND lower(hex(body)) LIKE '%' || :conversation_hex || '%'""",
        """UPDATE conversation SET subject = NULL, preview = NULL, public_preview = NULL, page_url = NULL,
            referrer = NULL, metadata = '{}', escalated_reason = NULL, escalated = 0, waiting_since = NULL,
            snoozed_until = NULL, agent_unread = 0, woken_seq = 0, contact_unread = 0,
            merged_from = '[]',
            status = CASE WHEN kind = 'support' THEN 'closed' ELSE status END,
            closed_at = CASE WHEN kind = 'support' THEN coalesce(closed_at, :now) END,
            archived_at = coalesce(archived_at, :now), rev = :rev, public_rev = :rev, updated_at = :now,
            public_updated_at = :now
            WHERE organization_id = :organization_id AND id = :conversation_id""",
    )
)
_EMPTY_MESSAGE: Final = tuple(
    statement(each)
    for each in (
        "DELETE FROM message_edit WHERE organization_id = :organization_id AND message_id = :message_id",
        "DELETE FROM attachment WHERE organization_id = :organization_id AND message_id = :message_id",
        """DELETE FROM search WHERE rowid IN (SELECT id FROM search_doc
            WHERE organization_id = :organization_id AND conversation_id = :conversation_id
            AND message_id = :message_id)""",
        """DELETE FROM search_doc WHERE organization_id = :organization_id
            AND conversation_id = :conversation_id AND message_id = :message_id""",
        """UPDATE message SET body = '', style = NULL, attachment_count = 0, rev = :rev,
            deleted_at = coalesce(deleted_at, :now)
            WHERE organization_id = :organization_id AND id = :message_id""",
    )
)
_PREVIEWS = statement("""
    UPDATE conversation SET rev = :rev, public_rev = :rev,
        preview = (SELECT substr(m.body, 1, 120) FROM message m WHERE m.organization_id = :organization_id
            AND m.conversation_id = :conversation_id AND m.kind <> 'activity' AND m.deleted_at IS NULL
            ORDER BY m.seq DESC LIMIT 1),
        public_preview = (SELECT substr(m.body, 1, 120) FROM public_message m
            WHERE m.organization_id = :organization_id AND m.conversation_id = :conversation_id
            AND m.kind <> 'activity' AND m.deleted_at IS NULL ORDER BY m.seq DESC LIMIT 1)
    WHERE organization_id = :organization_id AND id = :conversation_id""")
_FORGET: Final = tuple(
    statement(each)
    for each in (
        f"UPDATE contact_note SET body = '', deleted_at = coalesce(deleted_at, :now) WHERE {_OF_CONTACT}",
        f"DELETE FROM attachment WHERE {_WAITING}",
        f"DELETE FROM block WHERE {_OF_CONTACT}",
        f"""UPDATE session SET ip = NULL, user_agent = NULL, page_url = NULL, referrer = NULL
            WHERE {_OF_CONTACT}""",
        "DELETE FROM draft WHERE organization_id = :organization_id AND author_id = :contact_id",
        "DELETE FROM idempotency_answer WHERE organization_id = :organization_id AND actor_id = :contact_id",
        """DELETE FROM webhook_delivery WHERE organization_id = :organization_id
            AND instr(body, :contact_text) > 0""",
        """DELETE FROM idempotency_answer WHERE organization_id = :organization_id
            AND lower(hex(body)) LIKE '%' || :contact_hex || '%'""",
        """UPDATE notification SET body = '' WHERE organization_id = :organization_id AND recipients = 1
            AND id IN (SELECT notification_id FROM notification_recipient
                WHERE organization_id = :organization_id AND contact_id = :contact_id)""",
        """UPDATE invitation SET email = '', revoked_at = coalesce(revoked_at, :now)
            WHERE organization_id = :organization_id AND email = (SELECT email FROM contact
                WHERE organization_id = :organization_id AND id = :contact_id)""",
        """UPDATE contact SET name = NULL, email = NULL, phone = NULL, company = NULL, metadata = '{}',
            user_id = NULL, visitor_session_hash = NULL, visitor_session_expires_at = NULL,
            external_id = NULL, last_seen_at = NULL, erased_at = :now, rev = :rev, updated_at = :now
            WHERE organization_id = :organization_id AND id = :contact_id""",
    )
)
_DISABLE = statement("""
    UPDATE member SET disabled_at = coalesce(disabled_at, :now), rev = :rev
    WHERE organization_id = :organization_id AND user_id = :user_id""")
_FORGET_PLACES = statement("UPDATE session SET ip = NULL, user_agent = NULL WHERE user_id = :user_id")
_FORGET_USER: Final = tuple(
    statement(each)
    for each in (
        "DELETE FROM sign_in_throttle WHERE email = (SELECT email FROM user_account WHERE id = :user_id)",
        """UPDATE user_account SET email = :address, name = 'Erased', phone = NULL, image = NULL,
            password_hash = NULL, updated_at = :now WHERE id = :user_id""",
    )
)
#: How many pages of the word index one step of tidying goes through; negative = begin anew where needed.
_TIDY = statement("INSERT INTO search (search, rank) VALUES ('merge', :pages)")
_CHANGES = statement("SELECT total_changes()")


def same_person(reader: Reader, organization_id: int, contact_id: bytes) -> list[bytes]:
    """The contact and those that were merged into them."""
    values = {"organization_id": organization_id, "contact_id": contact_id}
    return [each.id for each in reader.all(_Id, _SAME_PERSON, **values)]


def conversations_of(reader: Reader, organization_id: int, contacts: Sequence[bytes]) -> list[bytes]:
    """All that are theirs alone or with one other, those in other ones too."""
    found: dict[bytes, None] = {}
    for contact_id in contacts:
        values = {"organization_id": organization_id, "contact_id": contact_id}
        found |= dict.fromkeys(each.id for each in reader.all(_Id, _CONVERSATIONS, **values))
    return list(found)


def written_by(reader: Reader, organization_id: int, contacts: Sequence[bytes]) -> list[Written]:
    """What they wrote in rooms."""
    values = {"organization_id": organization_id}
    return [
        each
        for contact_id in contacts
        for each in reader.all(Written, _WRITTEN, **values, contact_id=contact_id)
    ]


def amount(
    reader: Reader, organization_id: int, contacts: Sequence[bytes], conversations: Sequence[bytes]
) -> Amount:
    """How much these contacts and conversations hold."""
    total = Amount()
    for each in conversations:
        values = {"organization_id": organization_id, "conversation_id": each}
        total = total.plus(reader.one(Amount, _AMOUNT, **values) or Amount())
    for each in contacts:
        values = {"organization_id": organization_id, "contact_id": each}
        total = total.plus(reader.one(Amount, _AMOUNT_BESIDE, **values) or Amount())
    return total


def files_of(
    reader: Reader,
    organization_id: int,
    contacts: Sequence[bytes],
    conversations: Sequence[bytes],
    written: Sequence[Written],
) -> list[bytes]:
    """The contents, by hash, that nobody may need any more afterwards."""
    asked = [
        *((_FILES, {"conversation_id": each}) for each in conversations),
        *((_FILES_OF_MESSAGE, {"message_id": each.id}) for each in written),
        *((_FILES_WAITING, {"contact_id": each}) for each in contacts),
    ]
    found = [
        row.sha256
        for query, which in asked
        for row in reader.all(_Content, query, organization_id=organization_id, **which)
    ]
    return list(dict.fromkeys(found))


def empty_conversation(tx: Tx, organization_id: int, conversation_id: bytes, rev: int) -> None:
    """Nothing that was written stays of it, in no table; it is closed and archived."""
    values = {
        "organization_id": organization_id,
        "conversation_id": conversation_id,
        "conversation_text": to_text(conversation_id),
        "conversation_hex": to_text(conversation_id).encode().hex(),
        "rev": rev,
        "now": tx.now,
    }
    for each in _EMPTY:
        tx.write(each, values)


def empty_message(tx: Tx, organization_id: int, written: Written, rev: int) -> None:
    """The same of one message."""
    values = {
        "organization_id": organization_id,
        "conversation_id": written.conversation_id,
        "message_id": written.id,
        "rev": rev,
        "now": tx.now,
    }
    for each in _EMPTY_MESSAGE:
        tx.write(each, values)


def renew_previews(tx: Tx, organization_id: int, conversation_id: bytes, rev: int) -> None:
    """A room shows the last message that is left."""
    tx.run(_PREVIEWS, organization_id=organization_id, conversation_id=conversation_id, rev=rev)


def forget_contact(tx: Tx, organization_id: int, contact_id: bytes, rev: int) -> None:
    """Nothing is known of them any more."""
    values = {
        "organization_id": organization_id,
        "contact_id": contact_id,
        "contact_text": to_text(contact_id),
        "contact_hex": to_text(contact_id).encode().hex(),
        "rev": rev,
        "now": tx.now,
    }
    for each in _FORGET:
        tx.write(each, values)


def disable(tx: Tx, organization_id: int, user_id: bytes, rev: int) -> None:
    """They do not come in here any more."""
    tx.run(_DISABLE, organization_id=organization_id, user_id=user_id, rev=rev, now=tx.now)


def forget_user(tx: Tx, user_id: bytes) -> None:
    """Nothing is known of the account either; its address is free again."""
    values = {"user_id": user_id, "address": f"{user_id.hex()}@erased.invalid", "now": tx.now}
    for each in (_FORGET_PLACES, *_FORGET_USER):
        tx.write(each, values)


def tidy_words(tx: Tx, pages: int) -> bool:
    """Take words that nothing says any more out of the word index, a step; whether there may be more."""
    before = tx.value(_CHANGES)
    tx.run(_TIDY, pages=pages)
    return int(tx.value(_CHANGES)) - int(before) >= 2  # what its makers say to look at
