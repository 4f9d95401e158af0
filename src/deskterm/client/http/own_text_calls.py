"""The server's routes for what one has written oneself: sent messages that may still change, and drafts."""

from collections.abc import Mapping

from deskterm.client.accounts.address import API
from deskterm.client.answers import Drafts
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one
from deskterm.protocol.records import Message, Visibility


class OwnTextCalls(Exchange):
    """Notes, replies while they are held, drafts. Every method raises the errors of `client.errors`."""

    async def edit_message(self, message_id: str, body: str) -> Message:
        """Change a note of one's own, or a reply while it is held; 409 `conflict` once it has gone out."""
        raw = await self._do("PATCH", f"/messages/{message_id}", {"body": body})
        return self._fit(one(Message), raw)

    async def delete_message(self, message_id: str) -> None:
        """Delete a note of one's own, or take a reply back while it is held; 409 `conflict` after that."""
        await self._do("DELETE", f"/messages/{message_id}")

    async def drafts(self, conversation_id: str) -> Drafts:
        """One's own drafts in a conversation."""
        return await self._get(f"/conversations/{conversation_id}/draft", one(Drafts))

    async def put_draft(
        self, conversation_id: str, visibility: Visibility, body: str, blanks: Mapping[str, int], if_rev: int
    ) -> Drafts:
        """Keep a draft, or forget it if the text is blank; 409 `stale` if another than `if_rev` is kept.

        Putting the same twice is putting it once, so there is no key to repeat it with.
        """
        fields = {
            "body": body,
            "visibility": visibility.value,
            "blanks": dict(blanks),
            "if_rev": if_rev,
        }
        path = f"{API}/conversations/{conversation_id}/draft"
        return self._fit(one(Drafts), await self._rest.request("PUT", path, body=fields))
