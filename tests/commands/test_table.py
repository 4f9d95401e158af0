"""The table of commands: no clashes, keys that every terminal can send, chords that complete."""

import re
from dataclasses import replace

import pytest

from deskterm.commands.chords import Broken, Chords, Waiting
from deskterm.commands.keys import Clash, bindings, check, chords
from deskterm.commands.model import WRITING, Command, Context, Group, Home, Need
from deskterm.commands.panels import PANELS
from deskterm.commands.table import BY_ID, COMMANDS, FOOTER
from tests.house.tree import ROOT

REPLY = BY_ID["ticket.reply"]


def test_the_table_has_no_clash() -> None:
    check((*COMMANDS, *PANELS))


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
    for command in (*COMMANDS, *PANELS):
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


def test_what_is_over_a_screen_has_its_keys_from_the_table() -> None:
    named = re.compile(r'Binding\(\s*"([^"]*)"')
    escaped = {
        f"{file.relative_to(ROOT / 'src/deskterm')}: {key}"
        for folder in ("screens", "widgets")
        for file in (ROOT / "src" / "deskterm" / folder).rglob("*.py")
        for keys in named.findall(file.read_text("utf-8"))
        for key in keys.split(",")
        if re.fullmatch(r"f\d+|ctrl\+s|delete", key)
    }
    assert escaped == ELSEWHERE


#: What closes the help and jump mode as it opened them, what a form and a text have of themselves, and what
#: there is before a desk is open.
ELSEWHERE = {
    "screens/chat/requests.py: f3",
    "screens/guide/help.py: f1",
    "screens/inbox/first_page.py: f3",
    "screens/inbox/first_page.py: f5",
    "screens/keys/jump.py: f2",
    "screens/way_in/sign_in.py: f2",
    "screens/way_in/sign_in.py: f3",
    "screens/way_in/sign_in.py: f4",
    "screens/way_in/sign_in.py: f6",
    "screens/way_in/start.py: f3",
    "screens/way_in/start.py: f5",
    "widgets/asking/form.py: f2",
    "widgets/composer/pane.py: ctrl+s",
}
