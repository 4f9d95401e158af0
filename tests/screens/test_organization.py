"""The organization's settings, on a real server: changed by admins alone, seen by everybody at once."""

from collections.abc import AsyncIterator

import pytest
from textual import events

from deskterm.client.http.api import Api
from deskterm.protocol.wire.people import PatchSettings
from deskterm.protocol.wire.retention import PatchRetention
from deskterm.protocol.wire.widget import PatchWidget
from deskterm.screens.settings.organization import OrganizationScreen
from deskterm.server.storage.organizations import DEFAULTS, RETENTION, WIDGET
from deskterm.settings import retention, widget
from deskterm.settings.entry import Invalid
from deskterm.settings.organization import ENTRIES, stored
from tests.screens.real_server import address, at_console

__all__ = ["address"]

DANA, SARAH = ("hello@designpi.com", "admin123"), ("sarah@designpi.com", "staff123")
#: What another way of working decides, or what only the website has a use for.
ELSEWHERE = {"business_hours", "retention", "widget"}


@pytest.fixture
async def api(address: str) -> AsyncIterator[Api]:
    """What the server has, as Dana sees it."""
    found = Api(address)
    await found.login(*DANA)
    yield found
    await found.close()


def test_every_setting_of_the_server_has_an_entry_with_its_default() -> None:
    known = {each.name: each for each in ENTRIES}
    assert set(known) - {"name"} == set(PatchSettings.model_fields) - ELSEWHERE
    for name in set(known) - {"name"}:
        assert stored(known[name].default) == getattr(DEFAULTS, name)


def test_every_setting_of_the_chat_has_an_entry_with_its_default() -> None:
    known = {each.name.removeprefix(widget.PREFIX): each for each in widget.ENTRIES}
    assert set(known) == set(PatchWidget.model_fields)
    for name, entry in known.items():
        assert widget.stored(entry, entry.default) == WIDGET[name]
        for offer in entry.options:
            PatchWidget.model_validate({name: widget.stored(entry, offer.value)})


def test_every_setting_of_retention_has_an_entry_with_its_default() -> None:
    known = {each.name.removeprefix(retention.PREFIX): each for each in retention.ENTRIES}
    assert set(known) == set(PatchRetention.model_fields) == set(RETENTION)
    for name, entry in known.items():
        assert stored(entry.default) == RETENTION[name]


@pytest.mark.parametrize(
    ("name", "text"), [("origins", "acme.example"), ("origins", "https://a.example/b"), ("color", "red")]
)
def test_what_the_chat_cannot_have_is_refused_in_words(name: str, text: str) -> None:
    entry = next(each for each in widget.ENTRIES if each.name == widget.PREFIX + name)
    with pytest.raises(Invalid, match="is not a"):
        entry.read(text)


@pytest.mark.parametrize("entry", [each for each in ENTRIES if each.options], ids=lambda entry: entry.name)
def test_what_is_offered_the_server_takes(entry: object) -> None:
    for each in entry.options:  # type: ignore[attr-defined]
        taken = PatchSettings.model_validate({entry.name: stored(each.value)})  # type: ignore[attr-defined]
        assert taken.model_fields_set == {entry.name}  # type: ignore[attr-defined]


@pytest.mark.parametrize("text", ["121", "-1", "1.5", "ten", ""])
def test_a_number_out_of_its_bounds_is_refused_in_words(text: str) -> None:
    held = next(each for each in ENTRIES if each.name == "send_hold_seconds")
    with pytest.raises(Invalid, match="is not a whole number from 0 to 120"):
        held.read(text)


async def test_an_admin_lets_replies_wait_and_a_colleague_learns_it(address: str, api: Api) -> None:
    async with at_console(address, DANA[0]) as dana, at_console(address, SARAH[0]) as sarah:
        await dana.press("g", "o", *"organiz", "enter")
        await dana.sees("Replies wait", "0 s", "default")
        await dana.press(*"replies", "enter", *"30", "enter")
        await dana.sees("30 s", "changed")
        assert (await api.organization()).settings["send_hold_seconds"] == 30
        await sarah.until(lambda: sarah.inbox.me.organization.settings["send_hold_seconds"] == 30)
        await sarah.press("r", *"Soon", "ctrl+s")
        await sarah.sees("│Soon")
        await sarah.until(lambda: not sarah.inbox.desk.replica.outgoing.unsettled())
        first = next(each for each in (await api.conversations()).items if each.number == 1)
        assert (await api.messages(first.id)).items[-1].held_until is not None


async def test_what_another_admin_changes_is_shown_at_once(address: str, api: Api) -> None:
    async with at_console(address, DANA[0]) as dana:
        await dana.press("g", "o", *"organiz", "enter")
        await dana.sees("Staff sees", "assigned")
        await api.patch_organization(settings={"staff_sees": "all"}, name="DesignPi & Sons")
        await dana.sees("all   ", "DesignPi & Sons")
        await dana.press("enter", *"Pi", "enter")
        await dana.until(lambda: isinstance(dana.app.screen, OrganizationScreen))
        await dana.until(lambda: dana.inbox.me.organization.name == "Pi")
        assert (await api.organization()).name == "Pi"


async def test_the_default_comes_back_a_greeting_has_lines_and_what_is_due_is_said(
    address: str, api: Api
) -> None:
    async with at_console(address, DANA[0]) as dana:
        await api.patch_organization(settings={"reopen_hours": 24})
        await dana.press("g", "o", *"organiz", "enter")
        await dana.sees("24 h")
        await dana.press(*"reopened", "enter", *"default", "enter")
        await dana.sees("168 h")
        assert (await api.organization()).settings["reopen_hours"] == 168
        await dana.press("ctrl+u", *"welcome", "enter", "ctrl+j", *"Ask!", "ctrl+s")
        await dana.sees("Hello! How can we help?…")
        assert (await api.organization()).settings["welcome"] == "Hello! How can we help?\nAsk!"
        await dana.press("ctrl+u", *"archived", "enter", *"90", "enter")
        await dana.sees("90 days   changed", "A backup comes first; the log says what was")
        assert (await api.organization()).settings["retention"]["archive_days"] == 90


async def test_a_refusal_stays_below_the_entry(address: str, api: Api) -> None:
    async with at_console(address, DANA[0]) as dana:
        await dana.press("g", "o", *"organiz", "enter")
        await dana.sees("Welcome")
        await dana.press(*"welcome", "enter")
        dana.app.post_message(events.Paste("y" * 10_100))
        await dana.press("ctrl+s")
        await dana.sees("Not changed: ")
        assert "y" not in (await api.organization()).settings["welcome"]


async def test_staff_have_no_such_page(address: str) -> None:
    async with at_console(address, SARAH[0]) as sarah:
        await sarah.press("g", "o")
        await sarah.sees("Sign out")
        assert "Organization…" not in sarah.text
        await sarah.press("escape", ":", *"organization")
        await sarah.until(lambda: "Nothing matches." in sarah.text or "Accounts, password" in sarah.text)
        assert "Organization…" not in sarah.text
