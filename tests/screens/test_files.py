"""Files at real consoles on a real server: sent by one, seen and saved by the other."""

from pathlib import Path

import pytest

from tests.screens.real_server import JOHN, SARAH, Person, address, at_console

__all__ = ["address"]
CONTENT = bytes(range(256)) * 2_000


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A file of this machine."""
    path = tmp_path / "some folder" / "server log.txt"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path


async def name_a_path(somebody: Person, path: Path | str) -> None:
    """Put another path into the question that is open, and take it."""
    await somebody.press("home", "ctrl+k")
    await somebody.type(str(path))
    await somebody.press("enter")


@pytest.mark.limit(60)
async def test_a_file_goes_over_and_is_saved_there(
    address: str, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with at_console(address, SARAH) as sarah, at_console(address, JOHN) as john:
        await john.press("ctrl+f")
        await john.sees("Send a file")
        await john.type("some folder/ser")
        await john.sees("server log.txt")  # the rest of the name, offered behind the cursor
        await john.press("right", "enter")
        await john.sees("▤ server log.txt · 512 kB")
        await sarah.press("enter")
        await sarah.sees("▤ server log.txt · 512 kB")
        await sarah.press("y", "f")
        await sarah.sees("Save server log.txt")
        saved = tmp_path / "saved.txt"
        await name_a_path(sarah, saved)
        await sarah.sees("Saved as")
    assert saved.read_bytes() == CONTENT
    assert saved.stat().st_mode & 0o777 == 0o600


@pytest.mark.limit(60)
async def test_a_file_is_opened_where_there_is_a_desktop(
    address: str, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what runs nothing, under a free name; over ssh it is saved and said where."""
    opened = tmp_path / "opened"
    program = tmp_path / "bin" / "xdg-open"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > "{opened}.part" && mv "{opened}.part" "{opened}"\n')
    program.chmod(0o700)
    picture, page = tmp_path / "shot.png", tmp_path / "page.html"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + CONTENT)
    page.write_bytes(b"<script>")
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("XDG_DOWNLOAD_DIR", str(tmp_path))
    for name in ("SSH_CONNECTION", "SSH_TTY", "MOSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    async with at_console(address, SARAH) as sarah:
        await send_from(sarah, picture)
        await sarah.press("y", "o")
        await sarah.until(opened.exists)
        assert opened.read_text() == f"{tmp_path / 'shot (2).png'}\n"
        assert (tmp_path / "shot (2).png").read_bytes() == picture.read_bytes()
        opened.unlink()
        monkeypatch.setenv("SSH_TTY", "/dev/pts/1")
        await sarah.press("y", "o")
        await sarah.until((tmp_path / "shot (3).png").exists)
        await sarah.sees("Saved as")
        monkeypatch.delenv("SSH_TTY")
        await send_from(sarah, page)
        await sarah.press("y", "o")
        await sarah.sees("Open a file")
        await sarah.press("enter")
        await sarah.sees("Saved, not opened")
        await sarah.press("n", "ctrl+f")
        await sarah.sees("A file for agents only")
        await sarah.type(f"{tmp_path}/shot*.png")
        await sarah.press("enter")
        await sarah.sees("▤ shot (2).png", "▤ shot (3).png")
    assert not opened.exists()


async def send_from(sarah: Person, path: Path) -> None:
    """A note with one file, and back to reading."""
    await sarah.press("n", "ctrl+f")
    await sarah.sees("A file for agents only")
    await sarah.type(str(path))
    await sarah.press("enter")
    await sarah.sees(f"▤ {path.name}", f"Sent {path.name}")
    await sarah.press("escape")


@pytest.mark.limit(60)
async def test_nothing_is_replaced_and_a_note_stays_among_agents(
    address: str, log: Path, tmp_path: Path
) -> None:
    async with at_console(address, SARAH) as sarah, at_console(address, JOHN) as john:
        await sarah.press("n", *"look", "ctrl+f")
        await sarah.sees("A file for agents only")
        await sarah.type(str(log))
        await sarah.press("enter")
        await sarah.sees("▤ server log.txt", "internal note")
        assert sarah.inbox.composer.text() == "look"
        await sarah.press("escape")
        await sarah.press("y", "f")
        await name_a_path(sarah, log)
        await sarah.sees("There is a file of that name already")
        await sarah.press("escape")
        await john.press("f10")
        await john.sees("There is no file here.")


@pytest.mark.limit(60)
async def test_what_cannot_be_sent_is_said_in_the_question(address: str, tmp_path: Path) -> None:
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(26 * 1024 * 1024 + 1)
    async with at_console(address, JOHN) as john:
        await john.press("ctrl+f")
        for path, words in (
            (tmp_path / "none", "There is no such file."),
            (tmp_path, "That is no file."),
            (big, "at most 26.2 MB can be sent"),
        ):
            await name_a_path(john, path)
            await john.sees(words)
