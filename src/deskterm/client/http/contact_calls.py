"""The server's routes for contacts, their notes, members, and the audit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deskterm.client.answers import Page
from deskterm.client.http.exchange import Exchange
from deskterm.client.http.parse import one, page_of
from deskterm.protocol.records import Author, ContactKind, Kind, Member, MessageKind, Status


@dataclass(slots=True, frozen=True)
class ContactDetail:
    """Whoever writes in, with what only their own page shows."""

    id: str
    kind: ContactKind
    rev: int
    created_at: datetime
    registered: bool
    lead_status: str | None = None
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    last_seen_at: datetime | None = None
    merged_into: str | None = None


@dataclass(slots=True, frozen=True)
class By:
    """Who did or wrote something."""

    id: str
    name: str | None


@dataclass(slots=True, frozen=True)
class ContactNote:
    """What an agent wrote about a contact."""

    id: str
    body: str
    created_at: datetime
    author: By | None = None


@dataclass(slots=True, frozen=True)
class SeenConversation:
    """A conversation as its contact has it in their list."""

    id: str
    number: int
    kind: Kind
    status: Status
    subject: str | None = None
    preview: str | None = None


@dataclass(slots=True, frozen=True)
class SeenMessage:
    """A message as its contact reads it."""

    author: Author
    body: str
    kind: MessageKind
    created_at: datetime
    deleted: bool = False


@dataclass(slots=True, frozen=True)
class ContactView:
    """What a contact would read: their conversations, and the newest messages of one of them."""

    conversations: tuple[SeenConversation, ...]
    conversation_id: str | None
    messages: tuple[SeenMessage, ...]


@dataclass(slots=True, frozen=True)
class Erasure:
    """How much of somebody goes, or went; `backup` is the file on the server that was made before."""

    contact_id: str
    conversations: int
    messages: int
    files: int
    notes: int
    dry_run: bool
    backup: str | None = None


@dataclass(slots=True, frozen=True)
class Retention:
    """What is old enough to go, or went, by the organization's days; 0 = never."""

    archive_days: int
    visitor_days: int
    conversations: int
    visitors: int
    backup: str | None = None


@dataclass(slots=True, frozen=True)
class Rejected:
    """A row that cannot be taken."""

    row: int
    reason: str


@dataclass(slots=True, frozen=True)
class ImportReport:
    """What became of the rows of an import."""

    created: int
    updated: int
    unchanged: int
    rejected: tuple[Rejected, ...]


@dataclass(slots=True, frozen=True)
class AuditEntry:
    """Something that was done."""

    id: str
    at: datetime
    action: str
    detail: Mapping[str, Any]
    actor: By | None = None
    entity: str | None = None
    entity_id: str | None = None
    label: str | None = None


class ContactCalls(Exchange):
    """Every method raises the errors of `client.errors`."""

    async def find_contacts(
        self, search: str = "", *, kind: str | None = None, cursor: str | None = None, limit: int = 50
    ) -> Page[ContactDetail]:
        """A page of contacts, newest first."""
        query = {"limit": str(limit), "search": search, "kind": kind, "cursor": cursor}
        given = {name: value for name, value in query.items() if value}
        return await self._get("/contacts", page_of(ContactDetail), given)

    async def contact_detail(self, contact_id: str) -> ContactDetail:
        """One contact."""
        return await self._get(f"/contacts/{contact_id}", one(ContactDetail))

    async def patch_contact(self, contact_id: str, **fields: Any) -> ContactDetail:
        """Change what is known of a contact."""
        path = f"/contacts/{contact_id}"
        return self._fit(one(ContactDetail), await self._do("PATCH", path, fields))

    async def merge_contact(self, contact_id: str, into_id: str) -> ContactDetail:
        """Put a contact into another one; answers that one."""
        path = f"/contacts/{contact_id}/merge"
        return self._fit(one(ContactDetail), await self._do("POST", path, {"into_id": into_id}))

    async def erase_contact(self, contact_id: str, *, dry_run: bool) -> Erasure:
        """Erase somebody for good, or say what would go (admins)."""
        path = f"/contacts/{contact_id}/erase"
        return self._fit(one(Erasure), await self._do("POST", path, {"dry_run": dry_run}))

    async def retention(self) -> Retention:
        """What a run would take now (admins)."""
        return await self._get("/retention", one(Retention))

    async def run_retention(self) -> Retention:
        """Archive and erase what is old enough (admins)."""
        return self._fit(one(Retention), await self._do("POST", "/retention/run", {}))

    async def contact_notes(self, contact_id: str) -> Page[ContactNote]:
        """What agents wrote about a contact, newest first."""
        return await self._get(f"/contacts/{contact_id}/notes", page_of(ContactNote))

    async def add_contact_note(self, contact_id: str, body: str) -> ContactNote:
        """Keep a note about a contact."""
        path = f"/contacts/{contact_id}/notes"
        return self._fit(one(ContactNote), await self._do("POST", path, {"body": body}))

    async def delete_contact_note(self, contact_id: str, note_id: str) -> None:
        """Delete a note: one's own, or as an admin any."""
        await self._do("DELETE", f"/contacts/{contact_id}/notes/{note_id}")

    async def view_as_contact(self, contact_id: str, conversation_id: str | None = None) -> ContactView:
        """Look with a contact's eyes (admins); that somebody looked is in the audit."""
        query = {"conversation_id": conversation_id} if conversation_id else {}
        return await self._get(f"/contacts/{contact_id}/view", one(ContactView), query)

    async def import_contacts(
        self, rows: Sequence[Mapping[str, str | None]], *, dry_run: bool
    ) -> ImportReport:
        """Make or complete contacts, known by their address (admins)."""
        body = {"rows": list(rows), "dry_run": dry_run}
        return self._fit(one(ImportReport), await self._do("POST", "/contacts/import", body))

    async def patch_member(self, member_id: str, **fields: Any) -> Member:
        """Change a member's role, maximum or access (admins); 409 `conflict` for the last admin."""
        return self._fit(one(Member), await self._do("PATCH", f"/members/{member_id}", fields))

    async def audit(
        self, *, action: str | None = None, cursor: str | None = None, limit: int = 100
    ) -> Page[AuditEntry]:
        """What was done, newest first (admins)."""
        query = {"limit": str(limit), "action": action, "cursor": cursor}
        given = {name: value for name, value in query.items() if value}
        return await self._get("/audit", page_of(AuditEntry), given)
