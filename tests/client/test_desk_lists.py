"""Lists of conversations: pages, where they end, figures, searches."""

from typing import Any

from deskterm.client.answers import Counts
from deskterm.client.desk import Desk
from deskterm.client.replica.changes import (
    ConversationChanged,
    CountsChanged,
    MessageArrived,
)
from deskterm.client.replica.filters import Filter
from tests.client.canned import Canned, document, vars_of
from tests.client.samples import conversation, message
from tests.client.stage import Stage, event, online, soon


class TestLists:
    """Pages, where they end, and figures."""

    async def test_what_lies_beyond_the_loaded_pages_is_not_shown_until_they_reach_it(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        wanted = Filter()
        counts = vars_of(Counts(open=4))
        first = {"items": [conversation(4, 9), conversation(3, 8)], "next_cursor": "n", "counts": counts}
        rest = {"items": [conversation(2, 7), conversation(1, 5)], "next_cursor": None}
        server.on("GET", "/api/v1/conversations", document(first), document(rest))
        page = await desk.load_inbox(wanted)
        assert [each.number for each in desk.inbox_rows(wanted)] == [4, 3]
        assert (await stage.until(CountsChanged)).counts == Counts(open=4)
        socket = await online(stage, server)
        written, moved = message(9, 12, 1), conversation(1, 12)
        await socket.says(
            "event", **event("c1", "c2", "message.created", message=written, conversation=moved)
        )
        await stage.until(MessageArrived)
        assert [each.number for each in desk.inbox_rows(wanted)] == [1, 4, 3]
        await desk.load_inbox(wanted, page.next_cursor)
        assert [each.number for each in desk.inbox_rows(wanted)] == [1, 4, 3, 2]

    async def test_figures_are_asked_for_once_after_many_changes(
        self, desk: Desk, stage: Stage, server: Canned
    ) -> None:
        first: dict[str, Any] = {"items": [], "next_cursor": None, "counts": vars_of(Counts(open=1))}
        later: dict[str, Any] = {"items": [], "next_cursor": None, "counts": vars_of(Counts(open=3))}
        server.on("GET", "/api/v1/conversations", document(first), document(later))
        await desk.load_inbox(Filter())
        await stage.until(CountsChanged)
        socket = await online(stage, server)
        for rev in (6, 7, 8):
            data = event(
                f"c{rev - 5}", f"c{rev - 4}", "conversation.updated", conversation=conversation(2, rev)
            )
            await socket.says("event", **data)
            await stage.until(ConversationChanged)
        nap = await soon(stage.naps.get())
        assert nap.seconds == 1.0
        nap.over.set()
        assert (await stage.until(CountsChanged)).counts == Counts(open=3)
        assert sum(each.path == "/api/v1/conversations" for each in server.asked) == 2

    async def test_a_search_shows_what_the_server_found(self, desk: Desk, server: Canned) -> None:
        found = {"items": [conversation(7, 3), conversation(1, 5)], "next_cursor": None}
        server.on("GET", "/api/v1/conversations", document(found))
        await desk.load_inbox(Filter(q="refund"))
        assert [each.number for each in desk.inbox_rows(Filter(q="refund"))] == [7, 1]
