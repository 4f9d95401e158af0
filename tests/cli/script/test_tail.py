"""`deskterm tail`: every event once while it runs, none left out however it ends."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

from tests.cli.script.scripting import SARAH, Script


def told(line: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line)
    return found


def next_of(process: "subprocess.Popen[str]") -> dict[str, Any]:
    assert process.stdout is not None
    return told(process.stdout.readline())


def end(process: "subprocess.Popen[str]", how: int = signal.SIGKILL) -> int:
    process.send_signal(how)
    code = process.wait(timeout=30)
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    return code


def once(script: Script, file: Path, *words: str) -> list[dict[str, Any]]:
    """What has happened since the cursor in the file."""
    done = script.run("tail", "--cursor-file", file, "--once", *words)
    assert done.returncode == 0, done.stderr
    return [told(line) for line in done.stdout.splitlines()]


def bodies(events: list[dict[str, Any]]) -> list[str]:
    return [each["data"]["message"]["body"] for each in events if each["kind"] == "message.created"]


def test_what_happens_is_told_as_it_happens(script: Script, tmp_path: Path) -> None:
    file = tmp_path / "cursor"
    once(script, file)
    process = script.start("tail", "--cursor-file", file, "--kind", "message.created")
    script.run("note", "1", "first")
    assert next_of(process)["data"]["message"]["body"] == "first"
    script.run("note", "1", "second")
    event = next_of(process)
    assert (event["kind"], event["data"]["message"]["body"]) == ("message.created", "second")
    assert end(process, signal.SIGINT) == 130


def test_from_a_cursor_on_nothing_is_left_out_and_nothing_comes_twice(script: Script, tmp_path: Path) -> None:
    file = tmp_path / "cursor"
    assert once(script, file) == []
    for number in range(3):
        script.run("note", "1", f"while away {number}")
    assert bodies(once(script, file)) == [f"while away {number}" for number in range(3)]
    assert once(script, file) == []


def test_killed_in_the_middle_it_leaves_nothing_out(script: Script, tmp_path: Path) -> None:
    file = tmp_path / "cursor"
    once(script, file)
    heard: list[str] = []
    for number in range(4):
        process = script.start("tail", "--cursor-file", file, "--kind", "message")
        script.run("note", "1", f"kill {number}")
        while f"kill {number}" not in heard:
            heard.append(next_of(process)["data"]["message"]["body"])
        end(process)
        script.run("note", "1", f"dead {number}")
    heard += bodies(once(script, file))
    wanted = [f"{word} {number}" for number in range(4) for word in ("kill", "dead")]
    assert list(dict.fromkeys(heard)) == wanted  # the last one before a kill may have come again


def test_only_what_is_asked_for(script: Script, tmp_path: Path) -> None:
    file, other = tmp_path / "cursor", tmp_path / "other"
    once(script, file)
    other.write_text(file.read_text())
    script.run("note", "2", "of the second")
    script.run("tag", "1", "--add", "told")
    script.run("note", "1", "of the first")
    assert bodies(once(script, file, "--conversation", "1")) == ["of the first"]
    assert {each["kind"] for each in once(script, other, "--kind", "conversation")} == {
        "conversation.updated"
    }


def test_a_position_that_is_lost_is_told(script: Script, tmp_path: Path) -> None:
    file = tmp_path / "cursor"
    file.write_text("0123456789ab.5.0.admin-0\n")
    done = script.run("tail", "--cursor-file", file, "--once")
    assert [told(line)["kind"] for line in done.stdout.splitlines()] == ["gap"]
    assert "events may be missing" in done.stderr
    assert once(script, file) == []


def test_staff_are_told_what_is_theirs(script: Script, tmp_path: Path) -> None:
    file = tmp_path / "cursor"
    script.run("tail", "--cursor-file", file, "--once", who=SARAH)
    script.run("assign", "2", "--to", "mike@designpi.com")
    script.run("note", "2", "not for Sarah")
    done = script.run("tail", "--cursor-file", file, "--once", who=SARAH)
    assert "not for Sarah" not in done.stdout


def test_a_reader_that_has_gone_ends_it_quietly(script: Script) -> None:
    process = script.start("tail")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_session_that_ends_is_4(script: Script) -> None:
    assert script.run("tail", DESKTERM_TOKEN="dk_s_nothing").returncode == 4


def test_what_anybody_wrote_is_ascii_there(script: Script, tmp_path: Path) -> None:
    file = tmp_path / "cursor"
    once(script, file)
    script.run("note", "1", "\u202eevil 東京")
    done = script.run("tail", "--cursor-file", file, "--once")
    assert done.stdout.isascii()
    assert bodies([told(line) for line in done.stdout.splitlines()]) == ["\u202eevil 東京"]
