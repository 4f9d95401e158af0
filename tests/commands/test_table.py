"""The table of commands: no clashes, keys that every terminal can send, chords that complete."""

import re
from dataclasses import replace

import pytest

from deskterm import widget_keys
from deskterm.commands.chords import Broken, Chords, Waiting
from deskterm.commands.inside import INSIDE
from deskterm.commands.keymap import EVERY
from deskterm.commands.keys import Clash, bindings, check, chords
from deskterm.commands.model import WRITING, Command, Context, Group, Home, Need
from deskterm.commands.panels import PANELS
from deskterm.commands.table import BY_ID, COMMANDS, FOOTER
from tests.house.tree import ROOT

REPLY = BY_ID["ticket.reply"]


def test_the_table_has_no_clash() -> None:
    check((*COMMANDS, *PANELS, *INSIDE))


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("j", "list.down"),  # another command has it
        ("g", "begins"),  # the first key of a chord
        ("ctrl+i", "cannot be typed"),  # tab, on most terminals
        ("ctrl+h", "cannot be typed"),
        ("ctrl+m", "cannot be typed"),
        ("alt+enter", "cannot be typed"),
        ("madeup", "cannot be typed"),
    ],
)
def test_a_bad_key_is_refused_in_words(typed: str, told: str) -> None:
    with pytest.raises(Clash, match=told.replace("+", r"\+")):
        check([*COMMANDS, replace(REPLY, id="one.more", typed=typed)])


def test_two_commands_of_one_name_are_refused() -> None:
    with pytest.raises(Clash, match=r"two commands are called ticket\.reply"):
        check([*COMMANDS, REPLY])


def test_one_key_may_mean_two_things_in_two_contexts() -> None:
    check([REPLY, replace(REPLY, id="other", contexts=frozenset({Context.COMPOSER}))])


def test_every_single_key_is_bound_once_with_its_id() -> None:
    bound = {binding.id: binding for home in Home for binding in bindings(home)}
    assert set(bound) == {command.id for command in COMMANDS if command.keys}
    assert all(binding.priority and binding.description for binding in bound.values())
    assert bound["list.down"].key == "j,down"


def test_the_footer_names_commands_that_answer_in_its_context() -> None:
    for context, ids in FOOTER.items():
        for name in ids:
            assert context in BY_ID[name].contexts
            assert len(BY_ID[name].label) <= 12


def test_every_command_tells_what_it_does() -> None:
    for command in (*COMMANDS, *PANELS, *INSIDE):
        assert command.title
        assert command.help
        assert command.label
        assert command.contexts


def test_keys_are_shown_as_they_stand_on_a_keyboard() -> None:
    assert BY_ID["compose.send"].shown_key == "^S"
    assert BY_ID["goto.inbox"].shown_key == "g i"
    assert BY_ID["list.down"].shown_keys == "j  ↓"
    assert BY_ID["ticket.open"].shown_key == "⏎"


def test_a_chord_waits_for_its_second_key() -> None:
    keys = Chords(chords())
    assert keys.press("g") == Waiting(("g",))
    assert keys.waiting
    assert {"g", "i", "e", "o", "u"} <= set(keys.following())
    assert keys.press("i") == BY_ID["goto.inbox"]
    assert not keys.waiting


def test_a_burst_of_chords_arrives_whole() -> None:
    keys = Chords(chords())
    done = [step.id for key in "gigegg" if isinstance(step := keys.press(key), Command)]
    assert done == ["goto.inbox", "goto.escalations", "goto.top"]


def test_a_chord_that_does_not_exist_is_spent() -> None:
    keys = Chords(chords())
    keys.press("g")
    assert keys.press("q") == Broken(("g", "q"))
    assert keys.press("x") is None


def test_a_modifier_alone_does_not_break_a_chord() -> None:
    keys = Chords(chords())
    assert keys.press("left_shift") is None
    keys.press("g")
    assert keys.press("left_shift") == Waiting(("g",))
    assert keys.press("g") == BY_ID["goto.top"]


def test_a_chord_counts_where_its_command_answers() -> None:
    keys = Chords([(("g", "x"), REPLY), (("g", "x"), replace(REPLY, id="other", contexts=WRITING))])
    assert keys.press("g", Context.COMPOSER) == Waiting(("g",))
    assert keys.press("x", Context.COMPOSER) == replace(REPLY, id="other", contexts=WRITING)
    assert Chords(chords()).press("g", Context.COMPOSER) is None


def test_cancelling_forgets_the_first_key() -> None:
    keys = Chords(chords())
    keys.press("g")
    keys.cancel()
    assert keys.press("i") is None


def test_only_what_needs_a_right_says_so() -> None:
    assert {command.id for command in COMMANDS if command.need is not Need.NOTHING} == {
        "ticket.assign",
        "ticket.take",
        "goto.unassigned",
        "goto.all_direct",
        "goto.audit",
        "saved.share",
        "app.organization",
        "ticket.notify",
        "notify.sent",
        "room.new",
        "room.rename",
        "room.mute",
        "goto.triage",
        "triage.group",
        "triage.left",
        "triage.right",
        "triage.back",
        "triage.on",
        "triage.balance",
        "goto.website",
        "goto.keys",
        "goto.webhooks",
        "goto.blocks",
        "ticket.block",
    }
    assert {command.group for command in (*COMMANDS, *PANELS)} == set(Group)


def test_every_key_is_in_the_table() -> None:
    folder = ROOT / "src" / "deskterm"
    bind = {file for file in folder.rglob("*.py") if re.search(r"\bBinding\(", file.read_text("utf-8"))}
    labels_to_jump_to = "screens/keys/jump.py"
    assert {str(each.relative_to(folder)) for each in bind} == {
        "commands/keys.py",
        "widget_keys.py",
        labels_to_jump_to,
    }


def test_what_widgets_do_themselves_is_in_the_table() -> None:
    found = [each for name, each in vars(widget_keys).items() if name.isupper()]
    rows = [row for each in found for row in (each if isinstance(each[0], tuple) else (each,))]
    assert len(rows) > 20
    for name, typed, label, title, told, _ in rows:
        command = EVERY[name]
        assert (command.typed, command.label, command.title, command.help) == (typed, label, title, told)
