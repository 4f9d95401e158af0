"""Letting held replies out when their time has come.

A reply that is held stands in agents' threads only. Going out is what makes it a reply: it gets a new `seq`
and the time of that moment, so that nothing a contact sees tells that it was held, and only then it stops the
waiting clock and counts as unread. It goes out whatever became of the conversation since.
"""

from typing import Any

from deskterm.protocol.records import Role
from deskterm.server.desk.activity import add_line
from deskterm.server.desk.assignment import assign, giver, is_assignable, tell_losers_and_gainers
from deskterm.server.desk.contact_messages import effects_of_order
from deskterm.server.desk.drafted import Drafted
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.messages import effects_of_reply, first_reply_claim, reads_for_desk
from deskterm.server.desk.transitions import write_changes
from deskterm.server.principal import Principal
from deskterm.server.storage import attachments, conversations, held, members, messages, organizations, reads
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.members import MemberRow
from deskterm.server.storage.messages import MessageRow


def do_release_held(tx: Tx, limit: int = 100) -> int:
    """Let out every reply whose hold has ended, of all organizations; answers how many."""
    due = held.due(tx, tx.now, limit)
    for each in due:
        _release(tx, each.organization_id, each.id)
    return len(due)


def _release(tx: Tx, organization_id: int, message_id: bytes) -> None:
    row = messages.by_id(tx, organization_id, message_id)
    conversation = (
        None if row is None else conversations.in_organization(tx, organization_id, row.conversation_id)
    )
    author = (
        None if row is None or row.author_id is None else members.by_id(tx, organization_id, row.author_id)
    )
    if row is None or conversation is None or author is None:
        raise LookupError("a held reply has an author and a conversation")
    principal = _as_principal(tx, organization_id, author)
    claim = first_reply_claim(tx, principal, conversation) if is_assignable(author) else None
    reading = reads_for_desk(principal, conversation, claim)
    changes = effects_of_reply(principal, conversation, tx.now, reads=reading)
    changes |= _left_unanswered(tx, organization_id, conversation, row, changes, reading=reading)
    journal = Journal(tx, organization_id, author.id)
    if claim is not None:
        by = giver(principal)
        changes |= assign(tx, journal, by, organization_id, conversation, claim, reason="first_reply")
        changes["agent_joined_at"] = tx.now
        tell_losers_and_gainers(tx, journal, by, organization_id, conversation, claim)
    elif changes.get("agent_joined_at") is not None:
        add_line(tx, journal, organization_id, conversation.id, f"{author.name} joined.", public=False)
    journal.add(
        "message.created",
        "message",
        row.id,
        Audience.CONVERSATION,
        conversation_id=conversation.id,
        write=lambda seq: held.release(tx, organization_id, row.id, seq),
    )
    files = tuple(attachments.of_message(tx, organization_id, row.id)) if row.attachment_count else ()
    draft = Drafted(row.id, row.body, row.kind, files)

    def write(last: int) -> None:
        columns = effects_of_order(draft, tx.now, last)
        if reading:
            columns["agent_read_seq"] = last
        write_changes(tx, organization_id, conversation.id, columns | changes, last, public=True)

    journal.close(write)


def _left_unanswered(
    reader: Reader,
    organization_id: int,
    conversation: ConversationRow,
    row: MessageRow,
    effects: dict[str, Any],
    *,
    reading: bool,
) -> dict[str, Any]:
    """What stays as it is because the contact wrote while the reply was held: it does not answer that."""
    since = held.written_by_contact_after(reader, organization_id, conversation.id, row.seq)
    if since is None:
        return {}
    left: dict[str, Any] = {}
    if reading:
        left["agent_read_seq"] = max(conversation.agent_read_seq, row.seq)
    if "waiting_since" in effects:
        left["waiting_since"] = since
    if "agent_unread" in effects:
        left["agent_unread"] = reads.from_contacts(
            reader, organization_id, conversation.id, left["agent_read_seq"]
        )
    return left


def _as_principal(reader: Reader, organization_id: int, author: MemberRow) -> Principal:
    """The author, for the rules; there is no session, they may have signed out."""
    own = organizations.by_key(reader, organization_id)
    if own is None:
        raise LookupError("a member belongs to an organization")
    return Principal(organization_id, own.id, b"", Role(author.role), author.name, member_id=author.id)
