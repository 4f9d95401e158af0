"""The tickets by keyboard: narrowed, looked at, rewritten, moved, and opened as a conversation."""

import pytest

from tests.screens.real_server import DANA, SARAH, address, at_console, signed_in

__all__ = ["address"]


async def test_subject_and_description_are_rewritten_and_everybody_follows(address: str) -> None:
    api = await signed_in(address, DANA)
    async with at_console(address, SARAH) as sarah, at_console(address, DANA) as dana:
        for each in (sarah, dana):
            await each.press("g", "T")
            await each.sees("Tickets", "#1 Support request from John Doe", "open, pending, snoozed")
        assert "#2" not in sarah.text, "Jane's is Mike's"
        for each in (sarah, dana):
            await each.type("john")
            await each.press("enter")
            await each.sees("Ticket #1", "Description", "Assignee")
        await sarah.press("enter")
        await sarah.sees("Subject", "Support request from John Doe")
        await sarah.press("end", *"!", "enter")
        await dana.sees("Support request from John Doe!")
        await sarah.press("down", "enter")
        await sarah.sees("^S keep the change")
        await sarah.press("ctrl+end", *" Urgent", "ctrl+s")
        await sarah.sees_no("^S keep the change")
        (ticket,) = [each for each in (await api.tickets()).items if each.number == 1]
        assert ticket.subject == "Support request from John Doe!"
        assert ticket.description.endswith(" Urgent")
    await api.close()


async def test_status_priority_and_assignee_are_the_conversations(address: str) -> None:
    api = await signed_in(address, DANA)
    (one,) = [each for each in (await api.conversations()).items if each.number == 1]
    async with at_console(address, DANA) as dana:
        await dana.press("g", "T")
        await dana.sees("#1 Support request")
        await dana.type("john")
        await dana.press("enter")
        await dana.sees("Ticket #1")
        for keys, seen in (
            (("down", "down", "enter", *"pend", "enter"), "pending"),
            (("down", "enter", *"urg", "enter"), "urgent"),
            (("down", "enter", *"mike", "enter"), "Mike Chen"),
        ):
            await dana.press(*keys)
            await dana.sees("Ticket #1", seen)
        await dana.until(lambda: "Mike Chen" in dana.text)
        now = await api.conversation(one.id)
        assert (now.status, now.priority, now.assignee and now.assignee.name) == (
            "pending",
            "urgent",
            "Mike Chen",
        )
        await dana.sees("F3 takes it back")
        await dana.press("f3", "f3", "f3")
        held = (one.status, one.priority, one.assignee and one.assignee.id)
        for _ in range(100):
            now = await api.conversation(one.id)
            if (now.status, now.priority, now.assignee and now.assignee.id) == held:
                break
            await dana.pilot.pause(0.02)
        else:
            pytest.fail(dana.text)
        await dana.press("down", "enter")
        await dana.until(lambda: dana.inbox.reading.conversation_id == one.id)
    await api.close()


async def test_the_list_is_narrowed_and_says_so(address: str) -> None:
    async with at_console(address, DANA) as dana:
        await dana.press("g", "T")
        await dana.sees("#1 Support", "#2 Support", "#3 Support")
        await dana.press("f4")
        await dana.sees("Show only")
        await dana.press(*"mike", "enter")
        await dana.sees("assignee: Mike Chen", "#2 Support")
        assert "#1 Support" not in dana.text
        await dana.press("f4")
        await dana.sees("Show only")
        await dana.press(*"urgent", "enter")
        await dana.sees("No ticket is like that")
        await dana.press("escape")
        await dana.until(lambda: dana.app.screen is dana.inbox)
        await dana.press("g", "T")
        await dana.sees("#1 Support")


async def test_staff_are_told_who_assigns(address: str) -> None:
    async with at_console(address, SARAH) as sarah:
        await sarah.press("g", "T")
        await sarah.sees("#1 Support")
        await sarah.press("enter")
        await sarah.sees("Ticket #")
        await sarah.press("down", "down", "down", "down", "enter")
        await sarah.sees("Admins assign")
