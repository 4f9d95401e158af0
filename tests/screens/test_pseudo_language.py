"""In a language whose letters all wear marks, no word of ours is left bare on the main screens."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from deskterm.cli.terminal_check import refusal
from deskterm.client.errors import BadAddress, NotDeskterm, Offline, ProtocolMismatch, UnexpectedAnswer
from deskterm.settings import Settings
from deskterm.settings.table import ENTRIES
from deskterm.terminal.findings import Verdict, terminal_findings
from deskterm.text import times, words
from deskterm.text.words import tr, trn
from tests.screens.console import Driven, console
from tests.screens.pseudo import BARE, keep, marked, whole_catalogue
from tests.screens.world import DANA, World

#: What is the same in every language: names, what stands in settings, keys, what one types to filter.
SAME = frozenset(
    {
        *("deskterm", "default", "VISUAL", "EDITOR", "toml", "DESKTERM_", "now", "zzz"),
        *(word for each in ENTRIES for word in (each.name, *(str(offer.value) for offer in each.options))),
        *("Esc", "Tab", "PgUp", "PgDn", "Home", "End", "Del", "Enter"),
        *("api", "console", "closed", "customer", "widget", "email", "lead", "status", "assignee", "mine"),
    }
)


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    """What holds for the whole process ends with the test."""
    yield
    words.use("", {}, [])
    times.use(times.Style())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that speak it."""
    keep(tmp_path, "xx", whole_catalogue())
    (tmp_path / "settings.toml").write_text('language = "xx"\n')
    return Settings(motion="none", read_delay=0.0, language="xx", file=tmp_path / "settings.toml")


def data(world: World) -> set[str]:
    """The words of what people wrote, and of their names."""
    everything = (*world.conversations.values(), *world.members.values(), world.me, *world.canned.values())
    return set(BARE.findall(f"{everything} {list(world.messages.values())} {world.server}"))


def bare(driven: Driven) -> set[str]:
    """Words of ours on the screen without marks; one that is cut is known by its beginning."""
    known = data(driven.world) | SAME
    found = set(BARE.findall(driven.text() + driven.said()))
    return {
        each for each in found if not any(word.startswith(each) or each.startswith(word) for word in known)
    }


#: Keys that lead to a screen, and keys that lead back.
PLACES = {
    "inbox": ((), ()),
    "conversation": (("enter",), ()),
    "details": (("i",), ("i",)),
    "reply": (("enter", "r"), ("escape", "escape")),
    "note": (("enter", "n"), ("escape", "escape")),
    "help": (("question_mark",), ("escape",)),
    "commands": (("colon",), ("escape",)),
    "account": (("g", "o"), ("escape",)),
    "outbox": (("g", "w"), ("escape",)),
    "canned replies": (("g", "semicolon"), ("escape",)),
    "new canned reply": (("g", "semicolon", "f7"), ("escape", "escape")),
    "status": (("s",), ("escape",)),
    "priority": (("p",), ("escape",)),
    "assign": (("a",), ("escape",)),
    "tags": (("t",), ("escape",)),
    "snooze": (("z",), ("escape",)),
    "escalate": (("exclamation_mark",), ("escape",)),
    "new": (("c",), ("escape",)),
    "filter": (("slash",), ("escape",)),
    "sort": (("S",), ("escape",)),
    "search": (("enter", "slash", "x"), ("escape", "escape")),
    "message menu": (("enter", "left_curly_bracket", "enter"), ("escape", "escape", "escape")),
    "unknown key": (("K", "Q"), ()),
    "changed": (("e",), ()),
    "escalations": (("g", "e"), ("1",)),
    "snoozed": (("4",), ("1",)),
    "direct": (("g", "d"), ("1",)),
    "all direct": (("g", "D"), ("1",)),
    "people": (("g", "p"), ("escape",)),
    "new persona": (("g", "p", "f7"), ("escape", "escape")),
    "sent": (("g", "n"), ("escape",)),
    "notify": (("enter", "N"), ("escape", "escape")),
    "write to": (("g", "d", "c"), ("escape",)),
    "guide": (("question_mark", "w"), ("escape",)),
    "settings": (("g", "s"), ("escape",)),
    "values": (("g", "s", "enter"), ("escape", "escape")),
}


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
@pytest.mark.parametrize("place", PLACES)
async def test_no_word_is_left_bare(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, place: str, size: tuple[int, int]
) -> None:
    world = World(DANA)
    world.keep_canned("refund", "Refund is on its way", "Hi {contact.first_name}, {amount} is coming.")
    async with console(monkeypatch, world, settings=settings, size=size) as driven:
        await driven.press(*PLACES[place][0])
        assert bare(driven) == set()
        assert marked("open") in driven.text() or place not in ("inbox", "conversation")


async def test_offline_and_back(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    async with console(monkeypatch, settings=settings) as driven:
        driven.world.offline()
        await driven.settle()
        assert marked("offline") in driven.text()
        assert bare(driven) == set()
        driven.world.back(3)
        await driven.settle()
        assert bare(driven) == set()


def test_names_and_numbers_stand_in_sentences(settings: Settings) -> None:
    assert settings.file is not None
    words.use("xx", {}, words.catalogues(settings.file))
    assert tr("Assign #{number} to", number=7) == f"{marked('Assign #')}7{marked(' to')}"
    assert trn("{count} message", "{count} messages", 1) == marked("{count} message").format(count=1)
    assert trn("{count} message", "{count} messages", 1200) == f"1,200 {marked('messages')}"
    assert tr("Copied {what}.", what="{count}") == "Copied {count}."


def test_what_a_catalogue_adds_in_braces_reaches_nothing() -> None:
    assert tr("{name.__class__} {0} {} {other} {name}", name="Ana") == "{name.__class__} {0} {} {other} Ana"
    assert re.fullmatch(r"1 \w+", trn("{count} text", "{count} texts", 1))


async def test_what_is_wrong_with_a_server_is_said_in_it_too(
    monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    world = World(DANA)
    async with console(monkeypatch, world, settings=settings) as driven:
        world.refuse("tickets", Offline(world.server, tr("refuses the connection")))
        await driven.press("g", "T")
        assert marked("refuses the connection") in driven.text()
        assert bare(driven) == set()
        told = (
            BadAddress("x"),
            NotDeskterm("x", tr("something else answers there")),
            ProtocolMismatch("x", 2, 1),
            UnexpectedAnswer("x", ""),
        )
        assert [BARE.findall(each.sentence) for each in told] == [[], [], [], []]


def test_what_doctor_says_of_a_terminal_is_in_it_too(settings: Settings) -> None:
    assert settings.file is not None
    words.use("xx", {}, words.catalogues(settings.file))
    editor = {"EDITOR": "no-such-editor"}
    environs: list[dict[str, str]] = [
        {"TERM": "dumb", "SSH_TTY": "/dev/pts/1", **editor},
        {"TERM": "xterm-256color", "NO_COLOR": "1", "LANG": "C", **editor},
        {"TERM": "screen", "STY": "1.x", **editor},
    ]
    said = [each for environ in environs for each in terminal_findings(environ, (40, 10))]
    said += terminal_findings({"TERM": "xterm", **editor}, None)
    assert {each.verdict for each in said} == set(Verdict)
    data = {"dumb", "xterm", "color", "such", "editor", "ssh", "screen", "GNU"}
    for each in said:
        assert set(BARE.findall(each.line)) <= data, each.line
    for refused in (refusal({"TERM": "dumb"}, (True, True, True)), refusal({}, (False, True, True))):
        assert set(BARE.findall(refused or "bare")) <= {"dumb"}
