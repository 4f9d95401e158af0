"""What is said to the terminal beside what is drawn: safe, in the one form it knows, and taken back."""

import pytest

from deskterm.terminal.notify import BACK_TITLE, BELL, KEEP_TITLE, Ways, notification, title_of, window_title
from deskterm.terminal.voice import Voice

EVIL = "\x1b]52;c;ZXZpbA==\x07\x9b2J\n4;rm -rf\u202e"


@pytest.mark.parametrize(
    ("environ", "before", "after"),
    [
        ({"TERM": "xterm-256color"}, "\x1b]9;deskterm: Ana: ", "\x1b\\"),
        ({"TERM": "foot"}, "\x1b]777;notify;Ana;", "\x1b\\"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7000"}, "\x1b]777;notify;Ana;", "\x1b\\"),
        ({"TERM": "tmux-256color", "TMUX": "x"}, "\x1bPtmux;\x1b\x1b]9;deskterm: Ana: ", "\x1b\x1b\\\x1b\\"),
    ],
)
def test_a_notification_carries_no_command_of_its_text(
    environ: dict[str, str], before: str, after: str
) -> None:
    sequence = notification("Ana", EVIL, environ)
    assert sequence.startswith(before)
    assert sequence.endswith(after)
    inside = sequence.removeprefix(before).removesuffix(after)
    assert not any(ord(each) < 0x20 or 0x7F <= ord(each) < 0xA0 for each in inside)
    assert "777" not in before or ";" not in inside


def test_a_title_carries_no_command() -> None:
    assert window_title("a\x1b]0;b\x07") == "\x1b]2;a␛]0;b␇\x1b\\"
    assert title_of("Acme", 3) == "(3) deskterm · Acme"
    assert title_of("Acme", 0) == "deskterm · Acme"


def test_the_title_is_kept_shown_once_and_given_back() -> None:
    written: list[str] = []
    voice = Voice(Ways(), {"TERM": "xterm"})
    voice.show_unread("Acme", 1)
    voice.attach(written.append)
    voice.show_unread("Acme", 1)
    voice.show_unread("Acme", 2)
    voice.detach()
    voice.show_unread("Acme", 3)
    assert written == [
        KEEP_TITLE,
        window_title("(1) deskterm · Acme"),
        window_title("(2) deskterm · Acme"),
        BACK_TITLE,
    ]


@pytest.mark.parametrize(
    ("ways", "count"), [(Ways(), 4), (Ways(bell=False), 3), (Ways(desktop=False), 3), (Ways(title=False), 2)]
)
def test_each_way_can_be_switched_off(ways: Ways, count: int) -> None:
    written: list[str] = []
    voice = Voice(ways, {"TERM": "xterm"})
    voice.alert("Ana", "before there is a terminal")
    voice.attach(written.append)
    voice.alert("Ana", "hello")
    voice.detach()
    assert len(written) == count
    assert (BELL in written) is ways.bell
    assert (KEEP_TITLE in written) is ways.title
