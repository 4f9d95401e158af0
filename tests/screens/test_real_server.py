"""Two consoles on a real server with the demo's people: what one does, the other sees, by keyboard alone."""

from deskterm.commands.model import Context
from deskterm.protocol.records import Status
from tests.screens.real_server import DANA, MIKE, SARAH, Person, address, at_console

__all__ = ["Person", "address"]


async def test_read_answer_note_resolve_and_on_to_the_next(address: str) -> None:
    async with at_console(address, SARAH) as sarah:
        await sarah.press("enter")
        await sarah.sees("Our accountant is asking again", "new ──")
        await sarah.until(lambda: sarah.inbox.listing.rows[0].unread == 0)
        await sarah.press("r", *"Done", "ctrl+s")
        await sarah.sees("│Done", "✓")
        await sarah.press("ctrl+t", *"told", "ctrl+s")
        await sarah.sees("internal note", "told│")
        await sarah.press("escape", "e")
        await sarah.sees("#1 resolved · u takes it back", "#3 Pricing for a team of 25")
        await sarah.press("u")
        await sarah.sees("Taken back: #1 resolved")
        await sarah.until(lambda: [each.number for each in sarah.inbox.listing.rows] == [1, 3])


async def test_an_admin_assigns_and_the_agent_who_was_writing_learns_it(address: str) -> None:
    async with (
        at_console(address, SARAH) as sarah,
        at_console(address, DANA) as dana,
    ):
        await sarah.press("r", *"half a rep")
        await dana.press("a", *"mike", "enter")
        await dana.sees("#1 assigned to Mike Chen")
        await sarah.sees("Dana Whitfield has given this conversation to somebody else.", "Your text is kept")
        assert sarah.inbox.composer.text() == "half a rep"
        assert sarah.inbox.context is Context.COMPOSER
        assert [each.number for each in sarah.inbox.listing.rows] == [3]
        await sarah.sees_no("1 open")
        await sarah.press("ctrl+s")
        await sarah.sees("no longer yours")
        assert sarah.inbox.composer.text() == "half a rep"


async def test_what_one_agent_does_the_admin_sees_at_once(address: str) -> None:
    async with (
        at_console(address, MIKE) as mike,
        at_console(address, DANA) as dana,
    ):
        await dana.press("j", "enter")
        await dana.sees("Tech Solutions Inc", "Reply to Jane Smith (public)")
        await mike.press("r", *"Sure")
        await dana.sees("Mike Chen is typing")
        await mike.press("ctrl+s")
        await dana.sees("┃Sure")
        await mike.press("escape", "p", *"urg", "enter")
        await dana.sees("urgent")
        await mike.press("z", "enter")
        await dana.until(lambda: [each.number for each in dana.inbox.listing.rows] == [1, 3])
        jane = dana.inbox.reading.conversation
        assert jane is not None
        assert jane.status is Status.SNOOZED
