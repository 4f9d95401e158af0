"""What terminals make of the console: few colours or none, and a kill."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Server
from tests.e2e.terminal import ENTER, Console, deskterm

SARAH, JOHN = "sarah@designpi.com", "john.doe@example.com"
#: Every code of a style, but those that only take one back: 0, 22 to 29, 39 and 49.
_COLOUR = re.compile(r"(?:^|;)(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;|$)")


def colours(raw: bytes) -> list[str]:
    """The style sequences that set a colour."""
    codes = {each.decode() for each in re.findall(rb"\x1b\[([0-9;]*)m", raw)}
    return sorted(each for each in codes if _COLOUR.search(each))


def test_no_color_sends_no_colour(server: Server) -> None:
    with server.console(SARAH, NO_COLOR="1", COLORTERM="truecolor") as console:
        console.sees("Invoice export", "live")
        console.type(ENTER)
        console.sees("any news?")
        assert colours(console.raw) == []
    with server.console(SARAH, COLORTERM="truecolor") as console:
        console.sees("Invoice export", "live")
        assert any(each.startswith(("38;2;", "48;2;")) for each in colours(console.raw))


@pytest.mark.parametrize(("name", "value"), [("DESKTERM_THEME", "terminal"), ("TERM", "xterm")])
def test_the_terminals_own_colours_are_named_not_mixed(
    server: Server, name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with server.console(SARAH, TERM=os.environ["TERM"]) as console:
        console.sees("Invoice export", "live")
        sent = colours(console.raw)
        assert sent
        assert not [each for each in sent if "38" in each.split(";") or "48" in each.split(";")]


def test_a_killed_console_leaves_a_terminal_that_reset_gives_back(server: Server) -> None:
    with server.console(JOHN, columns=80, rows=24) as console:
        console.sees("connected")
        console.process.kill()
        console.ends()
        assert console.modes != console.modes_before
        before = len(console.raw)
        command = [sys.executable, "-m", "deskterm", "reset"]
        slave = os.ttyname(console.slave)
        with open(slave, "r+b", buffering=0) as terminal:
            done = subprocess.Popen(
                command, stdin=terminal, stdout=terminal, stderr=terminal, start_new_session=True
            )
        # Read meanwhile: what the killed one wrote may fill the terminal, and nobody can write to a full one.
        console.until(lambda: done.poll() is not None, "the end of the reset")
        assert done.returncode == 0
        console.until(lambda: b"The terminal is reset." in console.raw, "word of the reset")
        written = console.raw[before:]
        for mode in (b"1049", b"1000", b"1003", b"1006", b"1004", b"2004"):
            assert b"\x1b[?" + mode + b"l" in written
        assert b"\x1b[?25h" in written
        assert b"\x1b[<u" in written
        assert written.index(b"\x1b[<u") < written.index(b"\x1b[?1049l")
        assert console.modes[3] == console.modes_before[3]  # echo, lines, signals


def test_reset_without_a_terminal_says_so() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deskterm", "reset"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("deskterm reset: there is no terminal to reset here")


def test_the_doctor_of_a_healthy_machine_is_content(server: Server, tmp_path: Path) -> None:
    home = tmp_path / "local"
    environ = {"DESKTERM_HOME": str(home), "DESKTERM_SERVER": server.url}
    login = deskterm("login", JOHN, "--password-stdin", stdin="customer123\n", **environ)
    assert login.returncode == 0, login.stderr
    done = deskterm("doctor", COLORTERM="truecolor", EDITOR=sys.executable, **environ)
    assert done.returncode == 0, done.stdout
    lines = done.stdout.splitlines()
    assert all(re.search(r" — (ok$|note: .|problem: .)", each) for each in lines)
    assert "colours: 16 million colours — ok" in lines
    assert any(each.startswith(f"server: {server.url}, version ") and each.endswith("— ok") for each in lines)
    assert any(each.startswith(f"signed in: {JOHN}, by a token from") for each in lines)
    assert f"a token would be kept in: {home}/credentials.json, readable by you alone (0600) — ok" in lines
    assert not [each for each in lines if "problem" in each]


def test_the_doctor_finds_what_is_wrong(tmp_path: Path) -> None:
    home = tmp_path / "local"
    home.mkdir(mode=0o700)
    (home / "credentials.json").write_text(json.dumps({}))
    (home / "credentials.json").chmod(0o644)
    environ = {
        "DESKTERM_HOME": str(home),
        "DESKTERM_SERVER": "http://127.0.0.1:1",
        "LC_ALL": "de_DE.ISO-8859-1",
    }
    done = deskterm("doctor", EDITOR="no-such-editor", TMUX="/nowhere,1,0", **environ)
    assert done.returncode == 1
    assert (
        f"others may read {home}/credentials.json — problem: chmod 600 {home}/credentials.json" in done.stdout
    )
    assert (
        "server: http://127.0.0.1:1 — problem: The server http://127.0.0.1:1 refuses the connection."
        in done.stdout
    )
    assert "characters: the locale is not UTF-8 — problem:" in done.stdout
    assert "editor: no-such-editor — problem:" in done.stdout
    assert "tmux: does not answer — problem:" in done.stdout


def test_the_doctor_tries_each_way(tmp_path: Path) -> None:
    with Console(["doctor", "--try"], environ={"DESKTERM_NOTIFY": "none"}) as console:
        for asked in ("bell: there should be", "notification: there should be", "title: there should be"):
            console.sees(asked)
            console.type(ENTER)
        assert console.ends() == 0
        for sequence in (
            b"\a",
            b"\x1b]9;deskterm: ",
            b"\x1b]2;deskterm doctor",
            b"\x1b[23;2t",
            b"\x1b]52;c;",
        ):
            assert sequence in console.raw
