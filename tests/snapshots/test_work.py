"""Pictures of what agents do beside reading: jump, look for, point at, send, wait, change accounts."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from deskterm.client.accounts.elsewhere import Seen
from deskterm.client.accounts.guests import Present
from deskterm.client.accounts.known import Account, KnownAccount
from deskterm.client.answers import Session
from deskterm.protocol.records import Author, AuthorKind
from deskterm.screens.account import devices
from deskterm.screens.account import screen as account
from tests.screens.console import SIZES, Driven
from tests.screens.test_own_texts import holding
from tests.screens.world import DANA, MIKE, NOW, SARAH, World, ago, cid
from tests.snapshots.conftest import TakePicture, still
from tests.snapshots.steps import Step, pressing, rested

MIKES = Author(AuthorKind.AGENT, MIKE.id, MIKE.name)
HERE = Account("https://desk.example.com", "sarah@designpi.com", "designpi")
PRESENT = Present(HERE, "secret", "keyring", "the keyring of this machine")
KNOWN = (
    KnownAccount(HERE, name="DesignPi", person="Sarah Johnson", role="staff", store="keyring"),
    KnownAccount(
        Account("https://help.northwind.example", "sarah@northwind.example", "northwind"),
        name="Northwind",
        person="Sarah Johnson",
        role="admin",
        store="keyring",
    ),
    KnownAccount(
        Account("https://desk.example.jp", "sarah@example.jp", "tokyo"), name="東京デザイン", role="staff"
    ),
)


class Waiting:
    """Two unread conversations in the second account, nothing known of the others."""

    def seen(self, wanted: Account) -> Seen:
        """What is known of an account."""
        return Seen(unread=2) if wanted == KNOWN[1].account else Seen()


class Own:
    """The present account, as the server would tell."""

    async def devices(self) -> tuple[Session, ...]:
        """This one and a laptop."""
        later = NOW + timedelta(days=30)
        return (
            Session("1", True, ago(90), ago(0), later, "192.0.2.7", "deskterm/0.1.0 Linux"),
            Session("2", False, ago(9000), ago(300), later, "192.0.2.99", "deskterm/0.1.0 Darwin"),
        )

    async def organizations(self) -> tuple[()]:
        """No other one."""
        return ()

    async def close(self) -> None:
        """Nothing to give back."""


async def outrun(driven: Driven) -> None:
    """A colleague answers while one writes."""
    await driven.press("enter", "r", *"We are looking into it")
    driven.world.writes(cid(4821), "I have reset her two-factor codes.\nShe is in again.", MIKES)
    await driven.settle()


async def accounts(driven: Driven) -> None:
    screen = account.AccountScreen(driven.inbox.desk, PRESENT, KNOWN, Waiting(), lambda: NOW)  # type: ignore[arg-type]
    driven.app.push_screen(screen)
    await driven.settle()


async def signed_in(driven: Driven) -> None:
    driven.app.push_screen(devices.DevicesScreen(PRESENT, lambda: NOW))
    await driven.settle()


async def tour(driven: Driven) -> None:
    driven.app.action_tour()
    await driven.settle()


async def tour_reading(driven: Driven) -> None:
    await tour(driven)
    await driven.press("enter")


async def said(driven: Driven) -> None:
    """Something is said in passing beside an open conversation."""
    await driven.press("enter")
    driven.app.notify("tip: e is Resolve", timeout=3600)
    driven.inbox.complain("The reply did not go out: the server refuses the connection.")
    await driven.settle()


async def keys(driven: Driven) -> None:
    driven.app.action_keys()
    await driven.settle()
    await driven.press(*"conv")


async def hesitating(driven: Driven) -> None:
    """Begin a chord, and wait to be told how it goes on."""
    await driven.press("g")
    while not driven.inbox.query("Following"):
        await driven.pilot.pause(0.05)


STATES: dict[str, tuple[Callable[[], World], Step]] = {
    "chord": (lambda: World(DANA), hesitating),
    "jump": (lambda: World(SARAH), pressing("enter", "semicolon")),
    "search": (lambda: World(SARAH), pressing("enter", "slash", *"the")),
    "message-menu": (
        lambda: World(SARAH),
        pressing("enter", "left_curly_bracket", "left_curly_bracket", "enter"),
    ),
    "full-screen": (lambda: World(SARAH), pressing("enter", "f")),
    "held": (holding, pressing("enter", "r", *"Soon", "ctrl+s")),
    "outrun": (lambda: World(SARAH), outrun),
    "accounts": (lambda: World(SARAH), accounts),
    "devices": (lambda: World(SARAH), signed_in),
    "tickets": (lambda: World(DANA), rested("g", "T")),
    "ticket": (lambda: World(DANA), rested("g", "T", "enter")),
    "tickets-filter": (lambda: World(DANA), rested("g", "T", "f4")),
    "tour": (lambda: World(SARAH), tour),
    "tour-reading": (lambda: World(SARAH), tour_reading),
    "said": (lambda: World(SARAH), said),
    "all-keys": (lambda: World(DANA), keys),
    "help-search": (lambda: World(DANA), pressing("question_mark", "slash", *"copy")),
}


@pytest.mark.parametrize("theme", ["deskterm-dark", "deskterm-light"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_work(
    picture: TakePicture, monkeypatch: pytest.MonkeyPatch, state: str, size: tuple[int, int], theme: str
) -> None:
    make, step = STATES[state]
    monkeypatch.setattr(account, "own_account", lambda _: Own())
    monkeypatch.setattr(devices, "own_account", lambda _: Own())
    assert picture(make(), step, size, still(theme, tips=False))
