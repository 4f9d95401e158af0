"""What stands over the inbox: in its middle, with the inbox in sight, and no hint of it cut off."""

import pytest

from deskterm.client.answers import Page
from deskterm.client.http.contact_calls import AuditEntry, By, ContactDetail, ContactNote
from deskterm.protocol.records import ContactKind
from deskterm.screens.over import Over
from deskterm.settings import Settings
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.chrome.jump_label import JumpLabel
from tests.screens.console import SIZES, Driven, console
from tests.screens.world import DANA, FakeApi, World, ago

#: By which keys each is opened, and the last hint in its frame.
OPENED = {
    "filter": (("slash",), "Esc cancel"),
    "contacts": (("g", "c"), "Esc close"),
    "contact": (("g", "c", "enter"), "F9 view as  F10 erase  Esc back"),
    "people": (("g", "p"), "F9 member…  Esc close"),
    "audit": (("g", "a"), "Esc close"),
    "tickets": (("g", "T"), "Esc close"),
    "organization": (("g", "o", *"organiz", "enter"), "Esc close"),
    "foreseen": (("g", "t", "*", "a", *"mike", "enter"), "Esc cancel"),
}
LEE = ContactDetail(
    "c-9",
    ContactKind.CUSTOMER,
    1,
    ago(9000),
    False,
    name="Maximiliane von Hohenberg-Wittelsbach",
    email="maximiliane@hohenberg-wittelsbach.example",
    phone="+49 30 5550199",
    company="Hohenberg-Wittelsbach Verwaltungsgesellschaft",
)
KEN = ContactDetail("c-8", ContactKind.LEAD, 1, ago(900), False, "new", "田中 健二", "kenji@example.jp")


def offices(monkeypatch: pytest.MonkeyPatch) -> World:
    """A desk with contacts, a note, and things that were done."""
    world = World(DANA)
    dana = By(DANA.id, DANA.name)
    done = (
        AuditEntry("a-3", ago(3), "conversation.assigned", {"reason": "manual"}, dana, label="#4821"),
        AuditEntry("a-2", ago(50), "member.updated", {"role": "admin"}, dana, label="Mike Chen"),
        AuditEntry("a-1", ago(500), "session.started", {"ip": "192.0.2.7"}, dana),
    )

    async def contacts(*_: object, **__: object) -> Page[ContactDetail]:
        return Page((LEE, KEN))

    async def notes(*_: object) -> Page[ContactNote]:
        return Page((ContactNote("n-1", "Wants her invoices by post.", ago(90), dana),))

    async def audit(*_: object, **__: object) -> Page[AuditEntry]:
        return Page(done)

    monkeypatch.setattr(FakeApi, "find_contacts", contacts, raising=False)
    monkeypatch.setattr(FakeApi, "contact_notes", notes, raising=False)
    monkeypatch.setattr(FakeApi, "audit", audit, raising=False)
    return world


def is_in_the_middle(driven: Driven) -> bool:
    """Whether the panel has as much room at its left as at its right, and above as below."""
    panel, screen = driven.top.query(Framed).first().region, driven.top.region
    aside = panel.x - (screen.right - panel.right), panel.y - (screen.bottom - panel.bottom)
    return all(abs(each) <= 1 for each in aside)


@pytest.mark.parametrize("name", OPENED)
async def test_it_stands_in_the_middle_and_the_inbox_stays_in_sight(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    keys, last = OPENED[name]
    async with console(monkeypatch, offices(monkeypatch), size=SIZES[0]) as driven:
        await driven.press(*keys)
        assert isinstance(driven.top, Over)
        assert is_in_the_middle(driven)
        assert last in driven.text()
        await driven.pilot.resize_terminal(120, 36)
        await driven.settle()
        assert is_in_the_middle(driven)
        assert "deskterm" in driven.text().splitlines()[0]
        assert "? help" in driven.text()


async def test_who_is_said_whole_and_what_else_as_far_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, offices(monkeypatch), size=SIZES[0]) as driven:
        await driven.press("g", "c")
        assert "Maximiliane von Hohenberg-Wittelsbach" in driven.text()
        assert "customer · maximiliane@" in driven.text()
        assert "lead · new · kenji@example.jp" in driven.text()


async def test_letters_stand_on_what_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch, offices(monkeypatch)) as driven:
        await driven.press("g", "c", "f2")
        assert [each.label for each in driven.top.query(JumpLabel)] == ["a", "s"]
        await driven.press("s", "enter")
        assert "kenji@example.jp" in driven.text()
        assert "F6 customer" in driven.text()


async def test_without_colours_of_ones_own_the_inbox_stays_in_sight_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = Settings(theme="ansi-dark", motion="none")
    async with console(monkeypatch, offices(monkeypatch), settings=settings) as driven:
        await driven.press("g", "c")
        assert "[2]Unassigned" in driven.text()
        assert "? help" in driven.text()
