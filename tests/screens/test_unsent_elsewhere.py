"""What waits in the outbox of an account that is not in front; drafts of one person's organizations."""

import asyncio
from pathlib import Path

from deskterm.client.accounts.credentials import Credentials
from deskterm.client.http.api import Api
from deskterm.client.live.connection import utc_now
from deskterm.client.outbox.file import left_in, outbox_file
from deskterm.client.outbox.rows import row_of
from deskterm.client.outbox.store import Store
from deskterm.client.replica.filters import Filter
from deskterm.client.replica.outgoing import Pending
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Me, Organization, Role
from deskterm.screens.inbox.screen import InboxScreen
from deskterm.screens.writing.drafts import draft_account
from deskterm.settings import Settings
from tests.screens.test_accounts import DANA, NORA, address, at_console, known
from tests.screens.world import NOW

__all__ = ["address"]


async def test_what_was_left_in_another_account_goes_out_in_its_order_and_once(
    address: str, tmp_path: Path
) -> None:
    accounts = await known(address, DANA, NORA)
    found = await asyncio.to_thread(Credentials().quietly, accounts[DANA])
    assert found is not None
    api = Api(address, found.token)
    [here, *_] = (await api.conversations(Filter(), limit=1)).items
    folder = Settings(home=tmp_path).outbox
    assert folder is not None
    outbox = Store(outbox_file(folder, address, DANA), "designpi")
    written = [Pending(IdSource().new(), here.id, f"left behind {n}", NOW) for n in range(3)]
    for each in written:
        outbox.put(row_of(each, utc_now()))
    outbox.close()
    async with at_console(tmp_path) as console:
        await console.sees("● live", "Nora Lindqvist (admin)")
        await console.until(lambda: not left_in(outbox_file(folder, address, DANA), "designpi"))
    there = [each.body for each in (await api.messages(here.id, limit=50)).items]
    assert [each for each in there if each.startswith("left behind")] == [each.body for each in written]
    await api.close()


async def test_what_is_refused_there_comes_back_to_its_author_as_a_draft(
    address: str, tmp_path: Path
) -> None:
    await known(address, DANA, NORA)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Nora Lindqvist (admin)")
        folder = here.app.settings.outbox
        assert folder is not None
        outbox = Store(outbox_file(folder, address, DANA), "designpi")
        nowhere = IdSource().new()
        outbox.put(row_of(Pending(IdSource().new(), nowhere, "into the void", NOW), utc_now()))
        outbox.close()
        await here.press("g", "o")
        await here.sees("Dana Whitfield · designpi", "1 unsent")
        await here.press("escape", "g", "1")
        await here.sees("● live", "Dana Whitfield (admin)")
        await here.until(lambda: not left_in(outbox_file(folder, address, DANA), "designpi"))
        assert isinstance(here.app.screen, InboxScreen)
        assert nowhere in here.app.screen.writing.drafts.conversations


async def test_the_chooser_says_where_texts_wait_and_signing_out_asks_about_them(
    address: str, tmp_path: Path
) -> None:
    await known(address, DANA, NORA)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Nora Lindqvist (admin)")
        folder = here.app.settings.outbox
        assert folder is not None
        outbox = Store(outbox_file(folder, address, DANA), "designpi")
        outbox.put(row_of(Pending(IdSource().new(), "c-1", "not yet", NOW), NOW))
        outbox.close()
        await here.press("g", "o")
        await here.sees("Dana Whitfield · designpi", "1 unsent · ✉")
        await here.press("escape", "g", "1")
        await here.sees("● live", "Dana Whitfield (admin)")
        path = outbox_file(folder, address, DANA)
        for answer in ("stay", "sign"):
            await here.press("g", "o", *"sign out", "enter")
            await here.sees("Not sent yet: 1 message. Sign out?")
            assert left_in(path, "designpi") == 1
            await here.press(*answer, "enter")
        await here.sees("You are signed out.")
        assert left_in(path, "designpi") == 0


def test_drafts_of_one_person_in_two_organizations_do_not_meet() -> None:
    def account(member: str) -> str:
        me = Me("u-1", "Sarah", "sarah@designpi.com", Role.STAFF, member, None, Organization("DesignPi"))
        return draft_account("https://desk.example.com", me)

    assert account("m-1") != account("m-2")
