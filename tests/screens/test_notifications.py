"""The testing plan for notifications (requirements 002, 6.3), by keyboard, against a real server."""

import pytest

from deskterm.widgets.thread.message import CUSTOMER_CELLS, MessageView
from tests.screens.real_server import DANA, JANE, JOHN, SARAH, Person, address, at_console

__all__ = ["address"]

pytestmark = pytest.mark.limit(180)


async def notify(dana: Person, text: str, *looks: str) -> None:
    """From the first conversation of the list, to its contact."""
    await dana.press("N")
    await dana.sees("Notification", "John Doe")
    await dana.type(text)
    await dana.press(*looks, "ctrl+s")
    await dana.sees("Goes to 1 contact: John Doe. It cannot be taken back. ^S again sends it.")
    await dana.press("ctrl+s")
    await dana.sees("Sent to 1 contact")


def card(person: Person, text: str) -> MessageView:
    """The notification with that text on somebody's screen."""
    return next(each for each in person.chat.query(MessageView) if text in each.entry.message.body)


async def test_a_notification_comes_live_into_the_thread_centred_and_without_a_sender(address: str) -> None:
    async with at_console(address, JOHN) as john, at_console(address, DANA) as dana:
        await notify(dana, "Your account has been upgraded to Premium.")
        await john.sees("Your account has been upgraded to Premium.", "any news?")
        view = card(john, "upgraded")
        top, words, bottom = [view.render_line(line).text for line in range(3)]
        left, right = top.index("╭"), top.index("╮")
        assert words.index("│ Your account has been upgraded to Premium.") == bottom.index("╰") == left
        assert abs(left + right + 1 - CUSTOMER_CELLS) <= 1
        assert view.entry.message.author.name is None
        assert not any(name in top + words + bottom for name in ("Dana", "Whitfield", "Support"))


async def test_its_background_is_its_own_and_what_cannot_be_read_is_corrected(address: str) -> None:
    async with at_console(address, JOHN) as john, at_console(address, DANA) as dana:
        await dana.press("N")
        await dana.sees("Notification")
        await dana.type("Hard to read")
        await dana.press("f9", "f9", "f9", "f9")
        await dana.sees("own colours", "Reads well")
        await dana.press("tab", *["backspace"] * 7)
        await dana.type("#336699")
        await dana.press("tab", *["backspace"] * 7)
        await dana.type("#33669")
        await dana.sees("Text is a colour such as #38bdf8.")
        await dana.type("a")
        await dana.sees("Hard to read: contrast 1.0 : 1")
        await dana.press("ctrl+s")
        await dana.sees("Goes to 1 contact")
        await dana.press("ctrl+s")
        await john.sees("Hard to read")
        view = card(john, "Hard to read")
        drawn = [each for line in range(3) for each in view.render_line(line) if "Hard to read" in each.text]
        grounds = {each.style.bgcolor.name for each in drawn if each.style and each.style.bgcolor}
        inks = {each.style.color.name for each in drawn if each.style and each.style.color}
        assert grounds == {"#336699"}
        assert "#33669a" not in inks


async def test_it_cannot_be_answered_and_counts_as_unread_until_it_was_seen(address: str) -> None:
    async with at_console(address, DANA) as dana, at_console(address, JOHN, (80, 24)) as john:
        await john.press("tab", "j", "enter")
        await john.sees("To everybody in Main Community")
        await notify(dana, "We are closed on Friday.")
        await john.sees("✉ 1")
        await john.press("f8")
        await john.sees("We are closed on Friday.", "To Support")
        await john.until(lambda: john.chat.shown.unread == 0)
        await john.type("Thank you")
        await john.press("enter")
        await dana.sees("Sarah  now")
        await dana.press("enter")
        await dana.sees("#1 Invoice", "Thank you")  # there is no way to write where notifications are


async def test_several_receive_it_and_it_is_known_who_has_read_it(address: str) -> None:
    async with at_console(address, DANA) as dana, at_console(address, JANE) as jane:
        await dana.press("N")
        await dana.sees("Notification")
        await dana.press("f4")
        await dana.sees("of 6")
        await dana.press("f7")
        await dana.type("example.com")
        await dana.press("f8", "escape")
        await dana.sees("Bob Wilson, Jane Smith and John Doe".replace(" and", ","))
        await dana.type("A new version is out")
        await dana.press("ctrl+s")
        await dana.sees("Goes to 3 contacts")
        await dana.press("ctrl+s")
        await dana.sees("Sent to 3 contacts")
        await jane.sees("A new version is out")
        await jane.until(lambda: jane.chat.shown.unread == 0)
        await dana.press("g", "n")
        await dana.sees("Sent notifications", "A new version is out")
        await dana.sees("1 of 3 read")
        await dana.press("enter")
        await dana.sees("Sent by Dana Whitfield", "Bob Wilson", "Jane Smith", "✓✓")


async def test_a_refusal_stands_in_its_place_and_the_text_stays(address: str) -> None:
    async with at_console(address, DANA) as dana:
        await dana.press("N")
        await dana.sees("Notification")
        await dana.press("ctrl+s")
        await dana.sees("There is nothing in it yet.")
        await dana.type("draft")
        await dana.press("escape")
        await dana.sees("Not sent. ^S sends, Esc again throws it away.")
        await dana.press("escape")
        await dana.sees_no("Notification")


async def test_staff_have_no_notifications(address: str) -> None:
    async with at_console(address, SARAH) as sarah:
        await sarah.press("N")
        await sarah.sees("no key ‘N’ here")
