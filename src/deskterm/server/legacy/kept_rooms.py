"""Keeps an old group as a room that is only read, with those of its members who are members here."""

from functools import partial

from deskterm.protocol.records import Kind, Source
from deskterm.server.desk.journal import Journal
from deskterm.server.legacy.place import Place
from deskterm.server.storage import accounts, conversations, members, participants, rooms
from deskterm.server.storage.another_time import AnotherTime
from deskterm.server.storage.database import Audience, Tx
from deskterm.server.storage.legacy_records import Group, User


def do_keep_group(tx: Tx, place: Place, group: Group, people: list[User]) -> None:
    """Make the room; what was written in it comes with the other messages."""
    if place.made(tx, "group", group.key) is not None:
        return
    room_id = place.id_of("group", group.key)
    journal = Journal(tx, place.key, None)
    journal.add(
        "conversation.created", "conversation", room_id, Audience.CONVERSATION, conversation_id=room_id
    )
    then = AnotherTime(tx, group.at)
    journal.close(partial(_write, then, place, group, room_id))
    place.note(tx, "group", group.key, room_id)
    for member_id in dict.fromkeys(filter(None, (_member(tx, place, each) for each in people))):
        participants.add_member(then, place.key, room_id, member_id)


def _write(then: Tx, place: Place, group: Group, room_id: bytes, rev: int) -> None:
    columns = {
        "id": room_id,
        "number": conversations.next_number(then, place.key),
        "kind": Kind.GROUP.value,
        "source": Source.CONSOLE.value,
        "subject": group.name,
        "rev": rev,
        "public_rev": rev,
        "created_at": then.now,
        "updated_at": then.now,
        "public_updated_at": then.now,
    }
    conversations.insert(then, place.key, columns)
    rooms.insert(then, place.key, room_id, group.about, everyone=False, read_only=True)


def _member(tx: Tx, place: Place, user: User) -> bytes | None:
    """The member here that a user is; None for those who cannot sign in."""
    if user.agent:
        return place.made(tx, "agent", user.key)
    account = accounts.by_email(tx, user.email) if user.login and user.email else None
    found = None if account is None else members.by_user(tx, place.key, account.id)
    return None if found is None else found.id
