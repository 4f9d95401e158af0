"""Whatever is typed ends the same way, in one burst as from a macro or key by key with time between."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from textual import events

from deskterm.protocol.records import Member
from deskterm.screens.chat.screen import ChatScreen
from tests.screens import customer
from tests.screens.console import Driven, console
from tests.screens.customer import CustomerWorld
from tests.screens.world import DANA, SARAH, World

#: What somebody at an inbox does, in words: `^S` and the like are keys, `<…>` is a paste, the rest is typed.
_INBOX = """
    j j k G gg ] [ J K 1 2 3 e o u u Esc Esc ⏎ ⏎ Tab i f V { } ^D ^U PgDn y|m y|t g|i g|e g|x A R ^Z F6 F7 ^L
    r|Hello,|␣Ana|^S r|first|^S|second|^S n|a|␣note|^S r|for|␣her|^T|for|␣us|^S|^T r|abc|Esc n|kept|Esc
    r|one|⏎|two|Left|Left|Home|zero|End|^S r|half|^W|whole|^S r|<a␣paste>|^S r|x|^J|<\x1b]0;t\x07>|^S
    s|pend|⏎ s|res|⏎|u s|Down|⏎ p|low|⏎ p|⏎|p|⏎ a|mike|⏎ a|Esc t|,vip|⏎ t|Esc z|⏎ z|tom|⏎ !|much|⏎
    /|urgent|⏎ /|Esc S|⏎ S|wait|⏎ :|resol|⏎ :|prio|⏎|low|⏎ :|Esc ?|Esc ;|Esc ;|1 g|s|Esc g|o|Esc g|w|Esc
    c|lena|⏎|Hi|⏎|Body|⏎ c|Esc c|ken|⏎|Esc g|;|Esc ⏎|/|help|⏎|Esc ⏎|/|help|⏎|⏎|Esc|Esc r|;|Esc|x E|Esc D|Esc
    D|⏎ n|to|␣go|^S|Esc|D|dele|⏎ n|to|␣go|^S|Esc|u ^P|Esc L|Esc <jjj> C # @
"""
#: What a customer does.
_CHAT = """
    hello ⏎ ⏎ a|⏎|b|⏎ one|^J|two|⏎ abc|Left|x|⏎ ^W ^Z <pasted> <\x1b]52;c;x\x07y>|⏎ PgUp PgDn Esc Esc
    ^N|Esc ^N|⏎|more|⏎ F3|Esc F3|⏎|Esc F1|Esc F2|Esc F4|abc|⏎|Esc ^F|help|⏎|Esc x|⏎|x|⏎|x|⏎ F5 ^L ^S k|^S
"""
_NAMES = {
    "⏎": "enter", "Esc": "escape", "Tab": "tab", "PgDn": "pagedown", "PgUp": "pageup", "Left": "left",
    "Home": "home", "End": "end", "Down": "down", **{f"F{n}": f"f{n}" for n in range(1, 8)},
    **{f"^{letter.upper()}": f"ctrl+{letter}" for letter in "dfjlnpstuwz"},
}  # fmt: skip


def typed(tokens: Sequence[str]) -> list[events.Key | events.Paste]:
    """The events of what is typed."""
    made: list[events.Key | events.Paste] = []
    for token in "|".join(tokens).split("|"):
        if token in _NAMES:
            made.append(events.Key(_NAMES[token], None))
        elif token[0] == "<":
            made.append(events.Paste(token[1:-1].replace("␣", " ")))
        else:
            made += [_letter(each) for each in token.replace("␣", " ")]
    return made


def _letter(letter: str) -> events.Key:
    from textual.keys import _character_to_key

    return events.Key(_character_to_key(letter), letter)


@dataclass(frozen=True)
class End:
    """Where somebody is at the end, and what the server was asked to do."""

    screens: list[str]
    focus: str
    cursor: str | None
    opened: str | None
    texts: tuple[str, ...]
    asked: list[tuple[str, Any]]


#: What reading asks for depends on how long one looks.
_ASIDE = {
    "conversations",
    "messages",
    "conversation",
    "read",
    "canned_replies",
    "portal",
    "organization",
    "personas",
}


def ends(driven: Driven) -> End:
    """Where this console is."""
    screens = [type(each).__name__ for each in driven.app.screen_stack]
    focused = driven.app.focused
    focus = f"{type(focused).__name__} {focused.classes if focused else ''}"
    asked = _asked(driven)
    for chat in driven.app.screen_stack:
        if isinstance(chat, ChatScreen):
            return End(screens, focus, None, chat.shown.conversation_id, (chat.composer.text(),), asked)
    inbox = driven.inbox
    texts = tuple(inbox.composer.text(kind) for kind in ("public", "internal"))  # type: ignore[arg-type]
    return End(screens, focus, inbox.list.cursor_id, inbox.writing.conversation_id, texts, asked)


def _asked(driven: Driven) -> list[tuple[str, Any]]:
    """What was asked, without what depends on when: how far one had read, and a change asked for anew."""
    found: list[tuple[str, Any]] = []
    for name, words in driven.world.calls:
        if name in _ASIDE or "draft" in name:
            continue
        if name == "send":
            words = (*words[:2], *({**each, "seen_seq": None} for each in words[2:]))
        if (name, words) != (found[-1] if found else None) or name != "patch":
            found.append((name, words))
    return found


async def play(driven: Driven, keys: Sequence[events.Key | events.Paste], *, at_once: bool) -> End:
    """Type it, and wait until nothing is left to do."""
    for each in keys:
        driven.app.post_message(each)
        if not at_once:
            await driven.rest()
    await driven.rest()
    return ends(driven)


@pytest.mark.parametrize("seed", range(8))
async def test_an_agent(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chosen = random.Random(seed)
    tokens = [chosen.choice(_INBOX.split()) for _ in range(14)]
    who: Member = chosen.choice([SARAH, DANA])
    size = chosen.choice([(80, 24), (120, 36)])
    found = []
    for at_once in (False, True):
        async with console(monkeypatch, World(who), size=size) as driven:
            found.append(await play(driven, typed(tokens), at_once=at_once))
    assert found[0] == found[1], " ".join(tokens)


@pytest.mark.parametrize("seed", range(4))
async def test_a_customer(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    chosen = random.Random(seed)
    tokens = [chosen.choice(_CHAT.split()) for _ in range(14)]
    found = []
    for at_once in (False, True):
        monkeypatch.setattr("tests.screens.console.opener", customer.opener)
        async with console(monkeypatch, CustomerWorld(), size=(80, 24)) as driven:
            found.append(await play(driven, typed(tokens), at_once=at_once))
    assert found[0] == found[1], " ".join(tokens)
