"""The customers' chat in lines: what is said, what is sent, and what happens without a connection."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.conftest import Server, running
from tests.e2e.terminal import COMMAND, deskterm

JOHN, SARAH = "john.doe@example.com", "sarah@designpi.com"


def signed_in(server: Server, email: str = JOHN) -> dict[str, str]:
    """The variables that sign somebody in."""
    return {"DESKTERM_SERVER": server.url, "DESKTERM_TOKEN": server.token(email), "TERM": "dumb"}


class Plain:
    """A plain chat in a pipe."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self.lines: list[str] = []

    def types(self, line: str) -> None:
        """Write a line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def says(self, words: str) -> str:
        """Read until a line with these words; answers that line."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if words in line:
                return self.lines[-1]
        raise AssertionError(f"it ended without {words!r}: {self.lines}")


@contextmanager
def plain(environ: dict[str, str]) -> Iterator[Plain]:
    """A plain chat that runs."""
    command = ["env", *(f"{name}={value}" for name, value in environ.items()), *COMMAND, "chat", "--plain"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Plain(process)
        finally:
            process.kill()


def test_files_in_lines(server: Server, tmp_path: Path) -> None:
    sent, saved = tmp_path / "a log.txt", tmp_path / "saved.txt"
    sent.write_bytes(b"what happened")
    with plain(signed_in(server)) as chat:
        chat.says("any news?")
        chat.types(f"/file {sent}")
        chat.says("Sent at ")
        chat.types(f"/save {saved}")
        chat.says("Saved as")
        chat.types(f"/save {saved}")
        chat.says("There is a file of that name already")
        chat.types(f"/file {sent}")
        chat.says("Sent at ")
        chat.types("/files")
        chat.says("2: a log.txt, 13 B")
        chat.types(f"/save 2 {tmp_path / 'again.txt'}")
        chat.says("Saved as")
        chat.types("/open 3")
        chat.says("There is no file of that number.")
        chat.types("/file /nowhere")
        chat.says("There is no such file.")
    assert saved.read_bytes() == (tmp_path / "again.txt").read_bytes() == b"what happened"


def conversation(server: Server, token: str) -> str:
    """John's own conversation."""
    own: str = server.call("GET", "/portal/conversation", token=token)["id"]
    return own


def test_a_conversation_in_lines(server: Server) -> None:
    environ = signed_in(server)
    with plain(environ) as chat:
        chat.says("You are John Doe, and write with designpi.")
        chat.says("Support: Hello John")
        chat.says("any news?")
        chat.types("Two lines\\")
        chat.types("in one message")
        chat.types("")
        chat.says("Sent at ")
        sarah = server.token(SARAH)
        here = conversation(server, environ["DESKTERM_TOKEN"])
        server.say(here, "Here you are:\n\x1b]0;evil\x07 https://example.com", sarah)
        chat.says("Support: Here you are:")
        assert chat.says("example.com").startswith("  ")
        chat.types("/nonsense")
        chat.says("There is no /nonsense.")
        chat.types("/new")
        chat.says("Type /new again")
        chat.types("/new")
        chat.says("This is a new request.")
        chat.types("//a line with a slash")
        chat.says("Sent at ")
        chat.types("/quit")
        assert chat.process.wait(30) == 0
    assert not any("\x1b" in each or "\x07" in each for each in chat.lines)
    assert not any(re.match(r"\d\d:\d\d Sarah", each) for each in chat.lines)
    first = server.call("GET", f"/conversations/{here}/messages", token=sarah)["items"]
    assert "Two lines\nin one message" in [each["body"] for each in first]
    second = conversation(server, environ["DESKTERM_TOKEN"])
    assert second != here
    bodies = [
        each["body"]
        for each in server.call("GET", f"/conversations/{second}/messages", token=environ["DESKTERM_TOKEN"])[
            "items"
        ]
    ]
    assert "/a line with a slash" in bodies


def test_one_message_from_a_pipe(server: Server) -> None:
    environ = signed_in(server)
    done = deskterm("chat", "--plain", "--once", stdin="first\nsecond\n", **environ)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Sent at ")
    assert done.stdout.count("\n") == 1
    here = conversation(server, environ["DESKTERM_TOKEN"])
    thread = server.call("GET", f"/conversations/{here}/messages", token=environ["DESKTERM_TOKEN"])
    assert thread["items"][-1]["body"] == "first\nsecond"
    nothing = deskterm("chat", "--once", stdin="\n", **environ)
    assert (nothing.returncode, nothing.stderr) == (5, "There is nothing to send.\n")


def test_who_may_not_come_in_is_told(server: Server) -> None:
    nobody = deskterm("chat", "--plain", DESKTERM_SERVER=server.url)
    assert nobody.returncode == 4
    assert nobody.stderr == "Nobody is signed in here. Run `deskterm login` first.\n"
    agent = deskterm("chat", "--plain", **signed_in(server, SARAH))
    assert agent.returncode == 5
    assert "This is the customers' screen, and Sarah Johnson answers customers" in agent.stderr


def test_what_could_not_be_sent_is_told_and_not_lost(server: Server) -> None:
    with plain(signed_in(server)) as chat:
        chat.says("any news?")
        server.stop()
        chat.says("You are offline")
        chat.types("written in the dark")
        chat.says("Not sent yet.")
        chat.types("/quit")
        chat.says("This was not sent: written in the dark")
        assert chat.process.wait(30) == 75


def test_rooms_and_direct_messages_in_lines(server: Server) -> None:
    """To a room and its people, to a persona, and back; what is said elsewhere is told."""
    environ, sarah = signed_in(server), server.token(SARAH)
    with plain(environ) as chat:
        chat.says("1 new message elsewhere. /places")
        chat.types("/go Main")
        chat.says("You are in Main Community.")
        chat.types("/people")
        assert "Jane Smith" in chat.says("Bob Wilson")
        chat.types("Hello everybody")
        chat.says("Sent at ")
        chat.types("/to mia")
        chat.says("You are in Mia.")
        chat.types("Hello Mia")
        chat.says("Sent at ")
        direct = server.call("GET", "/direct-messages", token=environ["DESKTERM_TOKEN"])["items"][0]["id"]
        server.say(direct, "Hello John, it is me", sarah)
        chat.says("Mia: Hello John, it is me")
        chat.types("/go 1")
        chat.says("You are in Help & Support.")
        server.say(direct, "Still there?", sarah)
        chat.says("New in Mia. /go Mia goes there.")
        chat.types("/places")
        chat.says("1 Help & Support (you are here)")
        chat.says("3 Mia (1 new)")
        chat.types("/go mia")
        chat.says("Mia: Still there?")
        chat.types("/new")
        chat.says("Go to Help & Support first: /go 1")
        chat.types("/go nowhere")
        chat.says("There is no such place.")
        chat.types("/to nobody at all")
        chat.says("Nobody whom you can write to is called so.")
        chat.types("/quit")
        assert chat.process.wait(timeout=30) == 0


def test_it_says_when_an_older_backup_was_put_in_place(tmp_path: Path) -> None:
    place = (str(tmp_path / "copy"), "--data", str(tmp_path / "data"))
    with running(tmp_path) as server, plain(signed_in(server)) as chat:
        chat.says("any news?")
        assert deskterm("backup", *place).returncode == 0
        chat.types("gone with it")
        chat.says("Sent at ")
        server.stop()
        assert deskterm("restore", *place).returncode == 0
        with running(tmp_path, server.url.rpartition(":")[2]):
            chat.says("put back to an older backup")
            chat.types("after it")
            chat.says("Sent at ")
