"""A person's own keys: what is taken, what is refused, and that every word about it names its line."""

import os
from pathlib import Path

import pytest

from deskterm.commands.keyfile import MOST_BYTES, keymap_of, read_keymap
from deskterm.commands.keymap import EVERY, Keymap
from deskterm.commands.keys import chords
from deskterm.commands.table import BY_ID


def typed(keymap: Keymap, command_id: str) -> str:
    """The keys of a command, as the table writes them."""
    return keymap.of(EVERY[command_id]).typed


def told(keymap: Keymap) -> list[str]:
    """Everything that is said about a file."""
    return [each.sentence for each in keymap.troubles]


@pytest.mark.parametrize(
    ("line", "command_id", "keys"),
    [
        ('"ticket.reply" = "ctrl+r"', "ticket.reply", "ctrl+r"),
        ('ticket.reply = "Ctrl+R"', "ticket.reply", "ctrl+r"),
        ('"list.down" = ["j", "down", "ctrl+n"]', "list.down", "j down ctrl+n"),
        ('"list.down" = [\n  "j",\n  "PgDn",\n]\n', "list.down", "j pagedown"),
        ('"goto.inbox" = "g h"', "goto.inbox", "g>h"),
        ('"goto.inbox" = "g>h"', "goto.inbox", "g>h"),
        ('"ticket.escalate" = ""', "ticket.escalate", ""),
        ('"ticket.escalate" = []', "ticket.escalate", ""),
        ('"ticket.tags" = "shift+t"', "ticket.tags", "T"),
        ('"ticket.tags" = "Esc"  # with a word about it', "ticket.tags", "escape"),
        ('"ticket.tags" = "space"', "ticket.tags", "space"),
        ('"chat.earlier" = "f6"', "chat.earlier", "f6"),
    ],
)
def test_a_line_gives_a_command_its_keys(line: str, command_id: str, keys: str) -> None:
    keymap = keymap_of('"back" = "q"\n\n' + line)
    assert typed(keymap, command_id) == keys
    assert keymap.where(command_id) == "keys.toml:3"
    assert not any(each.ignored for each in keymap.troubles)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('"ticket.repli" = "x"', "no command is called “ticket.repli”; do you mean ticket.reply?"),
        ('"qqqqqq" = "x"', "no command is called “qqqqqq”"),
        ('"ticket.note" = "ctl+r"', "no key is called “ctl+r”: it begins with ctrl, alt or shift"),
        ('"ticket.note" = "pagdown"', "no key is called “pagdown”; do you mean pagedown?"),
        ('"ticket.reply" = "r', 'not TOML: keys stand in quotes, such as "ticket.reply" = "ctrl+r"'),
        ("nonsense", 'expected a command and its keys, such as "ticket.reply" = "ctrl+r"'),
        ("[ticket]", 'sections are not used here; write "ticket.reply" = "ctrl+r"'),
        (
            '"ticket.note" = 7',
            'the keys of ticket.note are a text or a list of texts, such as ["j", "down"]',
        ),
        ('"ticket.note" = "ctrl+r"', "^R is ticket.reply already (keys.toml:1)"),
        ('"ticket.reply" = "f12"', "ticket.reply stands in keys.toml:1 already"),
        ('"ticket.note" = "y"', "y begins y m of copy.message; give that other keys first"),
        ('"ticket.note" = "e>x"', "e x begins with e, which is ticket.resolve; give that other keys first"),
        ('"ticket.note" = ["f12", "f12>x"]', "F12 alone would never wait for the rest of the chord"),
        ('"compose.send" = "x"', "x is text where compose.send is done; take a key with ctrl or an F key"),
        ('"chat.send" = "ctrl+s"', "chat.send belongs to the text field and stays as it is"),
        ('preset = "vi"', "no preset is called “vi”; there are default, emacs, vscode"),
    ],
)
def test_a_bad_line_is_named_and_left_out(line: str, words: str) -> None:
    keymap = keymap_of(f'"ticket.reply" = "ctrl+r"\n{line}\n"ticket.tags" = "T"\n')
    assert told(keymap) == [f"keys.toml:2: {words}"]
    assert keymap.troubles[0].ignored
    assert set(keymap.changed) == {"ticket.reply", "ticket.tags"}


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("alt+1", "many terminals cannot send alt+1"),
        ("shift+enter", "many terminals send enter for shift+enter"),
        ("ctrl+i", "many terminals send tab for ctrl+i"),
        ("ctrl+h", "many terminals send backspace for ctrl+h"),
        ("ctrl+m", "many terminals send enter for ctrl+m"),
        ("ctrl+shift+x", "many terminals cannot send ctrl+shift+x"),
    ],
)
def test_a_key_that_not_every_terminal_sends_is_taken_with_a_word(key: str, words: str) -> None:
    keymap = keymap_of(f'"ticket.tags" = "{key}"')
    assert told(keymap) == [f"keys.toml:1: {words}"]
    assert typed(keymap, "ticket.tags") == key


def test_a_key_taken_from_a_command_is_told_with_what_that_keeps() -> None:
    keymap = keymap_of('"ticket.note" = "e"\n"ticket.tags" = "G"')
    assert told(keymap) == [
        "keys.toml:1: e was ticket.resolve, which has no key now",
        "keys.toml:2: G was goto.bottom, which keeps End",
    ]
    assert typed(keymap, "ticket.resolve") == ""
    assert typed(keymap, "goto.bottom") == "end"


def test_two_commands_may_swap_their_keys() -> None:
    keymap = keymap_of('"ticket.note" = "r"\n"ticket.reply" = "n"')
    assert told(keymap) == []
    assert (typed(keymap, "ticket.note"), typed(keymap, "ticket.reply")) == ("r", "n")


def test_one_key_may_mean_two_things_in_two_places() -> None:
    keymap = keymap_of('"ticket.reply" = "f12"\n"compose.send" = "f12"')
    assert told(keymap) == []


def test_a_command_without_a_key_while_writing_is_told() -> None:
    assert told(keymap_of('"app.palette" = ":"')) == [
        "keys.toml:1: app.palette has no key while you write, where letters are text"
    ]


def test_a_preset_is_the_ground_that_lines_change() -> None:
    keymap = keymap_of('"ticket.tags" = "T"\npreset = "emacs"', preset="vscode")
    assert keymap.preset == "emacs"
    assert "ctrl+n" in typed(keymap, "list.down").split()
    assert typed(keymap, "ticket.tags") == "T"
    assert [each.id for each in keymap.changes] == ["ticket.tags"]


def test_footers_name_the_keys_that_there_are() -> None:
    keymap = keymap_of('"app.help" = "f9"\n"app.palette" = ""')
    assert keymap.ends() == [("F9", "help")]
    assert keymap_of("").ends(typing=True) == [("F1", "help"), ("^P", "commands")]


def test_what_differs_from_the_table_is_known_by_key() -> None:
    keymap = keymap_of('"ticket.reply" = ["r", "ctrl+r"]\n"ticket.note" = ""')
    assert keymap.gained() == {"ctrl+r": ["ticket.reply"]}
    assert keymap.lost() == {"n": ["ticket.note"]}
    assert Keymap().gained() == Keymap().lost() == {}


def test_chords_of_ones_own_take_the_place_of_the_tables() -> None:
    found = chords(keymap_of('"goto.inbox" = "g h"').all(BY_ID.values()))
    assert ("g", "h") in dict(found)
    assert ("g", "i") not in dict(found)


def test_no_file_is_no_trouble_and_an_unreadable_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    assert read_keymap(path) == Keymap()
    path.write_bytes(b'"ticket.reply" = "\xff"')
    assert "cannot be read" in told(read_keymap(path))[0]
    path.write_text("#" * (MOST_BYTES + 1))
    assert told(read_keymap(path)) == ["keys.toml: cannot be read: it is too long to be a list of keys"]
    path.unlink()
    path.mkdir()
    assert told(read_keymap(path)) == ["keys.toml: cannot be read: it is no file"]


def test_problems_are_told_in_the_order_of_their_lines() -> None:
    text = '"ticket.note" = "e"\n"no.such" = "x"\n"ticket.tags" = "alt+1"\n"ticket.status" = "alt+1"\n'
    assert [each.where for each in keymap_of(text, preset="vi").troubles] == [
        "the setting keys",
        "keys.toml:1",
        "keys.toml:2",
        "keys.toml:3",
        "keys.toml:4",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('"list.down" = ' + "[" * 20_000, id="lists"),
        pytest.param(".".join(["a"] * 5_000) + " = 1", id="dots"),
        pytest.param('"list.down" = ' + "9" * 5_000, id="a number"),
    ],
)
def test_a_line_that_is_made_to_break_readers_spoils_no_other(text: str) -> None:
    keymap = keymap_of(text + '\n"ticket.reply" = "ctrl+r"\n')
    assert len(keymap.troubles) == 1
    assert typed(keymap, "ticket.reply") == "ctrl+r"


def test_keys_that_are_no_file_keep_nobody_waiting(tmp_path: Path) -> None:
    path = tmp_path / "keys.toml"
    os.mkfifo(path)
    assert told(read_keymap(path)) == ["keys.toml: cannot be read: it is no file"]
