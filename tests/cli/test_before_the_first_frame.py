"""What the first frame of the inbox waits for, by name: each module more takes its time."""

import subprocess
import sys
from pathlib import Path

from deskterm.screens.beginning import first_style_files

#: What `deskterm` has imported of its own when the inbox as last seen is drawn.
OURS = {
    "": "__main__ app cli client commands protocol screens settings styles terminal text themes widgets",
    "cli": "exits first_frame hangup local_log orderly start terminal_check",
    "client": "accounts address credentials entrance errors file_store filters first_page guests"
    " keyring_store learnt paths private_file stores",
    "commands": "accounts chords customer keymap keys model presets table",
    "protocol": "records",
    "screens": "account_verbs account_wanted adjusting base beginning first_page guiding inbox_frame keyboard"
    " keyed rights start switching typed_ahead views",
    "settings": "entry sources table",
    "terminal": "app capabilities colours edges keyboard log_file notify output restore stopping voice",
    "text": "marks safe times width words",
    "widgets": "context_row contrast conversation_list conversation_row cursor_list facts footer frame"
    " list_painter list_rows list_states notice paint stand_in title_bar views",
}
#: What it has imported of others' beyond what Textual itself has.
OTHERS = {"gc", "hashlib", "_hashlib", "_blake2", "json", "_json"}

_PROGRAM = (
    "import sys, textual.app, textual.drivers.linux_driver, textual.widgets;"
    "before = set(sys.modules);"
    "import deskterm.__main__, deskterm.cli.start, deskterm.cli.local_log, deskterm.cli.orderly,"
    " deskterm.client.entrance, deskterm.terminal.colours, deskterm.app;"
    "print(*set(sys.modules) - before)"
)


def imported() -> set[str]:
    """What is loaded by then, beside Textual."""
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def test_only_what_it_shows_is_imported_before_the_first_frame() -> None:
    """To need one more: import it where it is used or, if the frame cannot do without it, name it here."""
    expected = {
        f"deskterm.{folder}.{name}" if folder else f"deskterm.{name}"
        for folder, names in OURS.items()
        for name in names.split()
    }
    found = imported()
    assert {name for name in found if name.startswith("deskterm.")} == expected
    assert {name.partition(".")[0] for name in found} - {"deskterm"} <= OTHERS


def test_few_style_rules_are_read_for_it() -> None:
    text = "".join(Path(path).read_text("utf-8") for path in first_style_files())
    assert text.count("{") <= 55
    assert all(word in text for word in ("ConversationList", "StandIn", "Notice", "TitleBar"))
