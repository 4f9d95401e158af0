"""What the command line decides before anything is drawn, and the frame it draws first."""

import gc
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest
from textual.theme import Theme

from deskterm.cli import local_log, main, start, terminal_check
from deskterm.cli.demo import join_command
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.first_frame import COLOURS
from deskterm.cli.local_log import SafeFormatter
from deskterm.cli.terminal_check import refusal
from deskterm.client.accounts.entrance import Wish
from deskterm.client.errors import ApiError, BadAddress, ClientError, NotDeskterm, Offline
from deskterm.themes import DESKTERM_DARK, DESKTERM_LIGHT

XTERM = {"TERM": "xterm-256color"}


@pytest.mark.parametrize(
    ("environ", "is_terminal", "words"),
    [
        (XTERM, (False, True, True), "standard input is none"),
        (XTERM, (True, False, True), "standard output is none"),
        (XTERM, (True, True, False), "standard error is none"),
        ({"TERM": "dumb"}, (True, True, True), "of type “dumb”"),
        ({}, (True, True, True), "set TERM"),
    ],
)
def test_what_is_no_terminal_is_refused(
    environ: dict[str, str], is_terminal: tuple[bool, bool, bool], words: str
) -> None:
    assert words in (refusal(environ, is_terminal) or "")


def test_a_terminal_is_welcome() -> None:
    assert refusal(XTERM, (True, True, True)) is None


@pytest.mark.parametrize("theme", [DESKTERM_DARK, DESKTERM_LIGHT], ids=lambda theme: theme.name)
def test_the_first_frame_has_the_colours_of_the_theme(theme: Theme) -> None:
    assert COLOURS[theme.name] == (theme.background, theme.panel, theme.primary)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ApiError("invalid_credentials", 401, "no"), 4),
        (ApiError("rate_limited", 429, "no"), 6),
        (ApiError("not_found", 404, "no"), 3),
        (ApiError("overloaded", 503, "no"), 75),
        (ApiError("invalid", 422, "no"), 5),
        (Offline("https://x"), 75),
        (NotDeskterm("https://x", "a page"), 5),
        (BadAddress("x y"), 2),
    ],
)
def test_scripts_can_tell_what_went_wrong(error: ClientError, code: int) -> None:
    assert exit_code(error) == code


def test_a_refusal_names_the_time_to_wait() -> None:
    assert (
        sentence(ApiError("rate_limited", 429, "Too many.", retry_after=8)) == "Too many. Try again in 8 s."
    )


def test_every_verb_can_be_imported_and_tells_its_options(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in main.VERBS:
        assert main.run([verb, "--help"]) == 0
        assert f"usage: deskterm {verb}" in capsys.readouterr().out


def test_an_unknown_verb_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["dance"]) == 2
    assert "there is no verb “dance”; `deskterm --help`" in capsys.readouterr().err
    assert main.run(["https://desk.example.com"]) == 2
    assert "`deskterm --server https://desk.example.com` signs in there" in capsys.readouterr().err


def test_a_second_terminal_is_told_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/deskterm")
    assert join_command(None) == "deskterm demo --as john.doe@example.com"


def test_log_lines_command_no_terminal() -> None:
    import logging

    record = logging.LogRecord("x", logging.ERROR, "f", 1, "said \x1b]0;evil\x07", (), None)
    assert SafeFormatter().format(record) == "said ␛]0;evil␇"


def test_a_console_that_cannot_be_loaded_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(terminal_check, "here", lambda: None)
    monkeypatch.setattr(start, "FirstFrame", lambda *_: nullcontext())
    monkeypatch.setattr(local_log, "log_to", lambda _: None)
    monkeypatch.setitem(sys.modules, "deskterm.app", None)
    try:
        assert start.open_console(Wish, home=tmp_path) == start.UNEXPECTED
    finally:
        gc.enable()
    said = capfd.readouterr()
    assert f"unexpected. Details are in {tmp_path / 'deskterm.log'}" in said.err
    assert "Traceback" not in said.out + said.err
    assert "the console could not be loaded" in caplog.text
