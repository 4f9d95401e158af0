"""The testing plan for direct messages (requirements 002, 6.2); personas, voices and rooms, by keyboard."""

import re
from contextlib import AsyncExitStack
from functools import partial

import pytest

from deskterm.client.errors import ApiError
from deskterm.client.replica.roster import Roster
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Conversation, Kind
from deskterm.screens.direct.meeting import meetable
from tests.screens.direct_world import customers_desk
from tests.screens.real_server import (
    BOB,
    DANA,
    JANE,
    JOHN,
    MIKE,
    SARAH,
    Person,
    address,
    at_console,
    signed_in,
)

__all__ = ["address"]

_ids = IdSource()


async def writes_to(address: str, email: str, persona: str, *texts: str) -> str:
    """A customer writes to a persona, elsewhere; answers the conversation."""
    api = await signed_in(address, email)
    found = next(each for each in (await api.personas()).items if each.name == persona)
    conversation = await api.start_direct(persona_id=found.id)
    for text in texts:
        await api.send_message(conversation.id, id=_ids.new(), body=text)
    await api.close()
    return conversation.id


def directs(customer: Person) -> list[Conversation]:
    """A customer's direct conversations, as they are listed."""
    return [each for each in customer.chat.others if each.kind is Kind.DIRECT]


def _lists(agent: Person, people: list[str]) -> bool:
    """Whether just these people's conversations are listed."""
    rows = agent.inbox.listing.rows
    return (
        not agent.inbox.listing.waiting and [each.contact and each.contact.label for each in rows] == people
    )


def _in_order(text: str, first: str, second: str) -> bool:
    return text.index(first) < text.index(second)


async def test_choosing_a_name_in_the_room_leads_to_the_one_direct_conversation(address: str) -> None:
    async with at_console(address, JOHN) as john, at_console(address, BOB) as bob:
        await john.press("f7")
        await john.type("bob")
        await john.sees("◌ Bob Wilson")  # found before the room was opened; whether he is there, Bob tells
        await john.press("escape")
        for _ in range(2):
            await john.press("tab", "home", "j", "enter")
            await john.sees("To everybody in Main Community")
            await john.press("f9")
            await john.sees("People here", "For your questions", "Members", "Bob Wilson")
            await john.type("hello all")  # no letter leads back to where everybody would read the next ones
            assert john.chat.people.has_focus
            await john.press("home", "j", "j", "enter")
            await john.sees("To Bob Wilson", "online")
            assert "How can we help?" not in john.text  # support would ask that, not Bob
        assert [each.kind.value for each in john.chat.others] == ["group", "direct"]
        await john.type("Hello Bob")
        await john.press("enter")
        await bob.until(lambda: re.search(r"John Doe +● 1", bob.text) is not None)
        await bob.press("f8")
        await bob.sees("Hello Bob", "To John Doe", "online")
        await bob.type("Hi")
        await john.sees("Bob Wilson is typing")
        await bob.press("f4")
        await bob.sees("Be away")
        await bob.type("away")
        await bob.press("enter")
        await john.sees("not here")
        await john.press("tab", "home", "j", "enter")
        await john.press("f9")
        await john.sees("Jane Smith")
        await john.click(john.chat.people, "Jane Smith")
        await john.sees("To Jane Smith")
        await john.press("tab", "home", "j", "enter", "f9", "home", "enter")
        await john.sees("To Billing", "Invoices and payments")


async def test_a_persona_is_found_by_typing_and_answers_in_its_own_name(address: str) -> None:
    async with AsyncExitStack() as stack:
        john = await stack.enter_async_context(at_console(address, JOHN))
        await john.press("f7")
        await john.type("mia")
        await john.press("enter")
        await john.sees("To Mia", "Community guide", "not here")
        await john.until(lambda: re.search(r"MI +Mia +○", john.text) is not None)
        sarah = await stack.enter_async_context(at_console(address, SARAH))
        await john.until(lambda: re.search(r"MI +Mia +●", john.text) is not None)
        await john.sees("online")
        await john.type("Hi Mia")
        await john.press("enter")
        await sarah.sees("[g d]Direct ●")
        await sarah.press("g", "d")
        await sarah.sees("Main Community", "◆ Mia", "Hi Mia")
        await sarah.press("j", "enter")
        await sarah.sees("Reply to John Doe (direct)", "as ◆ Mia (you: Sarah Johnson)")
        await sarah.press("r")
        await sarah.type("Hello John")
        await john.sees("Mia is typing")
        await sarah.press("ctrl+s")
        await john.sees("Hello John")
        assert "Sarah" not in john.text


async def test_direct_conversations_are_private(address: str) -> None:
    conversation = await writes_to(address, JOHN, "Mia", "between us")
    async with at_console(address, MIKE) as mike:  # he does not speak as Mia
        await mike.press("g", "d")
        await mike.sees("Main Community")
        assert "between us" not in mike.text
    for email in (MIKE, BOB):
        api = await signed_in(address, email)
        with pytest.raises(ApiError) as refused:
            await api.messages(conversation)
        await api.close()
        assert refused.value.status == 404


async def test_an_admin_manages_all_direct_messages_and_never_mistakes_a_voice(address: str) -> None:
    await writes_to(address, BOB, "Billing", "My invoice is wrong")
    await writes_to(address, JOHN, "Mia", "When do you meet?")
    async with at_console(address, DANA) as dana, at_console(address, JOHN) as john:
        await dana.press("g", "D")
        await dana.sees("All direct messages", "Bob Wilson", "◆ Billing", "◆ Mia")
        await dana.press("enter")
        await dana.sees("Reply to John Doe (direct)", "as ◆ Mia (you: Dana Whitfield)", "● online")
        await dana.press("r")
        await dana.type("On Fridays")
        await dana.press("ctrl+s")
        await dana.sees("Mia (Dana Whitfield)")
        await dana.press("escape", "J")
        await dana.sees("Reply to Bob Wilson (direct)", "as ◆ Billing (you: Dana Whitfield)")
        await dana.press("r")
        await dana.type("I look into it")
        await dana.press("ctrl+s")
        await dana.sees("Billing (Dana Whitfield)")
        await john.press("f8")
        await john.sees("On Fridays")
        assert "Dana" not in john.text
        await dana.press("escape", "escape", "/")
        await dana.type("unanswered")
        await dana.press("enter")
        await dana.sees("Nothing for unanswered")


async def test_all_direct_messages_are_filtered_by_persona_and_by_person(address: str) -> None:
    for email, persona in ((JOHN, "Mia"), (JOHN, "Billing"), (BOB, "Mia")):
        await writes_to(address, email, persona, "hello")
    async with at_console(address, DANA) as dana:
        await dana.press("g", "D")
        await dana.until(lambda: len(dana.inbox.listing.rows) == 3)
        await dana.press("/")
        await dana.type("persona: mia")
        await dana.press("enter")
        await dana.until(lambda: len(dana.inbox.listing.rows) == 2)
        await dana.press("/")
        await dana.type("with: bob")
        await dana.press("enter")
        await dana.until(lambda: len(dana.inbox.listing.rows) == 1)
        await dana.sees("persona:Mia with:Bob Wilson")
        await dana.press("escape")
        await dana.until(lambda: len(dana.inbox.listing.rows) == 3)


async def test_direct_messages_are_found_by_what_was_written_in_them(address: str) -> None:
    await writes_to(address, JOHN, "Mia", "Where is the marmalade?", "I looked everywhere")
    await writes_to(address, BOB, "Billing", "My invoice is wrong")
    async with at_console(address, DANA) as dana:
        for keys, found in ((("g", "D"), ["John Doe"]), (("g", "d"), [])):
            await dana.press(*keys, "/")
            await dana.type("words in")
            await dana.press("enter")
            await dana.sees("Find in direct messages")
            await dana.type("marmalade")
            await dana.press("enter")
            await dana.sees("· marmalade")
            await dana.until(partial(_lists, dana, found))
        await dana.press("escape")
        await dana.sees("Main Community")


async def test_another_voice_is_chosen_by_typing_and_asked_about_once(address: str) -> None:
    await writes_to(address, BOB, "Mia", "When do you meet?")
    async with at_console(address, DANA) as dana, at_console(address, JOHN) as john:
        await dana.press("enter", "ctrl+o")
        await dana.sees("Write as…", "○ Billing", "○ Mia", "1 waiting", "John Doe will see: “Support”")
        assert _in_order(dana.text, "○ Billing", "○ Mia")
        await dana.type("mia")
        await dana.press("enter", "ctrl+o")
        await dana.sees("John Doe will see: “Mia")
        assert _in_order(dana.text, "○ Mia", "○ Billing")  # who spoke last comes first
        await dana.type("bill")
        await dana.sees("John Doe will see: “Billing · Invoices and payments”")
        await dana.press("enter")
        await dana.sees("as ◆ Billing (you: Dana Whitfield)")
        await dana.press("r")
        await dana.type("Your invoice is ready")
        await dana.press("ctrl+s")
        await dana.sees("First words as ◆ Billing (you: Dana Whitfield): ^S again sends them.")
        assert "Your invoice is ready" not in john.text
        await dana.press("ctrl+s")
        await john.sees("Your invoice is ready", "Billing")
        await dana.type("Anything else?")
        await dana.press("ctrl+s")
        await john.sees("Anything else?")


async def test_several_direct_conversations_keep_drafts_unread_marks_and_typing_apart(address: str) -> None:
    for persona in ("Mia", "Billing"):
        await writes_to(address, JOHN, persona, f"to {persona}")
    async with at_console(address, JOHN) as john, at_console(address, SARAH) as sarah:
        await john.type("to support, unfinished")
        for persona in ("Mia", "Billing"):
            await john.press("f7")
            await john.type(persona)
            await john.press("enter")
            await john.sees(f"To {persona}")
            await john.type(f"to {persona}, unfinished")
        await sarah.press("g", "d", "j", "enter")
        await sarah.sees("to Mia", "as ◆ Mia")
        await sarah.press("r")
        await sarah.type("Yes?")
        await john.until(lambda: re.search(r"Mia +…", john.text) is not None)
        assert "typing" not in john.text  # she types to him as Mia, and he looks at Billing
        await sarah.press("ctrl+s")
        await john.until(lambda: [each.unread for each in directs(john)] == [1, 0])
        assert john.chat.composer.text() == "to Billing, unfinished"
        await john.press("f8")
        await john.sees("Yes?", "To Mia")
        assert john.chat.composer.text() == "to Mia, unfinished"
        await john.press("tab", "home", "enter")
        await john.sees("To Support")
        assert john.chat.composer.text() == "to support, unfinished"


async def test_unread_marks_of_direct_messages_come_and_go(address: str) -> None:
    conversation = await writes_to(address, JOHN, "Mia", "hello")
    async with at_console(address, JOHN, (80, 24)) as john:
        sarah = await signed_in(address, SARAH)
        mia = next(each for each in (await sarah.personas()).items if each.name == "Mia")
        await sarah.send_message(conversation, id=_ids.new(), body="Hi John", persona_id=mia.id)
        await sarah.close()
        await john.sees("✉ 2")  # the room's welcome, and this
        await john.press("tab")
        await john.sees("Direct messages", "Mia", "#  Main Community")
        await john.press("]", "]", "enter")
        await john.sees("Hi John")
        await john.until(lambda: not any(each.unread for each in directs(john)))


async def test_twenty_are_enough_and_that_is_said_in_words(address: str) -> None:
    admin = await signed_in(address, DANA)
    for number in range(19):
        await admin.create_persona(name=f"Persona {number}", open=True)
    await admin.close()
    john = await signed_in(address, JOHN)
    for each in [each for each in (await john.personas()).items if each.name != "Mia"]:
        await john.start_direct(persona_id=each.id)
    await john.close()
    async with at_console(address, JOHN) as console:
        await console.press("f7")
        await console.type("mia")
        await console.press("enter")
        await console.sees("You have 20 direct conversations, which is the most there can be.")


async def test_admins_make_change_and_retire_personas(address: str) -> None:
    async with at_console(address, DANA) as dana, at_console(address, JOHN) as john:
        await dana.press("g", "p")
        await dana.sees("People and personas", "Mia", "Sarah Johnson")
        await dana.press("f7")
        await dana.sees("New persona")
        await dana.type("Events")
        await dana.press("tab")
        await dana.type("What is on")
        await dana.press("f6", "f4")
        await dana.type("mike")
        await dana.press("enter", "escape")
        await dana.sees("Mike Chen")
        await dana.press("ctrl+s")
        await dana.sees("What is on · open · Mike Chen")
        await john.press("f7")
        await john.sees("Events", "What is on")
        await john.press("escape")
        await dana.press("enter")
        await dana.sees("Persona Events")
        await dana.press("tab", "end")
        await dana.type(" today")
        await dana.press("ctrl+s")
        await dana.sees("What is on today · open")
        await john.press("f7")
        await john.sees("What is on today")
        await john.press("escape")
        await dana.press("f8")
        await dana.sees("F8 again retires Events")
        await dana.press("f8")
        await dana.sees_no("What is on")
        await john.press("f7")
        await john.sees("Mia")
        assert "Events" not in john.text


async def test_a_conversation_with_a_retired_persona_is_grey_and_says_why_nobody_writes(address: str) -> None:
    api = await signed_in(address, DANA)
    events = await api.create_persona(name="Fair", open=True)
    await writes_to(address, JOHN, "Fair", "Which hall?")
    async with at_console(address, DANA) as dana, at_console(address, JOHN) as john:
        await john.press("tab", "end", "enter")
        await john.sees("To Fair", "Which hall?")
        await api.retire_persona(events.id)
        await john.sees("Fair is not in use any more: you can read here, not write.", "retired")
        await dana.press("g", "D", "enter")
        await dana.sees("Which hall?", "Fair is not in use any more", "retired")
    await api.close()


async def test_admins_keep_order_in_a_room_and_everybody_sees_it_at_once(address: str) -> None:
    async with at_console(address, DANA) as dana, at_console(address, JOHN) as john:
        await john.press("tab", "j", "enter")
        await john.sees("To everybody in Main Community")
        await john.type("buy my things")
        await john.press("enter")
        await dana.press("g", "d", "enter")
        await dana.sees("buy my things", "everybody in the room")
        await dana.press("{", "D")
        await dana.sees("Remove this message by John Doe?")
        await dana.press("enter")
        await john.sees("message removed")
        assert "buy my things" not in john.text
        await dana.press("i")
        await dana.sees("People here", "John Doe")
        await dana.until(lambda: dana.inbox.people.has_focus)
        dana.inbox.people.go_to(john.chat.desk.replica.me.contact_id)  # type: ignore[union-attr]
        await dana.press("m", "m")  # the second takes back the first, whose answer is not there yet
        await dana.sees("John Doe may write again")
        await dana.press("m")
        await dana.sees("John Doe reads here")
        await john.sees("You can read here, not write")
        await dana.press("m")
        await dana.sees("John Doe may write again")
        await john.sees("To everybody in Main Community", "Write a message…")


async def test_a_new_room_is_there_for_everybody_and_can_be_renamed(address: str) -> None:
    async with at_console(address, DANA) as dana, at_console(address, JANE) as jane:
        await dana.press("colon")
        await dana.type("new room")
        await dana.press("enter")
        await dana.type("Beta testers")
        await dana.press("enter")
        await dana.sees("Reply to # Beta testers (everybody in the room)")
        await jane.sees("# ", "Beta testers")
        await dana.press("colon")
        await dana.type("rename room")
        await dana.press("enter")
        await dana.type("Beta friends")
        await dana.press("enter")
        await jane.sees("Beta friends")


async def test_an_agent_writes_first_as_a_persona(address: str) -> None:
    async with at_console(address, MIKE) as mike, at_console(address, JANE) as jane:
        await mike.press("g", "d", "c")
        await mike.sees("Write directly to", "Dana Whitfield", "◌ Jane Smith")
        assert _in_order(mike.text, "Dana Whitfield", "◌ Jane Smith")
        await mike.type("jane")
        await mike.press("enter")
        await mike.sees("Jane Smith as…", "Billing", "under your own name")
        await mike.press("enter")
        await mike.sees("Reply to Jane Smith (direct)", "as ◆ Billing (you: Mike Chen)")
        await mike.type("The new invoice is on its way")
        await mike.press("ctrl+s")
        await jane.until(lambda: re.search(r"Billing +(\S )?1", jane.text) is not None)
        await jane.press("f8")
        await jane.until(lambda: "The new invoice is on its way" in jane.text)
        assert "Mike" not in jane.text
        await mike.press("escape", "escape", "c")
        await mike.sees("● Jane Smith", "◆ Billing", "Dana Whitfield")
        assert _in_order(mike.text, "● Jane Smith", "Dana Whitfield")


async def test_colleagues_write_to_each_other_under_their_own_names(address: str) -> None:
    async with at_console(address, MIKE, (200, 50)) as mike, at_console(address, SARAH) as sarah:
        await mike.press("g", "p")
        await mike.sees("People and personas")
        await mike.type("sarah")
        await mike.press("enter")
        await mike.sees("Reply to Sarah Johnson (direct)", "as Mike Chen")
        await mike.type("Lunch?")
        await mike.press("ctrl+s")
        await sarah.press("g", "d", "j", "enter")
        await sarah.sees("Lunch?", "Reply to Mike Chen (direct)")
        await mike.until(lambda: re.search(r"Sarah Johnson +●", mike.text) is not None)
        api = await signed_in(address, SARAH)
        await api.patch_me(presence="away")
        await api.close()
        await mike.until(lambda: re.search(r"Sarah Johnson +◐", mike.text) is not None)


def test_with_whom_one_spoke_last_is_offered_first() -> None:
    world = customers_desk()
    roster = Roster()
    for each in world.personas:
        roster.put_persona(each)
    talks = {each.number: each for each in world.conversations.values()}
    for numbers, names in (((52, 51), ["Billing", "Mia"]), ((51, 52), ["Mia", "Billing"])):
        offered = meetable((), roster, {"c-john"}, [talks[each] for each in (*numbers, 53)])
        assert [each.label for each in offered if each.detail.endswith("goes on")] == [*names, "Bob Wilson"]
