"""Nothing drifts: table, presets, customers' table and docs agree with each other."""

import ast
import re

import pytest

from deskterm.cli.catalogue import Entry, sources, texts
from deskterm.commands.customer import CHAT, SHARED
from deskterm.commands.customer import FOOTER as CHAT_FOOTER
from deskterm.commands.docs import EXAMPLE
from deskterm.commands.handbook import PAGES, paragraphs
from deskterm.commands.inside import INSIDE
from deskterm.commands.keyfile import keymap_of
from deskterm.commands.keymap import EVERY, preset_keymap
from deskterm.commands.keys import check
from deskterm.commands.merging import FIXED
from deskterm.commands.panels import PANELS
from deskterm.commands.presets import PRESETS
from deskterm.commands.table import COMMANDS
from deskterm.text import words
from tests.house.tree import ROOT

#: The customers' text field does these itself, so they need no binding that every terminal can send.
WRITING = "chat."


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_no_clash_and_every_terminal_can_type_it(name: str) -> None:
    keymap = preset_keymap(name)
    assert set(PRESETS[name]) <= set(EVERY)
    check(keymap.all((*COMMANDS, *PANELS, *INSIDE)))
    check(keymap.all((*CHAT, *SHARED)))


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_leaves_a_way_to_help_commands_and_the_end(name: str) -> None:
    keymap = preset_keymap(name)
    for needed in ("app.help", "app.palette", "app.quit"):
        assert keymap.hint(needed, typing=True), needed


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_says_nothing_that_the_table_says_already(name: str) -> None:
    for command_id, typed in PRESETS[name].items():
        assert typed != EVERY[command_id].typed


@pytest.mark.parametrize("name", PRESETS)
def test_every_table_of_a_preset_could_be_a_file_of_ones_own(name: str) -> None:
    lines = "\n".join(
        f'"{command_id}" = [{", ".join(f"{key!r}" for key in typed.split())}]'
        for command_id, typed in PRESETS[name].items()
    )
    assert [each.sentence for each in keymap_of(lines).troubles if each.ignored] == []


def test_the_table_could_be_a_file_of_ones_own() -> None:
    own = {each.id: each.typed for each in (*COMMANDS, *PANELS) if each.id not in FIXED}
    lines = "\n".join(
        f'"{command_id}" = [{", ".join(f"{key!r}" for key in typed.split())}]'
        for command_id, typed in own.items()
    )
    keymap = keymap_of(lines)
    assert [each.sentence for each in keymap.troubles] == []
    assert {key: each.typed for key, each in keymap.changed.items()} == own


def test_what_is_inside_a_panel_stays_as_it_is() -> None:
    keymap = keymap_of('"picker.next" = "ctrl+j"\n"contacts.search" = "down"')
    assert [each.sentence for each in keymap.troubles] == [
        "keys.toml:1: picker.next belongs to what is inside a panel and stays as it is",
        "keys.toml:2: ↓ is picker.next, which stays as it is",
    ]
    assert not keymap.changed


def test_the_example_in_the_docs_is_in_force_whole() -> None:
    keymap = keymap_of(EXAMPLE)
    assert [each.sentence for each in keymap.troubles if each.ignored] == []
    assert len(keymap.changes) == EXAMPLE.count('" = ')


def test_the_customers_footer_names_commands_of_theirs() -> None:
    assert set(CHAT_FOOTER) <= {each.id for each in CHAT}


@pytest.mark.parametrize("page", ["README.md", "docs/keys.md", "docs/keystrokes.md"])
def test_pages_name_no_command_that_is_not_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    families = "|".join(sorted({each.partition(".")[0] for each in EVERY if "." in each}))
    named = set(re.findall(rf"[`\"]((?:{families})\.[a-z_0-9]+)[`\"]", text))
    files = {each for each in named if each.endswith((".toml", ".py", ".md"))}
    assert named - files <= set(EVERY)


_SAID = [
    text
    for file in sources()
    if "/cli/" not in file.as_posix()
    for text in texts(ast.parse(file.read_text("utf-8")))
]
_KEY = re.compile(r"\{@([\w.]+):([{}]|[^{}]*)\}")


def test_a_sentence_names_keys_by_their_commands() -> None:
    said = [*_SAID, *(Entry(each) for page in PAGES.values() for each in paragraphs(page))]
    named = [found for each in said for found in _KEY.findall(f"{each.one} {each.many}")]
    assert len(named) > 20
    assert [each for each in named if EVERY[each[0]].shown_key != each[1]] == []
    bare = [
        each.one for each in said if re.search(r"\bF\d{1,2}\b|\^[A-Z]\b", _KEY.sub("", each.one + each.many))
    ]
    assert bare == []


def test_sentences_follow_the_keys_in_force() -> None:
    words.name_keys(keymap_of('"undo" = "ctrl+x"\n"ticket.reopen" = ""').names())
    try:
        assert (
            words.tr("{words} · {@undo:u} takes it back", words="{@undo:u}") == "{@undo:u} · ^X takes it back"
        )
        assert words.tr("{@ticket.reopen:o} reopens it, {@ticket.note:n}") == "“Reopen” reopens it, n"
    finally:
        words.name_keys({})
