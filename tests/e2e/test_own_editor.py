"""Writing in one's own editor: the console steps aside for it, and the text comes back."""

import sys
from pathlib import Path

from tests.e2e.conftest import Server
from tests.e2e.terminal import ENTER, ESCAPE, Console, ctrl

SARAH = "sarah@designpi.com"

#: Stands for an editor: tells what it was given and on what terminal, waits for a line, and adds to the text.
EDITOR = """
import os, pathlib, sys, termios
path = pathlib.Path(sys.argv[-1])
modes = termios.tcgetattr(0)[3]
cooked = bool(modes & termios.ECHO and modes & termios.ICANON)
kept = os.path.exists(sys.argv[1]) and "draft so far" in open(sys.argv[1]).read()
print(f"EDITING {path.suffix} {path.stat().st_mode & 0o777:o} cooked={cooked} draft={kept}", flush=True)
line = input()
path.write_text(path.read_text() + "\\n" + line + " \\x1b]0;evil\\x07\\n")
"""


def editor(folder: Path, program: str, *words: str | Path) -> str:
    """A command line with a quoted word, for `$VISUAL`."""
    script = folder / "my editor.py"
    script.write_text(program)
    return " ".join([sys.executable, f"'{script}'", *map(str, words)])


def begin(console: Console) -> None:
    """Write the beginning of a reply."""
    console.sees("Invoice export", "live")
    console.type(ENTER)
    console.sees("John Doe", "Write a reply")
    console.type("r")
    console.type("draft so far")
    console.sees("draft so far")


def test_the_text_goes_to_the_editor_and_comes_back(server: Server, tmp_path: Path) -> None:
    drafts = server.home / SARAH / "state" / "drafts.json"
    visual = editor(tmp_path, EDITOR, drafts)
    with server.console(SARAH, VISUAL=visual, EDITOR="false") as console:
        begin(console)
        console.type(ctrl("g"))
        console.sees("EDITING .md 600 cooked=True draft=True")
        console.type("from the editor" + ENTER)
        console.sees("from the editor ␛]0;evil␇", "Reply to John Doe")
        console.type("!")
        console.sees("␛]0;evil␇!")
        console.type(ctrl("s"))
        is_there(console, server, "draft so far\nfrom the editor ␛]0;evil␇!")


def is_there(console: Console, server: Server, text: str) -> None:
    """Wait until that is the last message that the server has of the conversation."""
    token = server.token(SARAH)

    def newest() -> str:
        conversations = server.call("GET", "/conversations", token=token)["items"]
        [conversation] = [each for each in conversations if each["number"] == 1]
        thread = server.call("GET", f"/conversations/{conversation['id']}/messages", token=token)
        body: str = thread["items"][-1]["body"]
        return body

    console.until(lambda: newest() == text, text)


def test_an_editor_that_fails_costs_nothing(server: Server, tmp_path: Path) -> None:
    failing = editor(
        tmp_path, "import sys, pathlib; pathlib.Path(sys.argv[-1]).write_text('gone'); sys.exit(3)"
    )
    with server.console(SARAH, EDITOR=failing) as console:
        begin(console)
        console.type(ctrl("g"))
        console.sees("was.", "draft so far")  # the notice may be wrapped
        console.type(ESCAPE + ctrl("q"))
        assert console.ends() == 0
    with server.console(SARAH, EDITOR="no-such-editor --wait") as console:
        console.sees("Invoice export", "live")
        console.type(ENTER)
        console.sees("draft so far")
        console.type("r")
        console.sees("^S send")
        console.type(ctrl("g"))
        console.sees("no-such-editor", "draft so far")


def test_a_console_that_is_ended_meanwhile_takes_the_editor_along(server: Server, tmp_path: Path) -> None:
    waiting = editor(tmp_path, "import time; print('WAITING', flush=True); time.sleep(600)")
    with server.console(SARAH, EDITOR=waiting) as console:
        begin(console)
        console.type(ctrl("g"))
        console.sees("WAITING")
        console.type(ctrl("c"))  # is the editor's: this one dies of it
        console.sees("was.", "draft so far")
        console.type(ctrl("g"))
        console.sees("WAITING")
        console.process.terminate()
        assert console.ends() == 128 + 15
        assert console.modes == console.modes_before


def test_customers_have_their_editor_too(server: Server, tmp_path: Path) -> None:
    with server.console("john.doe@example.com", EDITOR=editor(tmp_path, EDITOR, "none")) as console:
        console.sees("connected", "any news?")
        console.type("beginning")
        console.sees("beginning")
        console.type(ctrl("g"))
        console.sees("EDITING .md 600 cooked=True")
        console.type("and the rest" + ENTER)
        console.sees("and the rest ␛]0;evil␇", "connected")
        console.type(ENTER)
        is_there(console, server, "beginning\nand the rest ␛]0;evil␇")
