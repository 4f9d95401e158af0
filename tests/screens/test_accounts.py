"""Several accounts in one console, on a real server: going to and fro, and nothing of one in the other."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from deskterm.app import DesktermApp
from deskterm.client.accounts.credentials import Credentials
from deskterm.client.accounts.entrance import Entrance, Wish
from deskterm.client.accounts.known import Account
from deskterm.client.accounts.own_account import OwnAccount
from deskterm.client.accounts.signin import sign_in
from deskterm.client.errors import ApiError
from deskterm.client.http.api import Api
from deskterm.client.local.first_page import recall
from deskterm.protocol.ids import IdSource
from deskterm.screens.account.screen import AccountScreen
from deskterm.screens.inbox.first_page import FirstPageScreen
from deskterm.screens.inbox.screen import InboxScreen
from deskterm.screens.way_in.sign_in import SignInScreen
from deskterm.settings import Settings
from tests.screens.real_server import Person, address

__all__ = ["address"]
SARAH, DANA, NORA, JOHN = (
    "sarah@designpi.com",
    "hello@designpi.com",
    "admin@northwind.example",
    "john.doe@example.com",
)
PASSWORDS = {SARAH: "staff123", DANA: "admin123", NORA: "admin123", JOHN: "customer123"}


async def known(address: str, *emails: str) -> dict[str, Account]:
    """Sign these people in on this machine, the last one being used last."""
    credentials, accounts = Credentials(), {}
    for email in emails:
        accounts[email] = (await sign_in(address, email, PASSWORDS[email], credentials)).account
    return accounts


@asynccontextmanager
async def at_console(home: Path, wish: Wish | None = None) -> AsyncIterator[Person]:
    """A console for whoever is known here."""
    entrance = Entrance(wish)
    app = DesktermApp(
        entrance.open,
        Settings(motion="none", read_delay=60, home=home),
        forget=entrance.forget,
        entrance=entrance,
    )
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        person = Person(app, pilot)
        try:
            yield person
        finally:
            await app.action_quit()


async def say(address: str, email: str, text: str) -> None:
    """A customer writes."""
    api = Api(address)
    await api.login(email, PASSWORDS[email])
    own = await api.portal_conversation()
    await api.send_message(own.id, id=IdSource().new(), body=text)
    await api.close()


async def test_to_and_fro_keeps_each_text_with_its_account(address: str, tmp_path: Path) -> None:
    await known(address, NORA, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Sarah Johnson (staff)", "John Doe")
        await here.press("r", *"half a rep", "escape")
        await here.press("g", "1")
        await here.sees("● live", "Nora Lindqvist (admin)")
        assert "John Doe" not in here.text
        assert "half a rep" not in here.text
        assert len([each for each in here.app.screen_stack if isinstance(each, InboxScreen)]) == 1
        await here.press("g", "b")
        await here.sees("● live", "Sarah Johnson (staff)", "John Doe")
        await here.press("enter")
        await here.until(lambda: here.inbox.composer.text() == "half a rep")


async def test_what_is_sent_after_going_there_is_sent_as_who_one_is_there(
    address: str, tmp_path: Path
) -> None:
    accounts = await known(address, DANA, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Sarah Johnson (staff)")
        await here.press("g", "1")
        await here.sees("● live", "Dana Whitfield (admin)")
        await here.press("enter", "n", *"by Dana", "ctrl+s")
        await here.sees("▒ by Dana")
        conversation = here.inbox.reading.conversation
        assert conversation is not None
    for email in (SARAH, DANA):
        found = Credentials().kept(accounts[email])
        assert found is not None
        api = Api(address, found.token)
        [note] = [each for each in (await api.messages(conversation.id)).items if each.body == "by Dana"]
        assert note.author.name == "Dana Whitfield"
        await api.close()


async def test_the_chooser_and_the_title_tell_what_waits_elsewhere(address: str, tmp_path: Path) -> None:
    await known(address, DANA, NORA)
    await say(address, JOHN, "Still waiting")
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Nora Lindqvist (admin)", "elsewhere")
        api = Api(address)
        own = OwnAccount(address, (await api.login(DANA, PASSWORDS[DANA])).token)
        await api.close()
        count = await own.unread()
        await own.close()
        assert count > 0
        await here.press("g", "o")
        await here.sees("Dana Whitfield · designpi", f"✉ {count} · g 1", "you are here", "Token")
        assert "John Doe" not in here.text
        await here.press(*"dana", "enter")
        await here.sees("● live", "Dana Whitfield (admin)")
        await here.sees("✉ 1 elsewhere")


async def test_the_way_back_is_there_before_the_server_answers(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = await known(address, NORA, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "John Doe")
        entrance = here.app._entrance
        path = here.app.settings.first_page
        assert path is not None
        await here.until(lambda: recall(path, entrance.owner_of(accounts[SARAH])) is not None)
        await here.press("g", "1")
        await here.sees("● live", "Nora Lindqvist (admin)")
        answer, opening = asyncio.Event(), entrance.open_account

        async def later(account: Account) -> object:
            await answer.wait()
            return await opening(account)

        monkeypatch.setattr(entrance, "open_account", later)
        await here.press("g", "2")
        await here.until(lambda: isinstance(here.app.screen, FirstPageScreen))
        await here.sees("Sarah Johnson (staff)", "John Doe", "as of")
        answer.set()
        await here.sees("● live", "Sarah Johnson (staff)")


async def test_going_on_before_a_desk_has_opened_never_shows_it(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = await known(address, DANA, NORA, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Sarah Johnson (staff)")
        entrance = here.app._entrance
        late, opening = asyncio.Event(), entrance.open_account

        async def sometimes_late(account: Account) -> object:
            if account == accounts[NORA]:
                await late.wait()
            return await opening(account)

        monkeypatch.setattr(entrance, "open_account", sometimes_late)
        await here.press("g", "2", "g", "1")
        await here.sees("● live", "Dana Whitfield (admin)")
        late.set()
        for _ in range(20):
            await here.pilot.pause()
            assert "Nora" not in here.text


async def test_a_token_of_the_environment_opens_its_own_account_and_no_other(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await known(address, NORA)
    api = Api(address)
    monkeypatch.setenv("DESKTERM_TOKEN", (await api.login(SARAH, PASSWORDS[SARAH])).token)
    monkeypatch.setenv("DESKTERM_SERVER", address)
    await api.close()
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Sarah Johnson (staff)")
        await here.press("g", "1")
        await here.sees("● live", "Nora Lindqvist (admin)")


async def test_a_token_kept_under_the_wrong_name_is_not_used(address: str, tmp_path: Path) -> None:
    accounts = await known(address, NORA, SARAH)
    credentials = Credentials()
    found = credentials.kept(accounts[SARAH])
    assert found is not None
    credentials.keep(accounts[NORA], found.token)
    credentials.keep(accounts[SARAH], found.token)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Sarah Johnson (staff)")
        await here.press("g", "1")
        await here.sees("The saved sign-in is not of this account.", NORA)
        assert isinstance(here.app.screen, SignInScreen)


async def test_an_account_is_added_over_the_desk_and_escape_goes_back(address: str, tmp_path: Path) -> None:
    await known(address, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Sarah Johnson (staff)")
        await here.press("g", "o", *"add an", "enter")
        await here.sees("Add an account", "Esc back")
        await here.press("escape", "escape")  # the first one may end the tour
        await here.until(lambda: here.app.screen is here.inbox)
        await here.press("g", "o", *"add an", "enter")
        await here.sees("Add an account")
        await here.press(*address, "enter", *NORA, "enter", *PASSWORDS[NORA], "enter")
        await here.sees("● live", "Nora Lindqvist (admin)", "The token is kept in")
        await here.press("g", "o")
        await here.sees("Sarah Johnson · designpi", "Nora Lindqvist · ")


async def test_a_token_signs_in_too(address: str, tmp_path: Path) -> None:
    api = Api(address)
    token = (await api.login(SARAH, PASSWORDS[SARAH])).token
    await api.close()
    async with at_console(tmp_path, Wish(address)) as here:
        await here.sees("Sign in", "use a token")
        await here.press("f4")
        await here.sees("Sign in with a token")
        await here.press(*"dk_s_wrong", "enter")
        await here.sees("The server does not know this token")
        await here.press(*token, "enter")
        await here.sees("● live", "Sarah Johnson (staff)")
    assert [each.account.email for each in Credentials().accounts.all()] == [SARAH]


async def test_who_signs_out_can_take_another_account(address: str, tmp_path: Path) -> None:
    accounts = await known(address, NORA, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Sarah Johnson (staff)")
        await here.press("r", *"not sent", "escape", "g", "o", *"sign out", "enter")
        await here.sees("1 text is not sent. Sign out?")
        await here.press(*"sign", "enter")
        await here.sees("You are signed out.", "F3")
        path = here.app.settings.first_page
        assert path is not None
        assert recall(path, here.app._entrance.owner_of(accounts[SARAH])) is None
        await here.press("f3")
        await here.sees("Known accounts", "Nora Lindqvist")
        await here.press(*"nora", "enter")
        await here.sees("● live", "Nora Lindqvist (admin)")


async def test_devices_are_listed_and_signed_out(address: str, tmp_path: Path) -> None:
    await known(address, SARAH)
    other = Api(address)
    await other.login(SARAH, PASSWORDS[SARAH])
    async with at_console(tmp_path) as here:
        await here.sees("● live")
        await here.press("g", "o")
        await here.sees("1 more signed in elsewhere")
        await here.press(*"devices", "enter")
        await here.sees("This one", "127.0.0.1 · used")
        await here.press("enter")
        await here.sees("Sign this device out?")
        await here.press(*"sign it", "enter")
        await here.sees("That device is signed out.")
        await here.until(lambda: "127.0.0.1 · used" not in here.text)
    with pytest.raises(ApiError):
        await other.me()
    await other.close()


async def test_a_password_is_changed_and_a_wrong_one_is_said(address: str, tmp_path: Path) -> None:
    await known(address, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live")
        await here.press("g", "o", *"password", "enter")
        await here.sees("Present password")
        await here.press(*"wrong", "enter", *"new staff 1", "enter", *"new staff 2", "enter")
        await here.sees("The two new passwords differ.")
        await here.press(*"new staff 1", "enter")
        await here.sees("That is not your present password.")
        await here.press(*"staff123", "enter", "enter", "enter")
        await here.sees("Your password is changed")
    api = Api(address)
    assert (await api.login(SARAH, "new staff 1")).me.email == SARAH
    await api.close()


async def test_others_are_told_how_to_join(address: str, tmp_path: Path) -> None:
    await known(address, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live")
        await here.press("g", "o", *"how others", "enter")
        await here.sees(f"deskterm --server {address}", f"deskterm chat --server {address}", "customers")
        await here.press("enter")
        await here.until(lambda: here.app.clipboard == f"deskterm --server {address}")


async def test_the_palette_names_the_accounts(address: str, tmp_path: Path) -> None:
    await known(address, NORA, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live")
        await here.press(":", *"switch to")
        await here.sees("Switch to Nora Lindqvist", "g 1")
        await here.press("enter")
        await here.sees("● live", "Nora Lindqvist (admin)")
        assert not isinstance(here.app.screen, AccountScreen)


async def test_the_keys_that_may_follow_g_name_the_accounts(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deskterm.screens.keys.keyboard._HESITATION", 0.001)
    await known(address, DANA, NORA, SARAH)
    async with at_console(tmp_path) as here:
        await here.sees("● live", "Sarah Johnson (staff)")
        await here.press("g")
        await here.sees("1 Dana Whitfield · designpi", "2 Nora Lindqvist · Northwind", "b other account")
        assert "3 Sarah" not in here.text
        assert "account 2" not in here.text
