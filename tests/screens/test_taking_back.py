"""Every command that changes something is taken back, and the server then has what it had before."""

from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deskterm.client.answers import ConversationPatch
from deskterm.client.errors import ApiError
from deskterm.client.http.api import Api
from deskterm.commands.customer import BY_ID as CUSTOMERS
from deskterm.commands.table import BY_ID
from deskterm.commands.undo import BY_UNDO, OTHERWISE
from deskterm.protocol.records import Conversation, Status
from deskterm.screens.inbox.undo import Undoable
from tests.screens.real_server import Person, address, at_console

__all__ = ["address"]

#: What each command is done with, from the open conversation; without the states that it has no use for.
KEYS: dict[str, tuple[str, ...]] = {
    "ticket.assign": ("a", *"mike", "enter"),
    "ticket.take": ("A",),
    "ticket.status": ("s", "enter"),
    "ticket.priority": ("p", *"low", "enter"),
    "ticket.tags": ("t", *",vip", "enter"),
    "ticket.resolve": ("e",),
    "ticket.reopen": ("o",),
    "ticket.snooze": ("z", *"tom", "enter"),
    "ticket.escalate": ("!", *"much", "enter"),
    "ticket.new": ("c", *"john", "enter", *"More", "enter", *"Hi", "enter"),
    "ticket.merge": ("M", "enter"),  # into the one that was just made
    "message.edit": ("E", *" and more", "ctrl+s"),
    "message.delete": ("D",),
}
STATES = (Status.OPEN, Status.PENDING, Status.SNOOZED, Status.RESOLVED, Status.CLOSED)
#: Where a command does nothing.
NOT_FROM = {
    "ticket.resolve": {Status.RESOLVED, Status.CLOSED},
    "ticket.reopen": {Status.OPEN},
    "ticket.snooze": {Status.RESOLVED, Status.CLOSED},
    "ticket.new": {Status.RESOLVED, Status.CLOSED},
    "ticket.merge": {Status.RESOLVED, Status.CLOSED},
}
#: What a change and its undo leave behind: when and by whom, the link to a closed successor, what was read.
TRACES = {
    "agent_read_seq",
    "unread",
    "rev",
    "updated_at",
    "next_id",
    "resolved_at",
    "resolved_by",
    "escalated_at",
    "last_message_at",
}


def test_every_command_is_taken_back_or_says_how_else() -> None:
    known = {**BY_ID, **CUSTOMERS}
    in_triage = {"triage.back", "triage.balance", "triage.on"}  # taken back in test_triage.py
    of_visitors = {"ticket.block"}  # in test_website.py
    marks = {"ticket.mark_unread", "ticket.mark_read"}  # below
    saved = {each for each in BY_UNDO if each.startswith("saved.")}  # in test_saved_views.py
    assert set(KEYS) == BY_UNDO - in_triage - of_visitors - marks - saved
    assert not BY_UNDO & set(OTHERWISE)
    assert set(known) >= BY_UNDO | set(OTHERWISE)
    changing = {each for each in known if each.startswith(("ticket.", "compose.", "message.", "chat."))}
    harmless = {
        "ticket.open", "ticket.reply", "ticket.quote", "ticket.note", "ticket.next", "ticket.previous",
        "compose.kind", "compose.newline", "compose.snippet", "compose.reread", "compose.editor",
        "message.previous", "message.next", "message.menu", "chat.newline", "chat.editor", "chat.page_up",
        "chat.page_down",
        "chat.search", "chat.write",
        "chat.direct", "chat.people", "chat.places", "chat.unread",
        "chat.earlier", "chat.refresh", "chat.settings", "chat.account", "chat.files", "ticket.most_urgent",
    }  # fmt: skip
    assert changing - harmless <= BY_UNDO | set(OTHERWISE)


@pytest.fixture
async def api(address: str) -> AsyncIterator[Api]:
    """What the server has, as Dana sees it."""
    found = Api(address)
    await found.login("hello@designpi.com", "admin123")
    yield found
    await found.close()


async def has(api: Api, conversation: Conversation) -> dict[str, Any]:
    """All that counts of a conversation and its notes."""
    try:
        shown = asdict(await api.conversation(conversation.id))
    except ApiError:  # it is in another one
        return {}
    texts = [
        (each.body, each.deleted)
        for each in (await api.messages(conversation.id, limit=200)).items
        if each.kind != "activity"
    ]
    for each in TRACES:
        shown.pop(each)
    return {**shown, "texts": texts}


async def stand(api: Api, dana: Person, conversation: Conversation, status: Status) -> None:
    """Let it stand there, and be open on the screen."""
    now = (await api.conversation(conversation.id)).status
    if status is not now:
        if now not in (Status.OPEN, Status.PENDING, Status.SNOOZED):
            await api.patch_conversation(conversation.id, status=Status.OPEN)
        patch: ConversationPatch = {"status": status}
        if status is Status.SNOOZED:
            patch["snoozed_until"] = datetime.now(UTC) + timedelta(days=2)
        await api.patch_conversation(conversation.id, **patch)
    await dana.until(lambda: known(dana, conversation).status is status)
    dana.inbox.open_id(conversation.id)
    await dana.until(lambda: dana.inbox.reading.shown)


async def remembered(dana: Person, last: Undoable | None) -> None:
    """Wait until there is a newer change to take back."""
    await dana.until(lambda: bool(dana.inbox.undos) and dana.inbox.undos[-1] is not last)


async def undos(dana: Person, number: int) -> None:
    """Wait until so many changes can be taken back."""
    await dana.until(lambda: len(dana.inbox.undos) == number)


def known(dana: Person, conversation: Conversation) -> Conversation:
    """The conversation as the console knows it."""
    found = dana.inbox.desk.replica.conversation(conversation.id)
    assert found is not None
    return found


@pytest.mark.parametrize("status", STATES)
async def test_undo_restores_what_the_server_had(address: str, api: Api, status: Status) -> None:
    first = next(each for each in (await api.conversations()).items if each.number == 1)
    async with at_console(address, "hello@designpi.com") as dana:
        await dana.press("enter", "n", *"A note", "ctrl+s", "escape")
        await undos(dana, 1)
        for command, keys in KEYS.items():
            if status in NOT_FROM.get(command, ()):
                continue
            await stand(api, dana, first, status)
            before = await has(api, first)
            last = dana.inbox.undos[-1] if dana.inbox.undos else None
            await dana.press(*keys)
            await remembered(dana, last)
            assert await has(api, first) != before, command
            assert "· u " in dana.text, command
            await dana.press("escape", "escape") if command == "ticket.new" else None
            await dana.press("u")
            await dana.sees("Taken back")
            assert await has(api, first) == before, command


async def test_several_levels_go_back_in_their_order(address: str, api: Api) -> None:
    first = next(each for each in (await api.conversations()).items if each.number == 1)
    async with at_console(address, "hello@designpi.com") as dana:
        await dana.press("enter")
        await dana.until(lambda: dana.inbox.reading.shown)
        states = [await has(api, first)]
        for command in ("ticket.priority", "ticket.tags", "ticket.assign", "ticket.snooze"):
            await dana.press(*KEYS[command])
            await dana.until(lambda: len(dana.inbox.undos) == len(states))
            dana.inbox.open_id(first.id)
            states.append(await has(api, first))
        for expected in reversed(states[:-1]):
            left = len(dana.inbox.undos) - 1
            await dana.press("u")
            await undos(dana, left)
            await dana.sees("Taken back")
            assert await has(api, first) == expected


async def test_a_new_conversation_that_was_answered_stays(address: str, api: Api) -> None:
    john = Api(address)
    await john.login("john.doe@example.com", "customer123")
    async with at_console(address, "hello@designpi.com") as dana:
        await dana.press(*KEYS["ticket.new"])
        await undos(dana, 1)
        new = await john.portal_conversation()
        await john.send_message(new.id, id="019aaaaa-0000-7000-8000-000000000001", body="Oh, hello")
        await dana.sees("Oh, hello")
        await dana.press("escape", "u")
        await dana.sees("is not taken back")
        assert (await api.conversation(new.id)).status is Status.OPEN
    await john.close()


async def test_a_mark_is_set_and_taken_away_by_ones_own_wish(address: str, api: Api) -> None:
    """The desk's mark; what its customer saw as read stays read."""
    john = Api(address)
    await john.login("john.doe@example.com", "customer123")
    first = next(each for each in (await api.conversations()).items if each.number == 1)
    await john.send_message(first.id, id="019aaaaa-0000-7000-8000-000000000002", body="And now?")

    async def unread() -> tuple[int, int]:
        found = await api.conversation(first.id)
        return found.unread, found.agent_read_seq or 0

    async with at_console(address, "sarah@designpi.com") as sarah:
        await sarah.until(lambda: known(sarah, first).unread > 0)
        await sarah.press("g", "g", "m", "r")
        await sarah.sees("#1 marked as read · u takes it back")
        read = await unread()
        assert read[0] == 0
        await sarah.press("enter")
        await sarah.until(lambda: sarah.inbox.reading.shown)
        await sarah.press("m", "u")
        await sarah.sees("#1 marked as unread · u takes it back")
        assert sarah.inbox.reading_mode is False
        assert await unread() == (1, read[1])
        await john.send_message(first.id, id="019aaaaa-0000-7000-8000-000000000003", body="Hello?")
        await sarah.press("u")
        await sarah.sees("Taken back")
        assert await unread() == (1, read[1])
    async with at_console(address, "hello@designpi.com") as dana:
        await dana.until(lambda: dana.inbox.ticket is not None)
        await dana.press("m", "r")
        await dana.sees("What an admin reads")
    await john.close()
