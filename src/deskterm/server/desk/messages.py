"""Sending a message. A retried send finds its own row, whatever has happened to the conversation since."""

from typing import Any, NamedTuple

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.protocol.records import AuthorKind, Kind, Visibility
from deskterm.protocol.states import ACTIVE, REPLYABLE
from deskterm.protocol.wire.requests import SendMessage
from deskterm.server import policy
from deskterm.server.desk.activity import add_line
from deskterm.server.desk.assignment import assign, giver, tell_losers_and_gainers
from deskterm.server.desk.contact_messages import send_as_contact
from deskterm.server.desk.conversations import is_visible, preview_of, settings_of
from deskterm.server.desk.drafted import Drafted, add_message, repeated, speaks_as_persona, take_files
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.personas import access_persona
from deskterm.server.desk.transitions import legal_targets, write_changes
from deskterm.server.errors import Forbidden, IllegalTransition, Invalid, NotFound, Stale, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, contacts, conversations, members, merges, messages, participants
from deskterm.server.storage.conversations import ConversationRow
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.members import MemberRow
from deskterm.server.storage.messages import MessageRow, NewMessage
from deskterm.server.storage.personas import PersonaRow
from deskterm.server.views import messages as message_views
from deskterm.server.views.viewer import Viewer, nobody_is_there

_WHY_NOT = {
    Kind.PERSONAL.value: "Nobody can write into this conversation: only notifications come here.",
    Kind.DIRECT.value: "Nobody writes here any more: the persona is not in use.",
    Kind.GROUP.value: "You are muted in this room.",
}
_ONLY_READ = "Nobody writes in this room: it is kept to be read."


class Sent(NamedTuple):
    """A stored message, and whether it had been stored before; `row` is given where it costs no read."""

    message_id: bytes
    replayed: bool
    row: MessageRow | None = None

    @property
    def status(self) -> int:
        """The answer's HTTP status."""
        return 200 if self.replayed else 201


def do_send(tx: Tx, principal: Principal, conversation_id: bytes, command: SendMessage) -> Sent:
    """Store a message in the conversation, or in the one that follows it.

    Raises, in this order: `Forbidden` for what contacts never may; `Invalid`; `IdReused`; `NotFound`;
    `Forbidden` where nobody writes or for another's persona; `IllegalTransition`, `Stale` or `Conflict`.
    """
    _check_alone(principal, command)
    message_id = to_bytes(command.id)
    row = conversations.by_id_to_send(tx, principal, conversation_id, message_id)
    way = merges.way(tx, principal.organization_id, conversation_id) if row is None else []
    if way:  # what it was written to is in another one by now
        conversation_id = way[-1].target_id
        row = conversations.by_id_to_send(tx, principal, conversation_id, message_id)
    if (row is None or row.taken) and repeated(tx, principal, conversation_id, message_id, command):
        return Sent(message_id, replayed=True)
    if row is None or not is_visible(principal, row):
        raise NotFound()
    if not policy.may_write(principal, row.kind, row.silenced):
        raise Forbidden(_why_not(row))
    files = take_files(tx, principal, command.attachment_ids)
    draft = Drafted(message_id, command.body, command.kind, files)
    sent = None
    if principal.is_agent:
        sent = _send_as_agent(tx, principal, row, draft, command)
    else:
        send_as_contact(tx, principal, row, draft)
        contacts.seen(tx, principal.organization_id, principal.actor_id)
    for each in way if principal.is_agent or row.status in ACTIVE else ():
        merges.note(tx, principal.organization_id, each.source_id, message_id)
    return Sent(message_id, replayed=False, row=sent)


def _why_not(row: ConversationRow) -> str:
    if row.kind == Kind.GROUP and row.silenced == policy.Silence.EVERYBODY:
        return _ONLY_READ
    return _WHY_NOT[row.kind]


def _check_alone(principal: Principal, command: SendMessage) -> None:
    """What is wrong with the request whatever the conversation is."""
    internal = command.visibility is Visibility.INTERNAL
    if internal and not policy.may_note(principal):
        raise Forbidden("Only agents write internal notes.")
    if command.persona_id is not None and not principal.is_agent:
        raise Forbidden("Only agents speak as a persona.")
    if command.persona_id is not None and internal:
        raise Invalid([mistake("an internal note has no persona", "body", "persona_id")])
    if not command.attachment_ids and (not command.body or command.body.isspace()):
        raise Invalid([mistake("must not be empty", "body", "body")])


def _send_as_agent(
    tx: Tx, principal: Principal, row: ConversationRow, draft: Drafted, command: SendMessage
) -> MessageRow:
    internal = command.visibility is Visibility.INTERNAL
    persona = _persona(tx, principal, row, command)
    persona_id = None if persona is None else persona.id
    claim = None
    hold = 0
    if not internal:
        if row.kind == Kind.SUPPORT and row.status not in REPLYABLE:
            raise IllegalTransition(row.status, legal_targets(principal, row, tx.now))
        _check_seen(tx, principal, row, command.seen_seq)
        hold = 0 if row.contact_id is None else settings_of(row).send_hold_seconds
        claim = None if hold else first_reply_claim(tx, principal, row)
    quiet = internal or hold > 0  # what is held changes nothing that a contact sees until it goes out
    journal = Journal(tx, principal.organization_id, principal.actor_id)
    reads = reads_for_desk(principal, row, claim)
    changes = {} if quiet else effects_of_reply(principal, row, tx.now, reads=reads)
    if claim is not None:
        by = giver(principal)
        changes |= assign(tx, journal, by, principal.organization_id, row, claim, reason="first_reply")
        changes["agent_joined_at"] = tx.now
        tell_losers_and_gainers(tx, journal, by, principal.organization_id, row, claim)
    elif changes.get("agent_joined_at") is not None:
        add_line(tx, journal, principal.organization_id, row.id, f"{principal.name} joined.", public=False)
    message = NewMessage(
        id=draft.id,
        conversation_id=row.id,
        author_kind=AuthorKind.AGENT,
        author_id=principal.member_id,
        persona_id=persona_id,
        voice_persona_id=None if internal else persona_id or voice_of(row),
        kind=draft.kind,
        visibility=command.visibility,
        body=draft.body,
        attachment_count=len(draft.files),
        held_until=tx.now + hold * 1000 if hold else None,
    )
    add_message(tx, journal, principal, message, draft.files)
    seq = journal.close(
        lambda last: _write_reply(tx, principal, row, draft, changes, last, internal=quiet, reads=reads)
    )
    if persona is not None:
        _audit_persona(tx, principal, row.id, draft.id, persona.id)
    persona_name = None if persona is None else persona.name
    return messages.as_stored(message, seq, tx.now, author_name=principal.name, persona_name=persona_name)


def _audit_persona(
    tx: Tx, principal: Principal, conversation_id: bytes, message_id: bytes, persona_id: bytes
) -> None:
    """Who spoke as whom, for good: a message may be deleted, and a persona's operators change."""
    audit.write(
        tx,
        principal.organization_id,
        "message.sent_as_persona",
        actor_id=principal.actor_id,
        entity="message",
        entity_id=message_id,
        detail={"persona": to_text(persona_id), "conversation": to_text(conversation_id)},
    )


def _persona(
    reader: Reader, principal: Principal, row: ConversationRow, command: SendMessage
) -> PersonaRow | None:
    """As whom the agent speaks: the persona that is named.

    Between an agent and a persona, everybody but that agent speaks as the persona even so, or else the agent
    would read who is behind it.
    """
    wanted = None if command.persona_id is None else to_bytes(command.persona_id)
    if wanted is None and speaks_as_persona(row) and command.visibility is Visibility.PUBLIC:
        in_person = participants.is_in_person(
            reader,
            principal.organization_id,
            row.id,
            member_id=principal.member_id,
            contact_id=principal.contact_id,
        )
        wanted = None if in_person else row.persona_id
    return None if wanted is None else access_persona(reader, principal, wanted)


def reads_for_desk(principal: Principal, row: ConversationRow, claim: MemberRow | None) -> bool:
    """Whether a public reply moves the desk's shared cursor: an admin's only as (from now on) assignee."""
    assignee_id = row.assignee_id if claim is None else claim.id
    return row.kind == Kind.SUPPORT and policy.moves_desk_cursor(principal, assignee_id)


def _write_reply(
    tx: Tx,
    principal: Principal,
    row: ConversationRow,
    draft: Drafted,
    changes: dict[str, Any],
    last: int,
    *,
    internal: bool,
    reads: bool,
) -> None:
    changes["preview"] = preview = preview_of(draft.shown)
    changes["last_message_at"] = tx.now
    changes["last_message_seq"] = last
    if not internal:
        changes["public_preview"] = preview
        changes["last_public_message_at"] = tx.now
        if reads:
            changes["agent_read_seq"] = last
    write_changes(tx, principal.organization_id, row.id, changes, last, public=not internal)


def effects_of_reply(principal: Principal, row: ConversationRow, now: int, *, reads: bool) -> dict[str, Any]:
    """What an agent's public reply changes beside the order and the previews.

    `reads` tells whether it also marks the contact's messages read for the desk.
    """
    if row.kind != Kind.SUPPORT:
        return {} if row.waiting_since is None else {"waiting_since": None}
    changes: dict[str, Any] = {"contact_unread": row.contact_unread + 1}
    if row.waiting_since is not None:
        changes["waiting_since"] = None
    if row.agent_unread and reads:
        changes["agent_unread"] = 0
    if row.first_reply_at is None:
        changes["first_reply_at"] = now
    if row.agent_joined_at is None and row.assignee_id == principal.member_id:
        changes["agent_joined_at"] = now
    return changes


def voice_of(row: ConversationRow) -> bytes | None:
    """The persona whom contacts read when an agent names none; None = the agent.

    A conversation with a persona of its own speaks as it; a direct one without was opened with the agent by
    name; elsewhere the organization's setting decides.
    """
    if row.persona_id is not None or row.kind == Kind.DIRECT:
        return row.persona_id
    return row.support_persona_id if settings_of(row).voice == "persona" else None


def _check_seen(reader: Reader, principal: Principal, row: ConversationRow, seen_seq: int | None) -> None:
    """`Stale` with the newer messages if another agent wrote publicly after `seen_seq`."""
    if seen_seq is None or row.last_message_seq <= seen_seq:
        return
    newer = messages.others_replies(reader, principal.organization_id, row.id, seen_seq, principal.actor_id)
    if newer:
        shown = message_views.render(reader, Viewer(principal, nobody_is_there), newer)
        raise Stale("Somebody else has answered since.", extra={"newer": shown})


def first_reply_claim(reader: Reader, principal: Principal, row: ConversationRow) -> MemberRow | None:
    """The member to whom an unassigned conversation goes with this reply, by setting."""
    if row.kind != Kind.SUPPORT or row.assignee_id is not None or principal.member_id is None:
        return None
    if not settings_of(row).assign_on_first_reply:
        return None
    return members.by_id(reader, principal.organization_id, principal.member_id)
