"""What `deskterm doctor` says: one line for each thing that was looked at, with what to do about it."""

import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from deskterm.terminal.capabilities import Capabilities, Depth, capabilities
from deskterm.terminal.clipboard import LIMIT
from deskterm.terminal.editor_choice import EditorFailed, editor_command
from deskterm.text.safe import safe_line
from deskterm.text.words import later, tr


class Verdict(StrEnum):
    """How it stands. A problem makes the exit code 1; a note is worth knowing."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


_VERDICTS = {Verdict.OK: later("ok"), Verdict.NOTE: later("note"), Verdict.PROBLEM: later("problem")}


@dataclass(slots=True, frozen=True)
class Finding:
    """One line: `tmux: 3.3a, set-clipboard off — note: …`."""

    about: str
    found: str
    verdict: Verdict = Verdict.OK
    todo: str = ""

    @property
    def line(self) -> str:
        """As it is printed, safe to show."""
        verdict = tr(_VERDICTS[self.verdict])
        end = f"{verdict}: {self.todo}" if self.todo else verdict
        return safe_line(f"{self.about}: {self.found} — {end}", None)


#: Answers what `tmux show …` says of an option, None if there is no answer.
AskTmux = Callable[..., str | None]


def ask_tmux(*words: str) -> str | None:
    """The answer of the tmux around us."""
    try:
        done = subprocess.run(
            ["tmux", *words], capture_output=True, text=True, errors="replace", timeout=LIMIT, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def terminal_findings(
    environ: Mapping[str, str], size: tuple[int, int] | None, tmux: AskTmux = ask_tmux, editor: str = ""
) -> Iterable[Finding]:
    """What can be said of the terminal; `size` is columns and lines, None where there is no terminal.

    `editor` is the one of the settings, if they name one.
    """
    found = capabilities(environ)
    yield _terminal(found, size)
    yield _colours(found)
    yield _characters(found)
    if found.ssh:
        yield Finding(
            "ssh", tr("you sit at another machine: nothing moves, links are copied instead of opened")
        )
    if found.tmux:
        yield from _tmux(tmux)
    elif found.nested:
        yield Finding(
            "tmux",
            tr("around this session, told by TERM={term}", term=found.term),
            Verdict.NOTE,
            tr("for copying, run there: tmux set -g set-clipboard on"),
        )
    elif found.screen:
        yield Finding(
            "screen", "GNU screen", Verdict.NOTE, tr("copying may not reach your clipboard; tmux can")
        )
    yield _editor(editor, environ)


def _terminal(found: Capabilities, size: tuple[int, int] | None) -> Finding:
    if size is None:
        return Finding(
            tr("terminal"), tr("none here"), Verdict.NOTE, tr("run this in the terminal that you ask about")
        )
    said = tr(
        "{term}, {columns} columns, {lines} lines",
        term=found.term or tr("of no type"),
        columns=size[0],
        lines=size[1],
    )
    if found.dumb:
        todo = tr("the console cannot draw here; set TERM to what it is, or use deskterm chat --plain")
        return Finding(tr("terminal"), said, Verdict.PROBLEM, todo)
    if size[0] < 60 or size[1] < 16:
        return Finding(tr("terminal"), said, Verdict.NOTE, tr("80 columns and 24 lines show more"))
    return Finding(tr("terminal"), said)


def _colours(found: Capabilities) -> Finding:
    if found.no_color:
        return Finding(
            tr("colours"), tr("none, because NO_COLOR is set"), Verdict.NOTE, tr("unset NO_COLOR for colours")
        )
    if found.depth in (Depth.INDEXED, Depth.SIXTEEN):
        todo = tr("if your terminal can do more, set COLORTERM=truecolor")
        return Finding(tr("colours"), tr(found.depth.words), Verdict.NOTE, todo)
    return Finding(tr("colours"), tr(found.depth.words))


def _characters(found: Capabilities) -> Finding:
    if found.unicode:
        return Finding(tr("characters"), "UTF-8")
    todo = tr("set LANG to a UTF-8 locale, such as C.UTF-8")
    return Finding(tr("characters"), tr("the locale is not UTF-8"), Verdict.PROBLEM, todo)


def _tmux(tmux: AskTmux) -> Iterable[Finding]:
    version = tmux("-V")
    clipboard = tmux("show", "-gsv", "set-clipboard")
    if version is None or clipboard is None:
        yield Finding("tmux", tr("does not answer"), Verdict.PROBLEM, tr("is the tmux command in your PATH?"))
        return
    if clipboard == "off":
        todo = tr("copies stay inside tmux; run: tmux set -g set-clipboard external")
        yield Finding("tmux", f"{version}, set-clipboard off", Verdict.NOTE, todo)
    else:
        yield Finding("tmux", f"{version}, set-clipboard {clipboard}")
    if tmux("show", "-gwv", "allow-passthrough") not in ("on", "all"):
        todo = tr(
            "desktop notifications stop here (the bell does not); run: tmux set -g allow-passthrough on"
        )
        yield Finding(tr("tmux notifications"), "allow-passthrough off", Verdict.NOTE, todo)
    else:
        yield Finding(tr("tmux notifications"), "allow-passthrough on")
    if tmux("show", "-gv", "focus-events") != "on":
        todo = tr("deskterm cannot tell when you look elsewhere; run: tmux set -g focus-events on")
        yield Finding(tr("tmux focus"), "focus-events off", Verdict.NOTE, todo)


def _editor(chosen: str, environ: Mapping[str, str]) -> Finding:
    try:
        command = editor_command(chosen, environ)
    except EditorFailed as error:
        return Finding(tr("editor"), tr("none"), Verdict.NOTE, str(error))
    if shutil.which(command[0]) is None:
        return Finding(
            tr("editor"), command[0], Verdict.PROBLEM, tr("it is not installed; set VISUAL or EDITOR")
        )
    return Finding(tr("editor"), " ".join(command))
