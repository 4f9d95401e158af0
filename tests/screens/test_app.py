"""The program around the screens: how it starts, what it does when something fails, how it ends."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.drivers import linux_driver

from deskterm import terminal
from deskterm.app import DesktermApp
from deskterm.client.desk import Desk
from deskterm.client.errors import ApiError, ClientError, Offline
from deskterm.screens.inbox.screen import InboxScreen
from deskterm.screens.way_in.sign_in import SignInScreen
from deskterm.screens.way_in.start import StartScreen
from deskterm.settings import Settings
from deskterm.settings.sources import load
from tests.screens.console import Driven, console
from tests.screens.world import DANA, NOW, SARAH, World, opener

Opening = Callable[[], Awaitable[Desk]]


def failing_first(error: ClientError, then: Opening) -> Opening:
    """Opens a desk at the second try."""
    errors = [error]

    async def open_desk() -> Desk:
        if errors:
            raise errors.pop()
        return await then()

    return open_desk


async def test_without_a_server_it_says_so_and_tries_again(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(SARAH)
    opening = failing_first(Offline("https://desk.example.com"), opener(world, monkeypatch))
    app = DesktermApp(opening, Settings(motion="none"), clock=lambda: NOW)
    async with app.run_test(size=(80, 24)) as pilot:
        driven = Driven(app, pilot, world)
        await driven.settle()
        assert isinstance(app.screen, StartScreen)
        assert "The server https://desk.example.com does not answer." in driven.text()
        assert "○ offline" in driven.text()
        await driven.press("f5")
        assert isinstance(app.screen, InboxScreen)
        assert "Ana Souza" in driven.text()


async def test_a_session_that_ended_leads_to_the_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(SARAH)
    ended = ApiError("unauthenticated", 401, "Your session has ended. Please sign in again.")
    app = DesktermApp(failing_first(ended, opener(world, monkeypatch)), Settings(motion="none"))
    async with app.run_test(size=(80, 24)) as pilot:
        driven = Driven(app, pilot, world)
        await driven.settle()
        assert isinstance(app.screen, SignInScreen)
        assert "Your session has ended." in driven.text()


async def test_a_session_that_ends_while_working_leads_there_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("r", "H", "i")
        assert driven.world.live is not None
        driven.world.live.connection.end("Your session has ended. Please sign in again.")
        await driven.settle()
        assert isinstance(driven.app.screen, SignInScreen)


async def test_a_question_that_is_open_then_goes_too_and_the_text_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(motion="none", home=tmp_path / "deskterm")
    async with console(monkeypatch, settings=settings) as driven:
        await driven.press("r", "H", "i", "escape", "s")
        assert driven.world.live is not None
        driven.world.live.connection.end("Your session has ended. Please sign in again.")
        await driven.settle()
        assert isinstance(driven.app.screen, SignInScreen)
        assert not any(isinstance(each, InboxScreen) for each in driven.app.screen_stack)
    async with console(monkeypatch, settings=settings) as driven:
        await driven.press("enter")
        assert driven.inbox.composer.text() == "Hi"


async def test_signing_out_ends_the_session_and_forgets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    world, forgotten = World(SARAH), []
    monkeypatch.setattr("deskterm.screens.frames.FRAME", 0.0)  # news is drawn at once: the clock stands still
    app = DesktermApp(
        opener(world, monkeypatch),
        Settings(motion="none"),
        lambda: NOW,
        forget=lambda: forgotten.append(True),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        driven = Driven(app, pilot, world)
        await driven.settle()
        await driven.press("g", "o", *"sign out", "enter")
        assert world.called("logout") == [None]
        assert forgotten == [True]
        assert isinstance(app.screen, SignInScreen)


async def test_what_nobody_expected_is_a_sentence_here_and_a_traceback_in_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = Settings(motion="none", home=tmp_path / "deskterm")
    async with console(monkeypatch, settings=settings) as driven:
        await driven.press("r", "H", "i", "escape")

        def broken(*_: object, **__: object) -> None:
            raise RuntimeError("a mistake in the program")

        monkeypatch.setattr(driven.world, "_answer", broken)
        await driven.press("c")
        shown = driven.text()
        assert "Something went wrong here" in shown
        assert "deskterm.log" in driven.said()
        assert "RuntimeError" not in shown
        await driven.press("r", "!")
        assert driven.inbox.composer.text() == "Hi!"
    log = tmp_path / "deskterm" / "deskterm.log"
    assert "RuntimeError: a mistake in the program" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


async def test_what_is_said_stands_once_while_a_question_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter")
        driven.app.notify("Once is enough", timeout=3600)
        while "Once is enough" not in driven.text():
            await driven.pilot.pause()
        await driven.press("s")
        assert driven.text().count("Once is enough") == 1
        await driven.press("question_mark")
        assert driven.text().count("Once is enough") == 1
        await driven.press("escape", "escape")
        assert driven.text().count("Once is enough") == 1


async def test_commands_rest_while_a_question_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("s", "ctrl+p", "g", "o")
        assert len(driven.app.screen_stack) == 3
        await driven.press("escape", "?")
        assert "Internal note" in driven.text()


async def test_hesitating_after_the_first_key_of_a_chord_tells_what_may_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("deskterm.screens.keys.keyboard._HESITATION", 0.001)
    async with console(monkeypatch) as driven:
        await driven.press("g")
        while "i inbox" not in driven.text():
            await driven.pilot.pause()
        assert "o account" in driven.text()
        assert "unassigned" not in driven.text()  # staff of this organization do not see them
        await driven.press("e")
        assert "i inbox" not in driven.text()
        assert "Nothing is escalated." in driven.text()


@pytest.mark.parametrize("size", [(200, 50), (80, 24), (40, 20)])
async def test_all_that_may_follow_is_told_whatever_the_width(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr("deskterm.screens.keys.keyboard._HESITATION", 0.001)
    async with console(monkeypatch, World(DANA), size=size) as driven:
        regions = [each.region for each in (driven.inbox.list, driven.inbox.footer)]
        await driven.press("g")
        while "w outbox" not in driven.text():
            await driven.pilot.pause()
        lines = driven.text().splitlines()
        for each in ("i inbox", "u unassigned", "t triage", "s settings", "d direct", "; canned"):
            assert sum(each in line for line in lines) == 1
        assert not any("…" in line for line in lines[-6:-1] if "inbox" in line or "outbox" in line)
        assert [each.region for each in (driven.inbox.list, driven.inbox.footer)] == regions
        await driven.press("escape")
        assert "w outbox" not in driven.text()


async def test_what_is_said_meanwhile_covers_none_of_the_keys_that_may_follow(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("deskterm.screens.keys.keyboard._HESITATION", 0.001)
    async with console(monkeypatch, World(DANA), size=(80, 24)) as driven:
        for number in range(3):
            driven.app.notify(
                f"Thing {number} that was said, in so many words that it takes a row", timeout=3600
            )
        while "Thing 2" not in driven.text():
            await driven.pilot.pause()
        await driven.press("g")
        while not driven.inbox.query("Following"):
            await driven.pilot.pause()
        await driven.settle()
        for each in ("i inbox", "u unassigned", "t triage", "s settings", "d direct", "; canned", "w outbox"):
            assert each in driven.text()


async def test_a_chord_that_does_not_exist_says_so_and_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("g", "e", "g", "q")
        assert "No keys “g q” here." in driven.text()
        assert driven.world.called("patch") == []


def test_bytes_that_are_no_text_do_not_end_the_program() -> None:
    terminal.mend_reader()
    terminal.mend_reader()
    decode = vars(linux_driver)["getincrementaldecoder"]("utf-8")().decode
    assert decode(b"caf\xe9 \xe2\x82") == "caf\ufffd "
    assert decode(b"\xac") == "€"


@pytest.mark.parametrize(
    ("environ", "theme", "motion"),
    [
        ({}, "deskterm-dark", "full"),
        ({"SSH_CONNECTION": "1.2.3.4 5 6.7.8.9 22"}, "deskterm-dark", "none"),
        ({"DESKTERM_THEME": "nord"}, "nord", "full"),
        ({"NO_COLOR": "1", "DESKTERM_THEME": "nord"}, "ansi-dark", "full"),
    ],
)
def test_what_the_environment_asks_for(environ: dict[str, str], theme: str, motion: str) -> None:
    settings = load(environ).settings
    assert (settings.theme, settings.motion) == (theme, motion)
