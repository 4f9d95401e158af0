"""What scripts ask of a server, answered as the server says it: JSON objects, not records of ours.

Every method raises the errors of `client.errors`. What may be asked again is, for a while (`Patience`).
"""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from deskterm.client.accounts.address import API
from deskterm.client.errors import ApiError, ClientError, UnexpectedAnswer
from deskterm.client.http.file_calls import unheard
from deskterm.client.http.rest import Rest
from deskterm.client.live.backoff import Backoff
from deskterm.client.script.access import Access
from deskterm.protocol.ids import UUID_PATTERN, IdSource

Json = dict[str, Any]
T = TypeVar("T")
PAGE = 200
#: Conversations that one call changes.
BULK = 500
_NUMBER = re.compile(r"#?([0-9]{1,18})")


class ScriptDesk:
    """One server and one session. `patience` is for how many seconds a command is tried again."""

    def __init__(self, access: Access, *, patience: float = 30.0, ids: IdSource | None = None) -> None:
        self._rest = Rest(access.server, access.token)
        self._server = access.server
        self._patience = patience
        self._ids = ids or IdSource()

    async def close(self) -> None:
        """Give the connections back."""
        await self._rest.close()

    async def me(self) -> Json:
        """Who this is."""
        return self._object(await self._get("/me"))

    async def conversations(self, query: Mapping[str, str], limit: int | None) -> AsyncIterator[Json]:
        """A list, page by page, at most `limit` of it."""
        async for each in self._items("/conversations", query, limit):
            yield each

    async def find(self, name: str) -> Json:
        """The conversation with this number or id; ApiError `not_found` if there is none that one sees."""
        number = _NUMBER.fullmatch(name)
        if number is None:
            if not UUID_PATTERN.fullmatch(name):
                raise _missing(name)
            return self._object(await self._get(f"/conversations/{name}"))
        for archived in ("false", "true"):
            for kind in ("support", "direct,personal,group"):
                query = {"number": number[1], "kind": kind, "archived": archived}
                async for each in self.conversations(query, 1):
                    return each
        raise _missing(name)

    async def messages(self, conversation_id: str, limit: int) -> list[Json]:
        """The last messages of a conversation, oldest first."""
        found: list[Json] = []
        query: dict[str, str] = {}
        while len(found) < limit:
            size = min(PAGE, limit - len(found))
            path = f"/conversations/{conversation_id}/messages"
            page = self._object(await self._get(path, query | {"limit": str(size)}))
            found = [*page["items"], *found]
            if page["next_cursor"] is None:
                break
            query = {"before": page["next_cursor"]}
        return found

    async def routing(self, conversation_id: str) -> Json:
        """Who would get a conversation automatically now, and why (admins)."""
        return self._object(await self._get(f"/conversations/{conversation_id}/routing"))

    async def members(self) -> list[Json]:
        """The organization's agents."""
        return [each async for each in self._items("/members", {}, None)]

    async def personas(self) -> list[Json]:
        """The personas that one sees."""
        return [each async for each in self._items("/personas", {}, None)]

    async def api_keys(self) -> AsyncIterator[Json]:
        """The organization's API keys."""
        async for each in self._items("/api-keys", {}, None):
            yield each

    async def make_api_key(self, fields: Mapping[str, Any]) -> Json:
        """A new key. Asked once: two would be two keys."""
        return self._object(await self._rest.request("POST", f"{API}/api-keys", body=fields))

    async def revoke_api_key(self, key_id: str) -> None:
        """End a key; ApiError `not_found` if there is none."""
        await self._patiently(partial(self._rest.request, "DELETE", f"{API}/api-keys/{key_id}"))

    async def organization(self) -> Json:
        """The organization with its settings."""
        return self._object(await self._get("/organization"))

    async def change_organization(self, settings: Mapping[str, Any]) -> Json:
        """Change some of its settings (admins)."""
        return await self._command("PATCH", "/organization", {"settings": settings})

    async def webhooks(self) -> AsyncIterator[Json]:
        """Where the organization's events go."""
        async for each in self._items("/webhooks", {}, None):
            yield each

    async def make_webhook(self, fields: Mapping[str, Any]) -> Json:
        """A new endpoint. Asked once: two would be two endpoints."""
        return self._object(await self._rest.request("POST", f"{API}/webhooks", body=fields))

    async def rotate_webhook(self, webhook_id: str) -> Json:
        """Another secret. Asked once: two would leave out the one that the receiver has."""
        return self._object(await self._rest.request("POST", f"{API}/webhooks/{webhook_id}/rotate"))

    async def change_webhook(self, webhook_id: str, fields: Mapping[str, Any]) -> Json:
        """Change an endpoint, pause it, let it go on."""
        return await self._command("PATCH", f"/webhooks/{webhook_id}", fields)

    async def delete_webhook(self, webhook_id: str) -> None:
        """Send nothing more there."""
        await self._patiently(partial(self._rest.request, "DELETE", f"{API}/webhooks/{webhook_id}"))

    async def deliveries(self, webhook_id: str, limit: int | None) -> AsyncIterator[Json]:
        """What was sent to an endpoint, newest first."""
        async for each in self._items(f"/webhooks/{webhook_id}/deliveries", {}, limit):
            yield each

    async def replay(self, webhook_id: str, delivery_id: str) -> Json:
        """Send something there again."""
        return await self._command("POST", f"/webhooks/{webhook_id}/deliveries/{delivery_id}/replay")

    async def upload(self, file: Path, key: str) -> str:
        """Bring a file to the server, under the same key once; its id. OSError if it cannot be read."""
        ask = partial(
            self._rest.upload,
            f"{API}/attachments",
            file,
            query={"filename": file.name},
            key=key,
            progress=unheard,
        )
        return str(self._object(await self._patiently(ask))["id"])

    async def send(self, conversation_id: str, fields: Mapping[str, Any]) -> Json:
        """Write a message with the id in `fields`; the same again answers the same."""
        path = f"{API}/conversations/{conversation_id}/messages"
        sent = await self._patiently(partial(self._rest.request, "POST", path, body=fields))
        return self._object(sent)

    async def change(self, ids: Sequence[str], patch: Mapping[str, Any], *, dry_run: bool) -> Json:
        """Change several conversations alike; what became of each."""
        found: Json = {"applied": [], "unchanged": [], "denied": [], "conflicted": []}
        for start in range(0, len(ids), BULK):
            body = {"ids": list(ids[start : start + BULK]), "patch": dict(patch), "dry_run": dry_run}
            key, path = self._ids.new(), f"{API}/conversations/bulk"
            ask = partial(self._rest.request, "POST", path, body=body, key=key)
            answer = await self._patiently(ask)
            for outcome, some in self._object(answer).items():
                found[outcome] += some
        return found

    async def _command(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Json:
        """A command under a key of its own, so that asking again does nothing twice."""
        key = self._ids.new()
        return self._object(
            await self._patiently(partial(self._rest.request, method, API + path, body=body, key=key))
        )

    async def _items(self, path: str, query: Mapping[str, str], limit: int | None) -> AsyncIterator[Json]:
        left, cursor = limit, None
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            asked = dict(query) | {"limit": str(size)} | ({"cursor": cursor} if cursor else {})
            page = self._object(await self._get(path, asked))
            for each in page["items"]:
                yield each
            cursor = page.get("next_cursor")
            if cursor is None:
                return
            left = None if left is None else left - len(page["items"])

    async def _get(self, path: str, query: Mapping[str, str] | None = None) -> Any:
        return await self._patiently(partial(self._rest.request, "GET", API + path, query=query))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask again while that may help and patience lasts; the last error is raised."""
        until, backoff = time.monotonic() + self._patience, Backoff()
        while True:
            try:
                return await ask()
            except ClientError as error:
                named = error.retry_after if isinstance(error, ApiError) else None
                wait = backoff.next() if named is None else named
                if not error.passing or time.monotonic() + wait > until:
                    raise
            await asyncio.sleep(wait)

    def _object(self, answer: Any) -> Json:
        if not isinstance(answer, dict):
            raise UnexpectedAnswer(self._server, "no JSON object")
        return answer


def _missing(name: str) -> ApiError:
    return ApiError("not_found", 404, f"There is no conversation {name} that you see.")
