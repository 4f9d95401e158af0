"""What waits in the outbox of an account that is not in front; drafts of one person's organizations."""

from pathlib import Path

from deskterm.client.outbox.file import outbox_file
from deskterm.client.outbox.rows import row_of
from deskterm.client.outbox.store import Store
from deskterm.client.replica.outgoing import Pending
from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Me, Organization, Role
from deskterm.screens.writing.drafts import draft_account
from tests.screens.test_accounts import DANA, NORA, address, at_console, known
from tests.screens.world import NOW

__all__ = ["address"]


async def test_the_chooser_says_where_texts_wait(address: str, tmp_path: Path) -> None:
    await known(address, DANA, NORA)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Nora Lindqvist (admin)")
        folder = here.app.settings.outbox
        assert folder is not None
        outbox = Store(outbox_file(folder, address, DANA), "o-1")
        outbox.put(row_of(Pending(IdSource().new(), "c-1", "not yet", NOW), NOW))
        outbox.close()
        await here.press("g", "o")
        await here.sees("Dana Whitfield · designpi", "1 unsent · ✉")


def test_drafts_of_one_person_in_two_organizations_do_not_meet() -> None:
    def account(member: str) -> str:
        me = Me("u-1", "Sarah", "sarah@designpi.com", Role.STAFF, member, None, Organization("DesignPi"))
        return draft_account("https://desk.example.com", me)

    assert account("m-1") != account("m-2")
