"""The testing plan for support chat (requirements 002, 6.1), a test for each of its boxes."""

import re

import pytest

from deskterm.client.errors import ApiError
from tests.screens.real_server import BOB, DANA, JANE, JOHN, address, at_console, signed_in

__all__ = ["address"]


async def test_support_is_reached_from_the_sidebar_where_it_stands_first(address: str) -> None:
    async with at_console(address, JOHN) as john:
        await john.sees("Help & Support", "Rooms", "Main Community")
        assert john.text.index("Help & Support") < john.text.index("Main Community")
        await john.press("tab", "j", "enter")
        await john.sees("To everybody in Main Community")
        await john.press("tab", "home", "enter")
        await john.sees("To Support", "any news?")
        assert john.chat.focused is john.chat.composer.field


async def test_whether_support_is_there_is_told_while_one_looks(address: str) -> None:
    async with at_console(address, JOHN) as john:
        await john.until(lambda: re.search(r"Help & Support +○", john.text) is not None)
        async with at_console(address, DANA):
            await john.sees("Support is online")
            assert re.search(r"Help & Support +●", john.text)
            await john.press("tab", "j", "enter")
            await john.sees("To everybody in Main Community")
            await john.press("tab", "home", "enter")
            await john.sees("To Support", "Support is online")  # also after having been elsewhere
            api = await signed_in(address, DANA)
            await api.patch_me(presence="away")
            await api.close()
            await john.until(lambda: re.search(r"Help & Support +○", john.text) is not None)
            assert "Support is online" not in john.text


async def test_support_messages_are_isolated_per_customer(address: str) -> None:
    async with at_console(address, JOHN) as john, at_console(address, BOB) as bob:
        await john.type("only for support")
        await john.press("enter")
        await john.sees("only for support", "✓")
        assert "only for support" not in bob.text
        secret = john.chat.support_id
    stranger = await signed_in(address, BOB)
    with pytest.raises(ApiError) as refused:
        await stranger.messages(secret or "")
    await stranger.close()
    assert refused.value.status == 404


async def test_an_admin_responds_to_a_ticket_and_it_is_live_in_both_directions(address: str) -> None:
    async with at_console(address, JOHN) as john, at_console(address, DANA) as dana:
        await dana.press("enter")
        await dana.sees("Reply to John Doe")
        await john.type("Is anybody there?")
        await dana.sees("John Doe is typing")
        await john.press("enter")
        await dana.sees("Is anybody there?", "Sarah  now")
        await dana.press("r")
        await dana.type("I am, John.")
        await dana.press("ctrl+s")
        await john.sees("I am, John.")
        assert "Dana" not in john.text
        await john.type("Thanks!")
        await john.press("enter")
        await dana.sees("Thanks!")


async def test_no_face_stands_beside_a_message_but_one_in_the_header(address: str) -> None:
    async with at_console(address, JANE) as jane:
        await jane.sees("Billing", "Received, thank you.")
        header, *rest = jane.text.split("\n")
        assert "SU" in header
        thread = [line for line in rest if "│" not in line[:30]]
        assert not any("SU" in line or "BI " in line for line in thread)
