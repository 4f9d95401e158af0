"""Nothing drifts: table, presets, customers' table and docs agree with each other."""

import re

import pytest

from deskterm.commands.customer import CHAT, SHARED
from deskterm.commands.customer import FOOTER as CHAT_FOOTER
from deskterm.commands.docs import EXAMPLE
from deskterm.commands.keyfile import keymap_of
from deskterm.commands.keymap import EVERY, preset_keymap
from deskterm.commands.keys import check
from deskterm.commands.panels import PANELS
from deskterm.commands.presets import PRESETS
from deskterm.commands.table import COMMANDS
from tests.house.tree import ROOT

#: The customers' text field does these itself, so they need no binding that every terminal can send.
WRITING = "chat."


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_has_no_clash_and_every_terminal_can_type_it(name: str) -> None:
    keymap = preset_keymap(name)
    assert set(PRESETS[name]) <= set(EVERY)
    check(keymap.all((*COMMANDS, *PANELS)))
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
    lines = "\n".join(
        f'"{each.id}" = [{", ".join(f"{key!r}" for key in each.typed.split())}]'
        for each in (*COMMANDS, *PANELS)
    )
    keymap = keymap_of(lines)
    assert [each.sentence for each in keymap.troubles] == []
    assert {key: each.typed for key, each in keymap.changed.items()} == {
        each.id: each.typed for each in (*COMMANDS, *PANELS)
    }


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
