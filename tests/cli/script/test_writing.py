"""`deskterm reply` and `note`: said once, whatever becomes of the answer."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.script.scripting import DANA, JOHN, SARAH, Script
from tests.faults.proxy import DROP_ANSWER, NO_ANSWER, Plan, Proxy
from tests.forking import COMMAND


def bodies(script: Script, number: int) -> list[str]:
    shown = script.run("show", str(number), "-o", "json", "--limit", "200")
    return [each["body"] for each in json.loads(shown.stdout)["messages"]]


def test_a_reply_comes_through_a_pipe(script: Script) -> None:
    done = script.run("reply", "1", stdin="Two lines\nof an answer 東京\n", who=SARAH)
    assert (done.returncode, done.stderr) == (0, "")
    assert bodies(script, 1)[-1] == "Two lines\nof an answer 東京"


def test_a_note_is_internal_and_json_is_the_servers(script: Script) -> None:
    done = script.run("note", "2", "for", "us", "-o", "json")
    message = json.loads(done.stdout)
    assert (message["body"], message["visibility"]) == ("for us", "internal")


def test_files_go_with_it(script: Script, tmp_path: Path) -> None:
    """One without words, two with them; what cannot be sent is refused before anything is."""
    log, shot = tmp_path / "server.log", tmp_path / "shot.png"
    log.write_bytes(b"a line\n")
    shot.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300_000))
    done = script.run("reply", "2", "Both", "--attach", str(log), "--attach", str(shot), "-o", "json")
    message = json.loads(done.stdout)
    assert [(each["filename"], each["size"]) for each in message["attachments"]] == [
        ("server.log", 7),
        ("shot.png", 300_008),
    ]
    assert script.run("note", "2", "--attach", str(log)).stdout == "sent to #2: [server.log]\n"
    before = bodies(script, 2)
    assert script.run("reply", "2", "x", "--attach", str(tmp_path / "none")).returncode == 5
    assert bodies(script, 2) == before


def test_a_persona_speaks(script: Script) -> None:
    message = json.loads(script.run("reply", "2", "Hello", "--persona", "Mia", "-o", "json").stdout)
    assert message["author"]["name"] == "Mia"
    assert script.run("reply", "2", "Hello", "--persona", "Nobody").returncode == 3


def test_a_dry_run_sends_nothing(script: Script) -> None:
    before = bodies(script, 3)
    done = script.run("reply", "3", "only a try", "--dry-run")
    assert (done.returncode, done.stdout) == (0, "would be sent to #3: only a try\n")
    assert bodies(script, 3) == before


@pytest.mark.parametrize(
    ("text", "code"), [("", 5), (" \n\t\n", 5), ("x" * 10_001, 5), ("x" * 10_000, 0), (b"\xff\xfe broken", 0)]
)
def test_what_cannot_be_a_message_is_refused_before_it_is_sent(
    script: Script, text: str | bytes, code: int
) -> None:
    assert script.run("note", "3", stdin=text).returncode == code


def test_refusals_have_their_codes(script: Script) -> None:
    assert script.run("reply", "2", "not mine", who=SARAH).returncode == 3
    assert script.run("note", "1", "a customer's note", who=JOHN).returncode == 4
    assert script.run("status", "3", "--to", "resolved").returncode == 0
    done = script.run("reply", "3", "too late")
    assert done.returncode == 9
    assert script.run("status", "3", "--to", "open").returncode == 0


def test_an_id_sent_again_is_the_same_message_and_another_text_under_it_is_9(script: Script) -> None:
    message = json.loads(script.run("reply", "1", "once", "-o", "json").stdout)
    again = script.run("reply", "1", "once", "--id", message["id"])
    assert again.stdout == "was there already in #1: once\n"
    assert script.run("reply", "1", "twice", "--id", message["id"]).returncode == 9
    assert bodies(script, 1).count("once") == 1


async def run(script: Script, environ: Mapping[str, str], *words: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        *words,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**script.environment(DANA), **environ},
    )
    _, errors = await process.communicate()
    assert process.returncode is not None
    return process.returncode, errors.decode()


class Line:
    """A way to the server that loses the answers to the next so many messages."""

    def __init__(self, loses: int, answer: Plan) -> None:
        self.left = loses
        self._answer = answer
        self.asked = asyncio.Event()

    def choose(self, said: bytes) -> Plan | None:
        """What becomes of what a client has just said."""
        if not said.startswith(b"POST ") or self.left == 0:
            return None
        self.left -= 1
        self.asked.set()
        return self._answer


async def test_a_lost_answer_is_asked_for_again_and_the_message_is_there_once(script: Script) -> None:
    line = Line(3, DROP_ANSWER)
    async with Proxy(int(script.url.rpartition(":")[2]), choose=line.choose) as proxy:
        code, _ = await run(script, {"DESKTERM_SERVER": proxy.url}, "reply", "2", "through a tunnel")
    assert line.left == 0
    assert code == 0
    assert (await asyncio.to_thread(bodies, script, 2)).count("through a tunnel") == 1


async def test_killed_before_the_answer_it_sends_the_same_message_the_next_time(script: Script) -> None:
    """The id is on the disk before the first attempt, by server, session, conversation and text."""
    line, words = Line(1, NO_ANSWER), ("reply", "2", "killed on the way")
    folder = script.home / "state" / "unanswered"
    async with Proxy(int(script.url.rpartition(":")[2]), choose=line.choose) as proxy:
        environ = {"DESKTERM_SERVER": proxy.url}
        process = await asyncio.create_subprocess_exec(
            *COMMAND, *words, env={**script.environment(DANA), **environ}
        )
        await line.asked.wait()
        kept = list(folder.iterdir())
        while "killed on the way" not in await asyncio.to_thread(bodies, script, 2):
            pass  # it is on its way to the server
        process.kill()
        await process.wait()
        assert (len(kept), list(folder.iterdir())) == (1, kept)
        assert (await run(script, environ, *words))[0] == 0
    assert list(folder.iterdir()) == []
    assert (await asyncio.to_thread(bodies, script, 2)).count("killed on the way") == 1


def test_nothing_that_was_answered_stays_on_the_disk(script: Script) -> None:
    assert script.run("reply", "1", "answered").returncode == 0
    assert script.run("reply", "1", "answered").returncode == 0  # a second one on purpose
    assert bodies(script, 1).count("answered") == 2
    assert list((script.home / "state" / "unanswered").iterdir()) == []


def test_without_a_server_it_is_75_and_the_same_command_later_sends_it(script: Script) -> None:
    there = script.run("show", "1", "-o", "json")
    conversation = json.loads(there.stdout)["conversation"]["id"]
    done = script.run("reply", conversation, "later", "--patience", "0", DESKTERM_SERVER="http://127.0.0.1:1")
    assert done.returncode == 75
    assert script.run("reply", conversation, "later").returncode == 0
    assert bodies(script, 1).count("later") == 1


def test_local_files_are_private(script: Script, tmp_path: Path) -> None:
    script.run("reply", "1", "private")
    assert (script.home / "state" / "unanswered").stat().st_mode & 0o077 == 0
