"""What the first frame of the inbox waits for, by name: each module more takes its time."""

import subprocess
import sys
from pathlib import Path

from deskterm.screens.way_in.beginning import first_style_files

#: What `deskterm` has imported of its own when the inbox as last seen is drawn.
OURS = {
    "": "__main__ app cli client commands protocol record screens settings styles terminal"
    " text themes widget_keys widgets",
    "cli": "exits first_frame hangup local_log orderly start terminal_check",
    "client": "accounts errors local replica",
    "client.accounts": "address credentials entrance file_store guests keyring_store known stores",
    "client.local": "first_page learnt paths private_file",
    "client.replica": "filters",
    "commands": "accounts chords customer inside keymap keys model panels presets saved_views table triage"
    " website",
    "protocol": "numbered records",
    "screens": "account base failures guide inbox keys patience saying settings way_in",
    "screens.account": "switching verbs wanted",
    "screens.guide": "guiding",
    "screens.inbox": "first_page frame rights views",
    "screens.keys": "in_turn keyboard keyed typed_ahead",
    "screens.settings": "adjusting",
    "screens.way_in": "beginning",
    "settings": "entry sources table",
    "terminal": "app capabilities colours composing edges handing_over keyboard log_file notify output"
    " pointing restore stopping voice",
    "text": "marks safe times width words",
    "widgets": "chrome contrast conversations face paint",
    "widgets.chrome": "context_row footer frame inner_lines notice places saved_lines stand_in"
    " title_bar views",
    "widgets.conversations": "cursor_list facts list painter row rows states",
}
#: What it has imported of others' beyond what Textual itself has.
OTHERS = {"gc", "hashlib", "_hashlib", "_blake2", "json", "_json"}

_PROGRAM = (
    "import sys, textual.app, textual.drivers.linux_driver, textual.widgets;"
    "before = set(sys.modules);"
    "import deskterm.__main__, deskterm.cli.start, deskterm.cli.local_log, deskterm.cli.orderly,"
    " deskterm.client.accounts.entrance, deskterm.terminal.colours, deskterm.app;"
    "print(*set(sys.modules) - before)"
)

#: Prints the methods that dataclasses had compiled for that, of our own classes.
_COMPILED = (
    _PROGRAM.rpartition("print")[0] + "print(*{f'{each.__qualname__}.{name}'"
    " for module in set(sys.modules) - before if module.startswith('deskterm')"
    " for each in vars(sys.modules[module]).values() if getattr(each, '__module__', None) == module"
    " and isinstance(each, type)"
    " for name, made in vars(each).items() if getattr(made, '__code__', None)"
    " and made.__code__.co_filename == '<string>'})"
)


def said_by(program: str) -> set[str]:
    """The words that a program of its own process prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_only_what_it_shows_is_imported_before_the_first_frame() -> None:
    """To need one more: import it where it is used or, if the frame cannot do without it, name it here."""
    expected = {
        f"deskterm.{folder}.{name}" if folder else f"deskterm.{name}"
        for folder, names in OURS.items()
        for name in names.split()
    }
    found = said_by(_PROGRAM)
    assert {name for name in found if name.startswith("deskterm.")} == expected
    assert {name.partition(".")[0] for name in found} - {"deskterm"} <= OTHERS


def test_of_what_is_imported_for_it_only_how_it_is_made_is_compiled() -> None:
    """A frozen dataclass compiles six methods, each for as long as a small module takes: say `@record`."""
    found = said_by(_COMPILED)
    assert "Conversation.__init__" in found
    assert {each.rpartition(".")[2] for each in found} == {"__init__"}


def test_few_style_rules_are_read_for_it() -> None:
    text = "".join(Path(path).read_text("utf-8") for path in first_style_files())
    assert text.count("{") <= 40
    assert all(word in text for word in ("ConversationList", "StandIn", "Notice", "TitleBar"))
