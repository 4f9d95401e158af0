"""What waits to be sent: in the row, in the list, in the tray; and colleagues who answered first."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from deskterm.client.answers import Typing, Update, Viewing
from deskterm.client.errors import ApiError
from deskterm.client.replica.outgoing import SendState
from deskterm.commands.model import Context
from deskterm.protocol.records import Author, AuthorKind, Message, MessageKind, Named, Visibility
from deskterm.screens.waiting.tray import Tray
from tests.screens.console import Driven, console
from tests.screens.world import MIKE, NOW, ago, cid

FIRST = cid(4821)
MIKES = Author(AuthorKind.AGENT, MIKE.id, MIKE.name)


@pytest.fixture
async def driven(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Driven]:
    """A console with local files, whose outbox is open."""
    async with console(monkeypatch, home=tmp_path / "state") as made:
        yield made
        assert made.app.desk is not None
        await made.app.desk.close()


async def until(driven: Driven, holds: Callable[[], bool]) -> None:
    """Let the disk's thread have its turns."""
    for _ in range(300):
        if holds():
            return
        await driven.pilot.pause(0.01)
    pytest.fail(driven.text())


async def sends(driven: Driven, text: str) -> None:
    """A reply to the first conversation, with no connection."""
    driven.world.offline()
    await driven.press("enter", "r")
    await driven.press(*text, "ctrl+s")
    await until(driven, lambda: bool(driven.inbox.desk.replica.outgoing.delayed()))
    await driven.settle()


async def test_offline_the_row_says_what_waits_and_it_goes_out_once(driven: Driven) -> None:
    await sends(driven, "hello")
    assert "offline since 12:07 — retrying · 1 message waiting · F5 now" in driven.text()
    assert "◌ not sent yet, goes out once connected again" in driven.text()
    assert "◌ waits" in driven.text()
    await driven.press("escape", "e")
    await until(driven, lambda: len(driven.inbox.desk.replica.outgoing.delayed()) == 2)
    await driven.settle()
    assert "1 message and 1 change waiting" in driven.text()
    assert FIRST not in [each.id for each in driven.inbox.listing.rows]
    driven.world.calls.clear()
    driven.world.back(0)
    await until(driven, lambda: not driven.inbox.desk.replica.outgoing.unsettled())
    assert [call for call, _ in driven.world.calls if call in ("send", "patch")] == ["send", "patch"]


async def test_the_tray_lists_it_and_gives_it_back(driven: Driven) -> None:
    await sends(driven, "hello")
    await driven.press("escape", "g", "w")
    assert isinstance(driven.top, Tray)
    assert "#4821 reply: hello" in driven.text()
    assert "does not answer" in driven.text()
    assert "· 12:07" in driven.text()
    await driven.press("enter", *"edit", "enter")
    assert driven.inbox.composer.text() == "hello"
    assert driven.inbox.context is Context.COMPOSER
    assert driven.inbox.desk.replica.outgoing.unsettled() == ()


async def test_discarding_asks_first(driven: Driven) -> None:
    await sends(driven, "hello")
    await driven.press("escape", "g", "w", "delete")
    assert "Discard #4821 reply: hello?" in driven.text()
    await driven.press("enter")
    assert driven.inbox.desk.replica.outgoing.unsettled()
    await driven.press("delete", *"disc", "enter")
    assert driven.inbox.desk.replica.outgoing.unsettled() == ()
    assert "Nothing waits: all is sent." in driven.text()


async def test_a_refused_change_is_undone_with_a_notice(driven: Driven) -> None:
    driven.world.offline()
    await driven.press("e")
    await until(driven, lambda: bool(driven.inbox.desk.replica.outgoing.delayed()))
    assert FIRST not in [each.id for each in driven.inbox.listing.rows]
    driven.world.failures.clear()
    driven.world.refuse("patch", ApiError("not_found", 404, "It is not there."))
    assert driven.world.live is not None
    driven.world.live.connection.caught_up(0)
    [waiting] = driven.inbox.desk.replica.outgoing.changes()
    await until(driven, lambda: _state(driven, waiting.id) is SendState.FAILED)
    await driven.settle()
    assert "Undone: “#4821 resolved”" in " ".join(driven.text().replace("│", " ").split())
    assert FIRST in [each.id for each in driven.inbox.listing.rows]


def _state(driven: Driven, change_id: str) -> SendState | None:
    change = driven.inbox.desk.replica.outgoing.change(change_id)
    return change.state if change else None


async def test_what_is_left_is_there_at_the_next_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async with console(monkeypatch, home=tmp_path / "state") as first:
        await sends(first, "hello")
        await first.app.action_quit()
        assert first.app.kept == 0
    async with console(monkeypatch, home=tmp_path / "state") as again:
        await until(again, lambda: "hello" in [body for _, body, _ in again.world.called("send")])
        said = "Unsent from 12:07: 1 message. It goes out now"
        await until(again, lambda: said in " ".join(again.text().split()))
        assert len(again.world.called("send")) == 1
        assert again.app.desk is not None
        await again.app.desk.close()


async def test_a_colleague_who_was_first_is_shown_where_one_writes(driven: Driven) -> None:
    newer = Message("n", FIRST, 5000, 5000, MIKES, "I have reset it for her.", MessageKind.TEXT, ago(1))
    stale = ApiError("stale", 409, "late", {"newer": [_raw(newer)]})
    driven.world.refuse("send", stale)
    await driven.press("enter", "r", *"hello", "ctrl+s")
    await until(driven, lambda: "Mike Chen answered at 12:06" in driven.text())
    assert "I have reset it for her." in driven.text()
    assert driven.inbox.composer.text() == "hello"
    driven.world.failures.clear()
    await driven.press("ctrl+s")
    await until(driven, lambda: len(driven.world.called("send")) == 2)
    assert driven.world.called("send")[1][2]["seen_seq"] >= 5000
    await driven.settle()
    assert "send anyway" not in driven.text()


async def test_what_a_colleague_stopped_is_sent_all_the_same_only_where_the_answer_is_in_sight(
    driven: Driven,
) -> None:
    """Something else stands in the composer, so the reply stays below the colleague's."""
    await sends(driven, "hello")
    await driven.press(*"and more")
    newer = Message("n", FIRST, 5000, 5000, MIKES, "I have reset it for her.", MessageKind.TEXT, ago(1))
    driven.world.failures.clear()
    driven.world.refuse("send", ApiError("stale", 409, "late", {"newer": [_raw(newer)]}))
    assert driven.world.live is not None
    driven.world.live.connection.caught_up(0)
    [stopped] = driven.inbox.desk.replica.outgoing.all()
    await until(driven, lambda: driven.inbox.desk.replica.outgoing.state(stopped.id) is SendState.FAILED)
    await driven.settle()
    assert "not sent, F5 tries again · A colleague has answered" in " ".join(driven.text().split())
    driven.world.failures.clear()
    tries = len(driven.world.called("send"))
    await driven.press("escape", "escape", "down", "enter")
    await until(driven, lambda: driven.inbox.writing.conversation_id != FIRST)
    await driven.press("f5")
    await driven.settle()
    assert len(driven.world.called("send")) == tries, "it is not seen here"
    await driven.press("escape", "up", "enter", "f5")
    await until(driven, lambda: len(driven.world.called("send")) == tries + 1)
    assert driven.world.called("send")[-1][2]["seen_seq"] is None
    await driven.settle()
    assert driven.inbox.desk.replica.outgoing.unsettled() == ()
    assert driven.inbox.composer.text() == "and more"


async def test_a_colleague_who_answers_meanwhile_is_shown_before_sending(driven: Driven) -> None:
    await driven.press("enter", "r", *"hello")
    driven.world.writes(FIRST, "Done already.", MIKES)
    await driven.settle()
    assert "Mike Chen answered at 12:07" in driven.text()
    await driven.press("f7")
    assert driven.inbox.composer.text() == ""
    assert "send anyway" not in driven.text()
    await driven.press("f7")
    assert driven.inbox.composer.text() == "hello"


async def test_who_writes_too_is_in_the_frame_and_in_the_list(driven: Driven) -> None:
    await driven.press("enter", "r")
    typing = Typing(FIRST, MIKES, NOW.replace(second=5), Visibility.PUBLIC)
    driven.world.arrives(Update("typing", typing=typing))
    await driven.settle()
    assert "Mike Chen is writing too" in driven.text()
    assert "✎ Mike" in driven.text()
    viewing = Viewing(cid(4820), (Named(MIKE.id, MIKE.name),))
    driven.world.arrives(Update("viewing", viewing=viewing))
    await driven.settle()
    assert "◌ Mike" in driven.text()


def _raw(message: Message) -> dict[str, object]:
    from pydantic_core import to_jsonable_python

    fields: dict[str, object] = to_jsonable_python(message)
    return fields


async def test_a_server_that_cannot_write_is_said_once_and_the_text_waits(driven: Driven) -> None:
    why = "The server's database is damaged: put a good backup in place with `deskterm restore FILE`."
    driven.world.refuse("send", ApiError("storage_full", 503, why, retry_after=60))
    await driven.press("enter", "r", *"hello", "ctrl+s")
    await until(driven, lambda: bool(driven.inbox.desk.replica.outgoing.delayed()))
    await driven.settle()
    assert driven.said().count("Not sent yet: The server's database is damaged") == 1
    assert "not sent yet, goes out by itself" in driven.text()
    assert "once connected again" not in driven.text(), "it is connected"
    await driven.press("escape", "r", *"again", "ctrl+s")
    await until(driven, lambda: len(driven.inbox.desk.replica.outgoing.delayed()) == 2)
    await driven.settle()
    assert driven.text().count("Not sent yet:") == 1
    await driven.press("escape", "g", "w")
    assert isinstance(driven.top, Tray)
    assert "database is damaged" in driven.text()
