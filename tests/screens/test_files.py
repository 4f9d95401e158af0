"""Files at real consoles on a real server: sent by one, seen and saved by the other."""

from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image

from deskterm.widgets.thread.picture import PictureView
from tests.faults.proxy import Plan, Proxy
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


async def test_nothing_is_replaced_and_a_note_stays_among_agents(
    address: str, log: Path, tmp_path: Path
) -> None:
    async with at_console(address, SARAH) as sarah, at_console(address, JOHN) as john:
        await sarah.press("n", *"look", "ctrl+f")
        await sarah.sees("A file for agents only")
        await sarah.type(str(log))
        await sarah.press("enter", "ctrl+s")
        await sarah.sees("▤ server log.txt", "internal note", "▒ look")
        assert sarah.inbox.composer.text() == ""
        await sarah.press("escape")
        await sarah.press("y", "f")
        await name_a_path(sarah, log)
        await sarah.sees("There is a file of that name already")
        await sarah.press("escape")
        await john.press("f10")
        await john.sees("There is no file here.")


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


def picture(width: int, height: int) -> bytes:
    """A PNG, its upper half red and its lower half blue."""
    image = Image.new("RGB", (width, height), "#0000ff")
    image.paste("#ff0000", (0, 0, width, height // 2))
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


async def test_a_text_goes_with_its_file_and_a_picture_is_looked_at(
    address: str, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    shot, broken = tmp_path / "shot.png", tmp_path / "broken.png"
    shot.write_bytes(picture(30, 2))
    broken.write_bytes(picture(30, 2)[:45] + CONTENT)
    async with at_console(address, SARAH) as sarah, at_console(address, JOHN) as john:
        await sarah.press("r", *"look", "ctrl+f")
        await sarah.sees("⏎ puts it to your text, ^S sends both.")
        await sarah.type(str(log))
        await sarah.press("enter")
        await sarah.sees("▤ server log.txt · goes with it")
        await sarah.press("ctrl+t")
        await sarah.sees_no("goes with it")  # the note is another text
        await sarah.press("ctrl+t", "ctrl+f")
        await sarah.sees("Another file…", "Without server log.txt")
        await sarah.press("enter")
        await sarah.type(str(shot))
        await sarah.press("enter", "ctrl+f", "down", "enter")
        await sarah.sees("▤ shot.png · goes with it")
        await sarah.press("ctrl+s")
        await john.sees("look", "▤ shot.png")
        assert [each.body for each in john.chat.thread.messages if each.attachments] == ["look"]
        await john.press("f10")
        await john.sees("Look at it here", "Open it", "Save it…")
        await john.press("enter")
        await john.sees("shot.png · 30 × 2 pixels", "▀" * 30)
        [cells] = list(john.app.screen.query_one(PictureView).render_line(0))
        assert cells.style is not None
        assert [each.name for each in (cells.style.color, cells.style.bgcolor) if each] == [
            "#ff0000",
            "#0000ff",
        ]
        await john.press("escape", *"and mine", "ctrl+f")
        await john.type(str(broken))
        await john.press("enter", "enter")
        await sarah.sees("and mine", "▤ broken.png")
        await sarah.press("escape", "y", "p")
        await sarah.sees("Look at a picture")
        await sarah.press("enter")
        await sarah.sees("Not shown: it is no picture, or too large")


async def test_a_file_on_its_way_is_taken_back(address: str, tmp_path: Path) -> None:
    """The upload stops, nothing of it stays with the server, and a text that went with it is there again."""
    big = tmp_path / "big.log"
    with big.open("wb") as file:
        file.truncate(24 * 1024 * 1024)

    def choose(said: bytes) -> Plan | None:
        if said.startswith(b"POST /api/v1/attachments"):
            proxy.freeze()  # with the first bytes of the file
        return None

    staging = tmp_path / "data" / "files" / "incoming"
    async with (
        Proxy(urlsplit(address).port or 0, choose=choose) as proxy,
        at_console(proxy.url, JOHN) as john,
    ):
        await john.press(*"see this", "ctrl+f")
        await john.type(str(big))
        await john.press("enter", "enter")
        await john.sees("% sent · ^Z in an empty text stops it")
        await john.press("ctrl+z")
        await john.sees("Taken back: big.log")
        assert list(staging.iterdir())
        proxy.heal()
        assert "▤ big.log" not in john.text
        assert john.chat.composer.text() == "see this"
        await john.until(lambda: not list(staging.iterdir()))
