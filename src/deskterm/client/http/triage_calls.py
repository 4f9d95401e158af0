"""The server's routes for many conversations at once, and for who has how much to do."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from deskterm.client.answers import ConversationPatch
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one
from deskterm.client.triage import BalanceReport, BulkReport, Workload


class TriageCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def workload(self, since: datetime | None = None) -> Workload:
        """Who has how much to do; what was handled counts from `since`, when the reader's day began."""
        query = {} if since is None else {"since": since.isoformat()}
        return await self._get("/workload", one(Workload), query)

    async def change_many(
        self,
        ids: Sequence[str],
        patch: ConversationPatch,
        *,
        dry_run: bool = False,
        revs: Sequence[int] | None = None,
    ) -> BulkReport:
        """The same change to at most 500 conversations in one transaction; `dry_run` only says what it is."""
        body = {"ids": list(ids), "patch": as_json(patch), "dry_run": dry_run}
        body |= {} if revs is None else {"if_revs": list(revs)}
        return self._fit(one(BulkReport), await self._do("POST", "/conversations/bulk", body))

    async def balance(self, ids: Sequence[str], *, dry_run: bool = False) -> BalanceReport:
        """Spread at most 500 conversations over who is there and has room; `dry_run` only says how."""
        body = {"ids": list(ids), "dry_run": dry_run}
        return self._fit(one(BalanceReport), await self._do("POST", "/conversations/balance", body))


def as_json(patch: ConversationPatch) -> dict[str, Any]:
    """A change as the server is told it."""
    body: dict[str, Any] = dict(patch)
    if (until := patch.get("snoozed_until")) is not None:
        body["snoozed_until"] = until.isoformat()
    return body
