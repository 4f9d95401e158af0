"""Rooms: conversations of many. Admins make, change and moderate them; members read and write.

In a room that is for everyone, every member of the organization takes part, whoever joins later too; in
another one those whom an admin lets in. Admins see all rooms.
"""

import json
from collections.abc import Iterable
from functools import partial

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.protocol.records import Kind, Role, Source
from deskterm.protocol.wire.rooms import CreateGroup, GroupMembersQuery, PatchGroup
from deskterm.server.desk.conversations import access_conversation
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.transitions import add_updated, write_changes
from deskterm.server.errors import Conflict, NotFound
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, conversations, members, participants, rooms
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.rooms import RoomMemberRow, RoomRow

#: Nobody is named: contacts do not read who of the agents removed them.
_REMOVED = json.dumps({"reason": "removed"})


def access_room(reader: Reader, principal: Principal, room_id: bytes) -> RoomRow:
    """A room that the principal sees, or `NotFound`."""
    access_conversation(reader, principal, room_id)
    row = rooms.by_id(reader, principal.organization_id, room_id, principal.member_id)
    if row is None:
        raise NotFound()
    return row


def list_members(
    reader: Reader, principal: Principal, room_id: bytes, query: GroupMembersQuery, after: bytes
) -> list[RoomMemberRow]:
    """One more than a page of who is in a room. Contacts are shown contacts: they know agents as personas."""
    access_room(reader, principal, room_id)
    return rooms.members(
        reader,
        principal.organization_id,
        room_id,
        name=query.name or "",
        customers=not principal.is_agent,
        after=after,
        limit=query.limit + 1,
    )


def do_create_room(tx: Tx, principal: Principal, command: CreateGroup) -> RoomRow:
    """Make a room with everyone in it, or with some."""
    organization_id, room_id = principal.organization_id, tx.ids.new_bytes()
    people = _known(tx, organization_id, command.member_ids)
    journal = Journal(tx, organization_id, principal.actor_id)
    journal.add(
        "conversation.created", "conversation", room_id, Audience.CONVERSATION, conversation_id=room_id
    )

    def write(rev: int) -> None:
        columns = {
            "id": room_id,
            "number": conversations.next_number(tx, organization_id),
            "kind": Kind.GROUP.value,
            "source": Source.CONSOLE.value,
            "subject": command.name,
            "rev": rev,
            "public_rev": rev,
            "created_at": tx.now,
            "updated_at": tx.now,
            "public_updated_at": tx.now,
        }
        conversations.insert(tx, organization_id, columns)
        rooms.insert(tx, organization_id, room_id, command.description, everyone=command.everyone)
        if command.everyone:
            rooms.let_all_in(tx, organization_id, room_id)
            return
        for each in people:
            participants.add_member(tx, organization_id, room_id, each)

    journal.close(write)
    _audit(tx, principal, "group.created", room_id)
    return access_room(tx, principal, room_id)


def do_patch_room(tx: Tx, principal: Principal, room_id: bytes, patch: PatchGroup) -> RoomRow:
    """Change name, description or who is in it. What is so already changes nothing."""
    before = access_room(tx, principal, room_id)
    organization_id, given = principal.organization_id, patch.model_fields_set
    name = patch.name or before.name
    description = patch.description if "description" in given else before.description
    everyone = before.everyone if patch.everyone is None else int(patch.everyone)
    come = [] if everyone else _absent(tx, organization_id, room_id, patch.add_member_ids)
    go = _present(tx, organization_id, room_id, patch.remove_member_ids)
    if everyone and go:
        raise Conflict("Everyone is in this room: first let it be for some only.")
    if (name, description, everyone) == before[1:4] and not come and not go:
        return before
    journal = Journal(tx, organization_id, principal.actor_id)
    add_updated(journal, room_id, public=True)
    journal.add("group.updated", "group", room_id, Audience.CONVERSATION, conversation_id=room_id)
    if everyone and not before.everyone:
        _tell(journal, "conversation.granted", room_id, Audience.EVERYONE, None)
    for each in come:
        _tell(journal, "conversation.granted", room_id, Audience.MEMBER, each)
    for each in go:
        _tell(journal, "conversation.revoked", room_id, Audience.MEMBER, each, _REMOVED)

    def write(rev: int) -> None:
        write_changes(tx, organization_id, room_id, {"subject": name}, rev, public=True)
        rooms.update(tx, organization_id, room_id, description, everyone=bool(everyone))
        if everyone:
            rooms.let_all_in(tx, organization_id, room_id)
        for each in come:
            participants.add_member(tx, organization_id, room_id, each)
        for each in go:
            participants.remove_member(tx, organization_id, room_id, each)

    journal.close(write)
    _audit(tx, principal, "group.updated", room_id)
    return access_room(tx, principal, room_id)


def do_mute(tx: Tx, principal: Principal, room_id: bytes, member_id: bytes, *, muted: bool) -> RoomMemberRow:
    """Keep a member from writing in a room, or let them write again. They go on reading."""
    access_room(tx, principal, room_id)
    organization_id = principal.organization_id
    row = rooms.member(tx, organization_id, room_id, member_id)
    if row is None:
        raise NotFound()
    if muted and row.role == Role.ADMIN:
        raise Conflict("Admins are not muted.")
    if bool(row.muted) == muted:
        return row
    journal = Journal(tx, organization_id, principal.actor_id)
    _tell(
        journal, "group_member.updated", room_id, Audience.AGENTS_OF_CONVERSATION, None, entity_id=member_id
    )
    _tell(journal, "group.updated", room_id, Audience.MEMBER, member_id)
    journal.close(lambda _: participants.mute(tx, organization_id, room_id, member_id, muted=muted))
    _audit(tx, principal, "group.muted" if muted else "group.unmuted", room_id, member=to_text(member_id))
    return row._replace(muted=int(muted))


def do_let_in(tx: Tx, organization_id: int, member_id: bytes) -> None:
    """Let somebody who joins the organization into the rooms that are for everyone."""
    for room_id in rooms.for_everyone(tx, organization_id):
        journal = Journal(tx, organization_id, None)
        add_updated(journal, room_id, public=True)
        journal.add("group.updated", "group", room_id, Audience.CONVERSATION, conversation_id=room_id)
        participants.add_member(tx, organization_id, room_id, member_id)
        journal.close(partial(_touch, tx, organization_id, room_id))


def _touch(tx: Tx, organization_id: int, room_id: bytes, rev: int) -> None:
    write_changes(tx, organization_id, room_id, {}, rev, public=True)


def _known(reader: Reader, organization_id: int, ids: Iterable[str]) -> list[bytes]:
    """Members with these ids, each once, or `NotFound`."""
    found = sorted({to_bytes(each) for each in ids})
    if any(members.by_id(reader, organization_id, each) is None for each in found):
        raise NotFound()
    return found


def _absent(reader: Reader, organization_id: int, room_id: bytes, ids: Iterable[str]) -> list[bytes]:
    known = _known(reader, organization_id, ids)
    return [each for each in known if rooms.member(reader, organization_id, room_id, each) is None]


def _present(reader: Reader, organization_id: int, room_id: bytes, ids: Iterable[str]) -> list[bytes]:
    known = _known(reader, organization_id, ids)
    return [each for each in known if rooms.member(reader, organization_id, room_id, each) is not None]


def _tell(
    journal: Journal,
    kind: str,
    room_id: bytes,
    audience: Audience,
    whom: bytes | None,
    detail: str | None = None,
    *,
    entity_id: bytes | None = None,
) -> None:
    journal.add(
        kind,
        kind.partition(".")[0],
        entity_id or room_id,
        audience,
        conversation_id=room_id,
        audience_id=whom,
        detail=detail,
    )


def _audit(tx: Tx, principal: Principal, action: str, room_id: bytes, **detail: str) -> None:
    audit.write(
        tx,
        principal.organization_id,
        action,
        actor_id=principal.actor_id,
        entity="group",
        entity_id=room_id,
        detail=detail,
    )
