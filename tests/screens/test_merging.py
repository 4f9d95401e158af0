"""Two conversations become one before their customer's and their agent's eyes, and apart again."""

import pytest

from deskterm.client.http.api import Api
from deskterm.protocol.ids import IdSource
from tests.screens.real_server import DANA, JOHN, SARAH, TURNS, address, at_console, signed_in

__all__ = ["address"]

_ids = IdSource()


async def second_of_john(address: str) -> tuple[Api, str, str]:
    """John has asked something else: the ids of what he asked first and of that."""
    john = await signed_in(address, JOHN)
    first = (await john.portal_conversation()).id
    made = await john.create_conversation(body="Something else", message_id=_ids.new())
    return john, first, made.id


@pytest.mark.parametrize("older_into_newer", [True, False])
async def test_a_customer_stays_where_the_talk_goes_on(address: str, older_into_newer: bool) -> None:
    john, first, second = await second_of_john(address)
    dana = await signed_in(address, DANA)
    async with at_console(address, JOHN) as here:
        await here.sees("Something else")
        await here.type("I was about to")
        source, target = (first, second) if older_into_newer else (second, first)
        await dana.merge(source, target)
        await here.sees("Good morning Sarah", "Something else")
        await here.sees("I was about to")
        await here.press(*" say", "enter")
        await here.sees("I was about to say")
        for _ in range(TURNS):  # it is shown before it has arrived
            if (sent := (await dana.messages(target)).items[-1]).body == "I was about to say":
                break
            await here.pilot.pause(0.02)
        assert (sent.body, sent.conversation_id) == ("I was about to say", target)
    await john.close()
    await dana.close()


async def test_an_agents_open_conversation_goes_into_another_one_by_a_colleague(address: str) -> None:
    john, first, second = await second_of_john(address)
    dana = await signed_in(address, DANA)
    async with at_console(address, SARAH) as sarah:
        await sarah.press("enter")
        await sarah.until(lambda: sarah.inbox.reading.conversation_id == second)
        await dana.merge(first, second)
        await sarah.sees("Good morning Sarah", "Something else", "Dana Whitfield merged #1", "with #1 in it")
        await sarah.press("M")
        await sarah.sees("Take #1 out again")
        await sarah.press("enter")
        await sarah.until(lambda: sarah.inbox.reading.conversation_id == first)
        await sarah.sees("Good morning Sarah", "#1 taken out of #")
        await sarah.press("u")
        await sarah.until(lambda: sarah.inbox.reading.conversation_id == second)
        await sarah.sees("Good morning Sarah", "Something else", "with #1 in it")
        await dana.unmerge(first)
        await sarah.sees_no("Good morning Sarah")
        await sarah.sees("Something else", "took #1 out")
        await dana.merge(second, first)
        await sarah.sees("Dana Whitfield has merged this conversation into another one.")
    await john.close()
    await dana.close()
