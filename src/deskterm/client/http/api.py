"""The server's routes as typed methods (docs/protocol.md); answers are the records of `protocol.records`.

Every method raises the errors of `client.errors`. Commands carry an Idempotency-Key, made here unless the
caller keeps one to repeat with; a message's id is its sender's, so that sending it again is harmless.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Unpack

from deskterm.client.accounts.address import API
from deskterm.client.answers import (
    Assignment,
    ConversationPatch,
    Health,
    NewConversation,
    Page,
    ReadState,
    Session,
    SignedIn,
    Snapshot,
)
from deskterm.client.errors import ApiError, NotDeskterm, ProtocolMismatch
from deskterm.client.http import parse
from deskterm.client.http.canned_calls import CannedReplyCalls
from deskterm.client.http.contact_calls import ContactCalls
from deskterm.client.http.direct_calls import DirectCalls
from deskterm.client.http.file_calls import FileCalls
from deskterm.client.http.merge_calls import MergeCalls
from deskterm.client.http.notification_calls import NotificationCalls
from deskterm.client.http.own_text_calls import OwnTextCalls
from deskterm.client.http.parse import one, page_of
from deskterm.client.http.persona_calls import PersonaCalls
from deskterm.client.http.ticket_calls import TicketCalls
from deskterm.client.http.triage_calls import TriageCalls, as_json
from deskterm.client.http.view_calls import SavedViewCalls
from deskterm.client.http.way_in_calls import WayInCalls
from deskterm.client.http.webhook_calls import WebhookCalls
from deskterm.client.http.website_calls import WebsiteCalls
from deskterm.client.replica.filters import Filter
from deskterm.protocol.records import (
    Contact,
    Conversation,
    Me,
    Member,
    Message,
    MessageKind,
    Organization,
    Visibility,
)
from deskterm.protocol.wire.frames import PROTOCOL
from deskterm.text.words import tr


class Api(
    CannedReplyCalls,
    ContactCalls,
    DirectCalls,
    FileCalls,
    MergeCalls,
    NotificationCalls,
    OwnTextCalls,
    PersonaCalls,
    SavedViewCalls,
    TicketCalls,
    TriageCalls,
    WayInCalls,
    WebhookCalls,
    WebsiteCalls,
):
    """One server, one token. `server` is a normalised address; without a token `probe` and `login` work."""

    # --- who is there, who am I --------------------------------------------------------------------------

    async def probe(self) -> Health:
        """Make sure that a deskterm server of our protocol is there: NotDeskterm, ProtocolMismatch."""
        try:
            raw = await self._rest.request("GET", "/healthz")
        except ApiError as error:
            if error.code != "not_found":
                raise
            raise NotDeskterm(self.server, tr("nothing is at this path")) from error
        if not isinstance(raw, dict) or raw.get("product") != "deskterm":
            raise NotDeskterm(self.server, tr("something else answers there"))
        health = self._fit(one(Health), raw)
        if health.protocol != PROTOCOL:
            raise ProtocolMismatch(self.server, health.protocol, PROTOCOL)
        return health

    async def login(self, email: str, password: str, organization: str | None = None) -> SignedIn:
        """Sign in and use the new token from now on. `organization` (slug) only for people in several."""
        body = {"email": email, "password": password}
        if organization:
            body["organization"] = organization
        signed = self._fit(parse.signed_in, await self._rest.request("POST", f"{API}/auth/login", body=body))
        self._rest.token = signed.token
        return signed

    async def logout(self) -> None:
        """End this session on the server."""
        await self._do("POST", "/auth/logout")

    async def me(self) -> Me:
        """Who is signed in."""
        return await self._get("/me", parse.me)

    async def patch_me(
        self, *, presence: Literal["auto", "away"] | None = None, name: str | None = None
    ) -> Me:
        """Step away, come back, or change the own name."""
        body = {"presence": presence, "name": name}
        given = {key: value for key, value in body.items() if value is not None}
        return self._fit(parse.me, await self._do("PATCH", "/me", given))

    async def sessions(self) -> Page[Session]:
        """The own signed-in devices."""
        return await self._get("/sessions", page_of(Session))

    async def end_session(self, session_id: str) -> None:
        """Sign another device out."""
        await self._do("DELETE", f"/sessions/{session_id}")

    async def organization(self) -> Organization:
        """The organization, as far as the reader may see it."""
        return await self._get("/organization", parse.organization)

    async def patch_organization(
        self, *, name: str | None = None, settings: Mapping[str, str | bool | int] | None = None
    ) -> Organization:
        """Change its name or some of its settings (admins)."""
        given = {"name": name, "settings": settings}
        body = {key: value for key, value in given.items() if value is not None}
        return self._fit(parse.organization, await self._do("PATCH", "/organization", body))

    # --- conversations -----------------------------------------------------------------------------------

    async def conversations(
        self, wanted: Filter | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Conversation]:
        """A page of a list; the first one, without `cursor`, has counts."""
        wanted = wanted or Filter()
        path, query = "/conversations", wanted.query()
        if wanted.directly:
            path, query = "/direct-messages", wanted.direct_query()
        return await self._get(
            path, page_of(Conversation), _with(query | {"limit": str(limit)}, cursor=cursor)
        )

    async def conversation(self, conversation_id: str) -> Conversation:
        """One conversation."""
        return await self._get(f"/conversations/{conversation_id}", one(Conversation))

    async def create_conversation(
        self, *, key: str | None = None, **fields: Unpack[NewConversation]
    ) -> Conversation:
        """Open a conversation; the contact's active one, if any, is closed by it."""
        return self._fit(one(Conversation), await self._do("POST", "/conversations", fields, key))

    async def patch_conversation(
        self, conversation_id: str, *, key: str | None = None, **patch: Unpack[ConversationPatch]
    ) -> Conversation | None:
        """Change a conversation; None if it left the caller's sight by that."""
        raw = await self._do("PATCH", f"/conversations/{conversation_id}", as_json(patch), key)
        return None if raw is None else self._fit(one(Conversation), raw)

    async def assignments(self, conversation_id: str) -> Page[Assignment]:
        """Who was assigned a conversation, by whom and why (admins)."""
        return await self._get(f"/conversations/{conversation_id}/assignments", page_of(Assignment))

    async def mark_read(self, conversation_id: str, seq: int, *, key: str | None = None) -> ReadState:
        """Say that everything up to `seq` was read; never moves back."""
        path = f"/conversations/{conversation_id}/read"
        return self._fit(one(ReadState), await self._do("PUT", path, {"seq": seq}, key))

    async def portal_conversation(self) -> Conversation:
        """The signed-in contact's own support conversation, made if there is none."""
        return await self._get("/portal/conversation", one(Conversation))

    # --- messages ----------------------------------------------------------------------------------------

    async def messages(
        self,
        conversation_id: str,
        *,
        before: str | None = None,
        after: str | None = None,
        around: str | None = None,
        limit: int = 50,
    ) -> Page[Message]:
        """A page of a thread, oldest first: without a message id the newest. Marks nothing as read."""
        query = _with({"limit": str(limit)}, before=before, after=after, around=around)
        return await self._get(f"/conversations/{conversation_id}/messages", page_of(Message), query)

    async def send_message(
        self,
        conversation_id: str,
        *,
        id: str,
        body: str,
        visibility: Visibility = Visibility.PUBLIC,
        kind: MessageKind = MessageKind.TEXT,
        persona_id: str | None = None,
        seen_seq: int | None = None,
        attachment_ids: Sequence[str] = (),
    ) -> Message:
        """Write a message. Sending the same again answers the same."""
        fields: dict[str, Any] = {"id": id, "body": body}
        optional = {"persona_id": persona_id, "seen_seq": seen_seq}
        fields |= {key: value for key, value in optional.items() if value is not None}
        if visibility is not Visibility.PUBLIC:
            fields["visibility"] = visibility
        if kind is not MessageKind.TEXT:
            fields["kind"] = kind
        if attachment_ids:
            fields["attachment_ids"] = list(attachment_ids)
        path = f"{API}/conversations/{conversation_id}/messages"
        return self._fit(one(Message), await self._rest.request("POST", path, body=fields))

    # --- people ------------------------------------------------------------------------------------------

    async def contacts(
        self, search: str | None = None, *, cursor: str | None = None, limit: int = 50
    ) -> Page[Contact]:
        """A page of contacts, newest first."""
        query = _with({"limit": str(limit)}, search=search, cursor=cursor)
        return await self._get("/contacts", page_of(Contact), query)

    async def contact(self, contact_id: str) -> Contact:
        """One contact."""
        return await self._get(f"/contacts/{contact_id}", one(Contact))

    async def members(self, *, cursor: str | None = None, limit: int = 200) -> Page[Member]:
        """A page of the organization's agents."""
        return await self._get("/members", page_of(Member), _with({"limit": str(limit)}, cursor=cursor))

    async def snapshot(self, page: str | None = None) -> Snapshot:
        """A page of the snapshot; the first one's cursor is where events go on from."""
        return await self._get("/sync/snapshot", parse.snapshot, _with({}, page=page))


def _with(query: Mapping[str, str], **optional: str | None) -> dict[str, str]:
    return dict(query) | {key: value for key, value in optional.items() if value is not None}
