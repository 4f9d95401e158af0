"""What comes out of the inbox: alerts, links, copies, quotes; and what never does."""

import pytest
from textual import events

from deskterm.protocol.records import Author, AuthorKind, Visibility
from deskterm.protocol.status_lines import SNOOZE_ENDED
from deskterm.screens.conversation import copying
from deskterm.screens.questions import Choose
from deskterm.terminal.capabilities import capabilities
from deskterm.terminal.notify import BELL
from tests.screens.console import Driven, console
from tests.screens.world import DANA, MIKE, NOW, SARAH, World, cid

ANA, KENJI = cid(4821), cid(4820)
COLLEAGUE = Author(AuthorKind.AGENT, MIKE.id, MIKE.name)

Patch = pytest.MonkeyPatch


def listen(driven: Driven) -> list[str]:
    """What the console says to its terminal from now on."""
    written: list[str] = []
    driven.app.voice.attach(written.append)
    written.clear()
    return written


def browser(monkeypatch: Patch, *, here: bool) -> list[str]:
    """What is opened in a browser that is in front of the reader, or is not."""
    environ = {"DISPLAY": ":0"} | ({} if here else {"SSH_CONNECTION": "1 2 3 4"})
    monkeypatch.setattr(copying, "here", lambda: capabilities(environ, "linux"))
    opened: list[str] = []

    def open_url(url: str) -> bool:
        opened.append(url)
        return True

    monkeypatch.setattr("webbrowser.open", open_url)
    return opened


async def test_who_looks_elsewhere_is_told_who_wrote(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        written = listen(driven)
        driven.app.post_message(events.AppBlur())
        await driven.settle()
        driven.world.writes(KENJI, "hello\x1b]0;evil\x07")
        await driven.settle()
        assert BELL in written
        [told] = [each for each in written if each.startswith("\x1b]9;")]
        assert "田中 健二: hello␛]0;evil␇" in told
        driven.world.writes(ANA, SNOOZE_ENDED, Author(AuthorKind.SYSTEM))
        await driven.settle()
        assert "Ana Souza: The snooze has ended." in written[-1]


async def test_who_looks_is_only_called_to_a_first_message(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter")
        written = listen(driven)
        driven.world.writes(ANA, "to the one who is reading")
        await driven.settle()
        assert BELL not in written
        driven.world.writes(cid(4817), "a first one")
        await driven.settle()
        assert written.count(BELL) == 1
        driven.world.writes(cid(4817), "a second one")
        await driven.settle()
        assert written.count(BELL) == 1
        assert not [each for each in written if each.startswith("\x1b]9;")]


async def test_nobody_is_called_to_what_is_anothers_or_by_colleagues(monkeypatch: Patch) -> None:
    async with console(monkeypatch, World(DANA)) as driven:
        written = listen(driven)
        driven.app.post_message(events.AppBlur())
        await driven.settle()
        driven.world.writes(ANA, "for Sarah")
        driven.world.writes(KENJI, "from Mike", COLLEAGUE)
        driven.world.writes(ANA, SNOOZE_ENDED, Author(AuthorKind.SYSTEM))
        await driven.settle()
        assert BELL not in written


async def test_a_link_is_shown_with_where_it_leads_before_it_is_opened(monkeypatch: Patch) -> None:
    opened = browser(monkeypatch, here=True)
    async with console(monkeypatch) as driven:
        driven.world.writes(ANA, "one https://a.example/x two https://bank.example@evil.example/login")
        await driven.press("enter")
        await driven.press("L")
        assert isinstance(driven.top, Choose)
        assert "https://bank.example@evil.example/login" in driven.text()
        assert "evil.example" in driven.text()
        assert opened == []
        await driven.press("1", "enter")
        assert opened == ["https://a.example/x"]


async def test_over_ssh_a_link_is_copied_instead(monkeypatch: Patch) -> None:
    opened = browser(monkeypatch, here=False)
    async with console(monkeypatch) as driven:
        driven.world.writes(ANA, "https://a.example/x")
        await driven.press("enter")
        await driven.press("L", "enter")
        await driven.settle()
        assert opened == []
        assert driven.app.clipboard == "https://a.example/x"


async def test_the_newest_link_is_copied(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.world.writes(ANA, "https://old.example")
        driven.world.writes(ANA, "https://new.example then https://newer.example.")
        await driven.press("y", "u")
        assert driven.app.clipboard == "https://newer.example"


async def test_what_is_copied_commands_no_terminal(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        driven.world.writes(ANA, "rm -rf ~\x1b[201~\n")
        await driven.press("y", "m")
        assert driven.app.clipboard == "rm -rf ~␛[201~"


async def test_a_note_is_never_quoted_and_a_draft_stays_below(monkeypatch: Patch) -> None:
    world = World(SARAH)
    world.add_message(ANA, "secret", NOW, COLLEAGUE, Visibility.INTERNAL)
    async with console(monkeypatch, world) as driven:
        await driven.press("r", "d", "r", "a", "f", "t", "escape")
        await driven.press("R")
        text = driven.inbox.composer.text()
        assert text.startswith("> ")
        assert text.endswith("\n\ndraft")
        assert "secret" not in text
        assert driven.inbox.composer.visibility is Visibility.PUBLIC


async def test_a_selected_note_is_not_quoted_either(monkeypatch: Patch) -> None:
    world = World(SARAH)
    world.add_message(ANA, "secret", NOW, COLLEAGUE, Visibility.INTERNAL)
    async with console(monkeypatch, world) as driven:
        await driven.press("enter")
        driven.inbox.text_select_all()
        assert "secret" in (driven.inbox.get_selected_text() or "")
        await driven.press("R")
        assert driven.inbox.composer.text() == ""
        assert "A note is for agents only" in driven.text()


async def test_keys_typed_ahead_of_an_opening_conversation_are_about_it(monkeypatch: Patch) -> None:
    async with console(monkeypatch) as driven:
        await driven.press("enter")
        driven.inbox.action_step(1)  # nothing is loaded yet when the next key comes
        assert driven.inbox.target is not None
        assert driven.inbox.target.id == KENJI
