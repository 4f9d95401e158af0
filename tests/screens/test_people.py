"""Members, contacts and the audit by keyboard, on a real server."""

import re
from collections.abc import AsyncIterator

import pytest
from textual import events
from textual.widgets import Input

from deskterm.client.http.api import Api
from deskterm.screens.people.audit_words import ABOUT, ACTIONS
from tests.contract.live import DATA, EPHEMERA
from tests.house.tree import ROOT
from tests.screens.real_server import Person, address, at_console

__all__ = ["address"]

DANA, SARAH = ("hello@designpi.com", "admin123"), ("sarah@designpi.com", "staff123")


@pytest.fixture
async def api(address: str) -> AsyncIterator[Api]:
    """What the server has, as Dana sees it."""
    found = Api(address)
    await found.login(*DANA)
    yield found
    await found.close()


def field(person: Person) -> Input:
    """The field that has the focus."""
    assert isinstance(person.app.focused, Input), person.text
    return person.app.focused


async def test_an_admin_invites_somebody_who_joins(address: str, api: Api) -> None:
    async with at_console(address, DANA[0]) as dana:
        await dana.press("g", "p")
        await dana.sees("Sarah Johnson", "staff")
        await dana.press("f6")
        await dana.sees("Invite somebody")
        await dana.type("ines@new.example")
        await dana.press("enter", "enter")
        await dana.sees("joins with this token")
        token = field(dana).value
        other = Api(address)
        signed = await other.accept_invitation(token, "Ines Moreau", "a good password")
        await other.close()
        assert signed.me.name == "Ines Moreau"
        await dana.press("escape")
        await dana.sees("Ines Moreau")
        await api.invite("late@new.example", "staff")
        await dana.press("f5")
        await dana.sees("late@new.example")
        await dana.press("enter")
        await dana.sees("The invitation is taken back")
        assert (await api.invitations()).items == ()


async def test_an_admin_takes_a_members_access_and_gives_it_back(address: str, api: Api) -> None:
    async with at_console(address, DANA[0]) as dana:
        await dana.press("g", "p")
        await dana.type("mike")
        await dana.sees("Mike Chen")
        await dana.press("f9")
        await dana.sees("Most conversations at once")
        await dana.type("disable")
        await dana.press("enter")
        await dana.sees("disabled")
        held = await api.conversations()
        assert [each.assignee for each in held.items if each.number == 2] == [None]
        await dana.press("f9")
        await dana.sees("Enable again")
        await dana.type("enable")
        await dana.press("enter")
        await dana.sees_no("disabled")
        await dana.sees("Mike Chen is changed · F3 takes it back")
        await dana.press("f3", "f3")
        await dana.sees("Taken back: Mike Chen is changed")
        await dana.sees_no("disabled")
        assert not next(each for each in (await api.members()).items if each.name == "Mike Chen").disabled


async def test_what_is_typed_in_one_burst_is_about_whom_it_names(address: str, api: Api) -> None:
    async with at_console(address, DANA[0]) as dana:
        for key in ("g", "p", *"mike", "f9", *"disable", "enter"):
            dana.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await dana.sees("Mike Chen is changed")
        assert [each.name for each in (await api.members()).items if each.disabled] == ["Mike Chen"]
        await dana.press("f3")
        await dana.sees("Taken back: Mike Chen is changed")


async def test_a_lead_is_edited_made_a_customer_noted_about_and_merged(address: str, api: Api) -> None:
    async with at_console(address, SARAH[0]) as sarah:
        await sarah.press("g", "c")
        await sarah.sees("Alice Brown", "John Doe")
        assert "Jane Smith" not in sarah.text.split("Contacts")[-1], "Mike talks to her"
        await sarah.type("alice")
        await sarah.press("enter")
        await sarah.sees("alice.brown@startup.com", "#3")
        await sarah.press("f7")
        await sarah.sees("A note for agents")
        await sarah.type("likes tea")
        await sarah.press("enter")
        await sarah.sees("Note by Sarah Johnson", "likes tea", "lead · new")
        await sarah.press("up", "enter")
        await sarah.sees("Lead status")
        await sarah.type("qualified")
        await sarah.press("enter")
        await sarah.sees("lead · qualified", "Lead status changed")
        await sarah.press("f3")
        await sarah.sees("lead · new")
        await sarah.press("f6")
        await sarah.sees("converted")
        await sarah.press("f8")
        await sarah.sees("for good into")
        await sarah.type("john")
        await sarah.sees("john.doe@example.com")
        await sarah.press("enter")
        await sarah.sees("#1", "likes tea", "signs in")
        merged = (await api.find_contacts("alice")).items
        assert merged == ()
        await sarah.press("escape", "escape")
        await sarah.sees_no("F6 customer")


async def test_an_admin_reads_the_audit(address: str, api: Api) -> None:
    async with at_console(address, DANA[0]) as dana:
        await dana.press("g", "a")
        await dana.sees("signed in", "Dana Whitfield")
        await dana.press("f4")
        await dana.sees("Show only")
        await dana.type("members")
        await dana.press("enter")
        await dana.sees("Nothing like that was done yet")
        await dana.press("f4")
        await dana.sees("Show only")
        await dana.type("conversations")
        await dana.press("enter")
        await dana.sees("assigned a conversation", "to Sarah Johnson")
        await dana.press("enter")
        await dana.sees("conversation.assigned", "When")
        await dana.press("escape", "f4")
        await dana.sees("Show only")
        await dana.type("sign-ins")
        await dana.press("enter")
        await dana.sees("signed in", "Dana Whitfield")


def test_everything_the_server_keeps_in_the_audit_has_words() -> None:
    desk = ROOT / "src" / "deskterm" / "server" / "desk"
    called = re.compile(r'"([a-z_]+\.[a-z_]+)"')
    kept = {
        name
        for file in desk.glob("*.py")
        if "audit.write" in (text := file.read_text("utf-8")) or "note(tx" in text
        for name in called.findall(text)
    }
    assert {"session.started", "contact.viewed", "webhook.rotated"} <= kept
    assert kept - set(ACTIONS) <= {*DATA, *EPHEMERA}
    assert {each.partition(".")[0].partition("_reset")[0] for each in ACTIONS} <= set(ABOUT)


async def test_an_admin_sees_what_a_customer_sees_and_deletes_a_note(address: str, api: Api) -> None:
    john = next(each for each in (await api.find_contacts("john")).items if each.registered)
    await api.add_contact_note(john.id, "asks twice")
    async with at_console(address, DANA[0]) as dana:
        await dana.press("g", "c")
        await dana.sees("John Doe")
        await dana.type("john")
        await dana.press("enter")
        await dana.sees("asks twice", "F9 view as")
        await dana.press("f9")
        await dana.sees("As John Doe sees it", "this look is in the audit", "Help & Support #1")
        await dana.press("enter")
        await dana.sees("John Doe · Help & Support #1")
        assert "asks twice" not in dana.text
        looks = (await api.audit(action="contact.viewed")).items
        assert [each.actor.name for each in looks if each.actor] == ["Dana Whitfield"] * 2
        await dana.press("escape", "escape")
        await dana.type("twice")
        await dana.press("enter")
        await dana.sees("Delete it for good")
        await dana.press("down", "enter")
        await dana.sees_no("asks twice")
        assert (await api.contact_notes(john.id)).items == ()


async def test_an_admin_erases_a_contact_after_typing_the_name(address: str, api: Api) -> None:
    async with at_console(address, DANA[0]) as dana:
        await dana.press("g", "c")
        await dana.type("emma")
        await dana.sees("Emma Garcia")
        await dana.press("enter")
        await dana.sees("emma.garcia@creative.io", "F9 view as")
        await dana.press("f10")
        await dana.sees("Erase Emma Garcia for good", "conversations 0")
        await dana.type("emma")
        await dana.press("enter")
        await dana.sees("This is not their name.")
        field(dana).value = ""
        await dana.type("Emma Garcia")
        await dana.press("enter")
        await dana.sees("The server has a backup from before.")
        assert (await api.find_contacts("emma")).items == ()
