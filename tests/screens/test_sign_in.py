"""Signing in, and choosing who to be in the demo: every refusal is a calm sentence, nothing typed is lost."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

import pytest
from textual.pilot import Pilot
from textual.widgets._toast import Toast

from deskterm.app import DesktermApp
from deskterm.client.accounts.entrance import Wish
from deskterm.client.errors import ApiError, BadAddress, ClientError, NotDeskterm, Offline
from deskterm.protocol.demo import PEOPLE
from deskterm.settings import Settings
from deskterm.widgets.composer.pane import Composer
from tests.screens.console import screen_text
from tests.screens.customer import CustomerWorld, opener
from tests.screens.way_in import HERE, ScriptedEntrance, probing
from tests.screens.world import NOW

ORGANIZATION = {"errors": [{"loc": ["body", "organization"], "values": {"slugs": "acme, globex"}}]}


@dataclass
class WayIn:
    """A running console before anybody is signed in."""

    pilot: Pilot[int]
    entrance: ScriptedEntrance
    asked: list[str]

    @property
    def text(self) -> str:
        """What stands on the screen, in one line."""
        return " ".join(screen_text(self.pilot.app).replace("┃", " ").split())

    async def press(self, *keys: str) -> None:
        """Type, and let everything that follows happen."""
        await self.pilot.press(*keys)
        for _ in range(3):
            await self.pilot.app.workers.wait_for_complete()
            await self.pilot.pause()


Open = Callable[..., AbstractAsyncContextManager[WayIn]]


@pytest.fixture
def way_in(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Opens the sign-in, or the chooser if the wish names people."""

    @asynccontextmanager
    async def start(wish: Wish | None = None, server: str | ClientError = "1.2") -> AsyncIterator[WayIn]:
        asked = probing(monkeypatch, server)
        entrance = ScriptedEntrance(wish or Wish(server=HERE), opener(CustomerWorld(), monkeypatch))
        app = DesktermApp(None, Settings(motion="none"), clock=lambda: NOW, entrance=entrance)
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            running = WayIn(pilot, entrance, asked)
            await running.press()
            yield running

    return start


async def test_a_sign_in_says_where_the_token_goes_and_opens_the_screen_of_the_role(way_in: Open) -> None:
    async with way_in() as here:
        assert "the token is kept in ~/.config/deskterm/credentials.json" in here.text
        assert "● deskterm 1.2 answers there" in here.text
        await here.press(*"john", "enter", *"secret", "enter")
        assert here.entrance.tried == [(HERE, "john", "secret")]
        assert "To Support" in here.text
        assert "Signed in" in here.text
        assert "readable by you alone (0600)" in here.text


@pytest.mark.parametrize(
    ("refusal", "sentence"),
    [
        (ApiError("invalid_credentials", 401, "no"), "E-mail and password do not fit together."),
        (ApiError("rate_limited", 429, "no", retry_after=32), "Too many attempts. Try again in 32 seconds."),
        (ApiError("rate_limited", 429, "no", retry_after=600), "Try again in 10 minutes."),
        (ApiError("overloaded", 503, "no", retry_after=2), "Many people are signing in just now."),
        (Offline(HERE), "does not answer. Check the address, your network, and that it is running."),
        (NotDeskterm(HERE, "a web page"), "is not a deskterm server"),
        (BadAddress("x y"), "is not a server address"),
    ],
)
async def test_a_refusal_is_a_sentence_and_keeps_what_was_typed(
    way_in: Open, refusal: ClientError, sentence: str
) -> None:
    async with way_in() as here:
        here.entrance.refusals = [refusal]
        await here.press(*"john", "enter", *"secret", "enter")
        assert sentence in here.text
        assert "john" in here.text
        assert "••••••" in here.text
        await here.press("tab", "tab", "tab", "enter", "enter", "enter")
        assert len(here.entrance.tried) == 2
        assert here.entrance.tried[0] == here.entrance.tried[1]


async def test_typing_after_a_wrong_password_begins_a_new_one(way_in: Open) -> None:
    async with way_in() as here:
        here.entrance.refusals = [ApiError("invalid_credentials", 401, "no")]
        await here.press(*"john", "enter", *"secert", "enter")
        await here.press(*"secret", "enter")
        assert here.entrance.tried == [(HERE, "john", "secert"), (HERE, "john", "secret")]


async def test_what_is_said_after_signing_in_leaves_the_place_to_write_free(way_in: Open) -> None:
    async with way_in() as here:
        await here.press(*"john", "enter", *"secret", "enter")
        screen = here.pilot.app.screen
        toast, composer = screen.query_one(Toast), screen.query_one(Composer)
        assert toast.region.y > 0
        assert not toast.region.overlaps(composer.region)


async def test_a_password_can_be_shown(way_in: Open) -> None:
    async with way_in() as here:
        await here.press(*"john", "enter", *"secret")
        assert "secret" not in here.text
        await here.press("f2")
        assert "secret" in here.text


async def test_people_in_several_organizations_are_asked_which(way_in: Open) -> None:
    async with way_in() as here:
        here.entrance.refusals = [ApiError("invalid", 422, "no", ORGANIZATION)]
        await here.press(*"john", "enter", *"secret", "enter")
        assert "Which organization? You are in acme, globex." in here.text
        await here.press(*"acme", "enter")
        assert here.entrance.tried[-1] == (HERE, "john", "secret", "acme")


async def test_a_server_is_looked_at_when_its_field_is_left(way_in: Open) -> None:
    async with way_in(Wish(), Offline("https://nowhere")) as here:
        await here.press(*"nowhere", "tab")
        assert here.asked == ["nowhere"]
        assert "The server https://nowhere does not answer." in here.text
        await here.press("shift+tab", "tab")
        assert here.asked == ["nowhere", "nowhere"]


async def test_an_empty_field_is_named(way_in: Open) -> None:
    async with way_in() as here:
        await here.press("enter", "enter")
        assert "E-mail is missing." in here.text
        assert here.entrance.tried == []


async def test_the_demo_offers_its_people_staff_first(way_in: Open) -> None:
    wish = Wish(server=HERE, people=PEOPLE, join="deskterm demo --as john.doe@example.com")
    async with way_in(wish) as here:
        names = [here.text.index(each.name) for each in PEOPLE]
        assert names == sorted(names)
        assert "Sarah Johnson staff · answers customers all day" in here.text
        assert "in a second terminal: deskterm demo --as john.doe@example.com" in here.text
        await here.press(*"john d", "enter")
        assert here.entrance.tried == [("john.doe@example.com",)]
        assert "To Support" in here.text


async def test_the_demo_says_why_somebody_cannot_come_in(way_in: Open) -> None:
    async with way_in(Wish(server=HERE, people=PEOPLE)) as here:
        here.entrance.refusals = [Offline(HERE)]
        await here.press("enter")
        assert "does not answer" in here.text
        await here.press("enter")
        assert "To Support" in here.text


async def test_the_demo_offers_no_way_back_where_there_is_none(way_in: Open) -> None:
    async with way_in(Wish(HERE, people=PEOPLE)) as here:
        assert "⏎ take" in here.text
        assert "Esc" not in here.text
