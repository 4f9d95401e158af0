"""The ways to the clipboard, and that what is said of them is true."""

import os
from pathlib import Path

import pytest

from deskterm.terminal.clipboard import Route, copy


@pytest.fixture
def sent() -> list[str]:
    """What was sent to the terminal as OSC 52."""
    return []


def fake_tmux(folder: Path, knows: str) -> dict[str, str]:
    """An environment with a tmux that takes `load-buffer` with these options, and keeps what it got."""
    program = folder / "tmux"
    program.write_text(f'#!/bin/sh\n[ "$*" = "load-buffer {knows}" ] || exit 1\nexec cat > {folder}/buffer\n')
    program.chmod(0o755)
    return {"TMUX": "/tmp/tmux,1,0", "PATH": f"{folder}:{os.environ['PATH']}", "TERM": "tmux-256color"}


@pytest.mark.parametrize(("knows", "route"), [("-w -", Route.TMUX), ("-", Route.TMUX_ONLY)])
async def test_tmux_takes_the_text(
    knows: str, route: Route, sent: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = fake_tmux(tmp_path, knows)
    monkeypatch.setenv("PATH", environ["PATH"])
    assert await copy("naïve\n請求書", sent.append, environ) is route
    assert (tmp_path / "buffer").read_text() == "naïve\n請求書"
    assert sent == []


async def test_a_tmux_that_is_not_there_leaves_the_terminal(sent: list[str], tmp_path: Path) -> None:
    environ = {"TMUX": "/nowhere", "TERM": "tmux-256color", "PATH": str(tmp_path)}
    assert await copy("text", sent.append, environ) is Route.NESTED
    assert sent == ["text"]


@pytest.mark.parametrize(
    ("environ", "route"),
    [
        ({"TERM": "xterm-256color"}, Route.TERMINAL),
        ({"TERM": "tmux-256color", "SSH_CONNECTION": "1"}, Route.NESTED),
        ({"TERM": "screen", "STY": "1"}, Route.SCREEN),
    ],
)
async def test_without_tmux_the_terminal_is_told(
    environ: dict[str, str], route: Route, sent: list[str]
) -> None:
    assert await copy("text", sent.append, environ) is route
    assert sent == ["text"]
