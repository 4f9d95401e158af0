"""The testing plan for notifications (requirements 002, 6.3), by keyboard, against a real server."""

from collections.abc import Iterable

from deskterm.widgets.thread.message import CUSTOMER_CELLS, MessageView
from tests.screens.real_server import DANA, JANE, JOHN, SARAH, Person, address, at_console, signed_in

__all__ = ["address"]


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
    """The message with that text on a customer's screen."""
    return next(each for each in person.chat.query(MessageView) if text in each.entry.message.body)


def grounds(view: MessageView, lines: Iterable[int], words: str = "") -> set[str]:
    """The colours behind what it says there, of the parts that have these words."""
    parts = [each for line in lines for each in view.render_line(line) if each.text.strip()]
    styles = [each.style for each in parts if words in each.text]
    return {each.bgcolor.name for each in styles if each and each.bgcolor}


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
        own = grounds(view, range(3))
        assert own
        assert not own & grounds(card(john, "any news?"), range(3))
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
        inks = {each.style.color.name for each in drawn if each.style and each.style.color}
        assert grounds(view, [1], "Hard to read") == {"#336699"}
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


async def test_many_receive_it_and_it_is_known_how_far_it_is_and_who_has_read_it(address: str) -> None:
    api = await signed_in(address, DANA)
    await api.import_contacts(
        [{"name": f"Lead {each}", "email": f"{each}@example.com"} for each in range(30)], dry_run=False
    )
    await api.close()
    async with at_console(address, DANA) as dana, at_console(address, JANE) as jane:
        await dana.press("N")
        await dana.sees("Notification")
        await dana.press("f4")
        await dana.sees("of 36")
        await dana.press("f7")
        await dana.type("example.com")
        await dana.press("f8", "escape")
        await dana.sees("and 31 others")
        await dana.type("A new version is out")
        await dana.press("ctrl+s")
        await dana.sees("Goes to 33 contacts", "and 30 more")
        await dana.press("ctrl+s")
        await dana.sees("Sent to 25 of 33…")
        await dana.sees("Sent to 33 contacts")
        await jane.sees("A new version is out")
        await jane.until(lambda: jane.chat.shown.unread == 0)
        await dana.press("g", "n")
        await dana.sees("Sent notifications", "A new version is out")
        await dana.sees("1 of 33 read")
        await dana.press("enter")
        await dana.sees("Sent by Dana Whitfield")
        await dana.type("smith")
        await dana.sees("✓✓ Jane Smith")


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
