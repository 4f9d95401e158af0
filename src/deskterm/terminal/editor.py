"""Writing in one's own editor: the console steps aside, and takes the text when the editor ends.

Meanwhile the event loop goes on, so that the live stream stays up; only nothing is drawn.
"""

import asyncio
import contextlib
import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from textual.app import App, SuspendNotSupported

from deskterm.terminal.editor_choice import EditorFailed
from deskterm.terminal.restore import sane
from deskterm.text.safe import safe


async def edit(app: App[Any], text: str, command: Sequence[str]) -> str:
    """`text` as the editor leaves it. EditorFailed if there is none, if it fails, or if this is no terminal.

    The file is readable by its owner alone, in a folder of its own that goes with whatever the editor left
    beside it.
    """
    with tempfile.TemporaryDirectory(prefix="deskterm-") as folder:
        path = Path(folder) / "message.md"
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        try:
            with app.suspend(), app.batch_update(), _lent_terminal():
                code = await _run([*command, str(path)])
        except SuspendNotSupported:
            raise EditorFailed("An editor cannot be opened in this terminal.") from None
        if isinstance(code, OSError):
            why = code.strerror or type(code).__name__
            raise EditorFailed(f"{_name(command)} cannot be run: {why}. Set VISUAL or EDITOR.")
        if code:
            raise EditorFailed(f"{_name(command)} ended with code {code}; your text is as it was.")
        return _read(path)


def _name(command: Sequence[str]) -> str:
    return Path(command[0]).name


async def _run(command: Sequence[str]) -> int | OSError:
    """The exit code, or why it could not be started: an exception would leave the console suspended."""
    try:
        process = await asyncio.create_subprocess_exec(*command)
    except OSError as error:
        return error
    try:
        return await process.wait()
    finally:
        if process.returncode is None:  # the console is asked to end
            process.terminate()


@contextlib.contextmanager
def _lent_terminal() -> Iterator[None]:
    """Modes as programs expect them from a shell: the first frame has switched lines and echo off before."""
    import termios

    before = termios.tcgetattr(0)
    sane(0)
    try:
        with _interrupts_are_the_editors():
            yield
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """Keep ctrl+c, which reaches both, from ending the console; the editor inherits no handler."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _read(path: Path) -> str:
    """What the editor wrote, made safe, without the line end that editors put at the end of a file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EditorFailed(f"The editor left no text behind ({error.strerror}).") from None
    text = safe(content.decode("utf-8", "replace").replace("\r\n", "\n"))
    return text.removesuffix("\n")


def available(app: App[Any]) -> bool:
    """Whether the console can step aside at all: not in a browser."""
    return not app.is_web and os.name == "posix"
