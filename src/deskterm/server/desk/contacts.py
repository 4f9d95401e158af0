"""Contacts: admins see all of them, staff those of the conversations they see."""

import json
from typing import Any

from deskterm.protocol.wire.contacts import ContactQuery, CreateContact, PatchContact
from deskterm.server import policy
from deskterm.server.desk.retelling import retell, showing
from deskterm.server.errors import Conflict, NotFound, Stale
from deskterm.server.policy import Sight
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, contacts, organizations
from deskterm.server.storage.contacts import ContactRow, Wanted
from deskterm.server.storage.database import Reader, Tx

#: Whoever is one of these may become one of the later ones, never the other way round.
RANKS = ("visitor", "lead", "customer")


def list_contacts(
    reader: Reader, principal: Principal, query: ContactQuery, before: bytes
) -> list[ContactRow]:
    """One more than a page of contacts, newest first."""
    wanted = Wanted(query.search, query.kind, query.lead_status)
    sight, organization = _sight(reader, principal), principal.organization_id
    return contacts.page(reader, organization, sight, wanted, before=before, limit=query.limit + 1)


def access_contact(reader: Reader, principal: Principal, contact_id: bytes) -> ContactRow:
    """A contact that the principal may see, or `NotFound`."""
    row = contacts.by_id(reader, principal.organization_id, contact_id)
    if row is None or not contacts.is_seen(
        reader, principal.organization_id, contact_id, _sight(reader, principal)
    ):
        raise NotFound()
    return row


def access_present_contact(reader: Reader, principal: Principal, contact_id: bytes) -> ContactRow:
    """The same of one who was neither merged into another nor erased; who was is a `Conflict`."""
    row = access_contact(reader, principal, contact_id)
    if row.erased_at is not None:
        raise Conflict("This contact was erased.")
    if row.merged_into is not None:
        raise Conflict("This contact was merged into another one.")
    return row


def do_create_contact(tx: Tx, principal: Principal, wish: CreateContact) -> ContactRow:
    """Make a lead or a customer; a known address is a `Conflict`."""
    organization = principal.organization_id
    if wish.email is not None and contacts.by_email(tx, organization, wish.email) is not None:
        raise Conflict("There is a contact with this address.")
    contact_id = tx.ids.new_bytes()
    status = wish.lead_status or ("new" if wish.kind == "lead" else None)
    contacts.insert(
        tx,
        organization,
        contact_id=contact_id,
        kind=wish.kind,
        name=wish.name,
        email=wish.email,
        phone=wish.phone,
        company=wish.company,
        lead_status=status,
    )
    row = access_contact(tx, principal, contact_id)
    if wish.metadata:
        row = row._replace(metadata=json.dumps(wish.metadata, ensure_ascii=False))
        contacts.update(tx, organization, row)
    note(tx, principal, "contact.created", contact_id)
    return row


def do_patch_contact(tx: Tx, principal: Principal, contact_id: bytes, patch: PatchContact) -> ContactRow:
    """Change what is known of a contact, or make them a customer; consoles read it at once."""
    before = access_present_contact(tx, principal, contact_id)
    if patch.if_rev is not None and patch.if_rev != before.rev:
        raise Stale("The contact has changed since.", extra={"rev": before.rev})
    after = _patched(before, patch)
    if after == before:
        return before
    changed = sorted(name for name in after._fields if getattr(after, name) != getattr(before, name))
    write(tx, principal, after)
    note(tx, principal, "contact.changed", contact_id, fields=changed)
    return access_contact(tx, principal, contact_id)


def write(tx: Tx, principal: Principal, row: ContactRow) -> None:
    """Write a contact and tell of the conversations that show them."""
    organization = principal.organization_id
    concerned = showing(tx, organization, member_id=None, contact_id=row.id)
    seq = retell(tx, organization, principal.actor_id, concerned)
    contacts.update(tx, organization, row._replace(rev=max(seq, row.rev + 1)))


def note(tx: Tx, principal: Principal, action: str, contact_id: bytes, **detail: Any) -> None:
    """Write it down in the audit."""
    audit.write(
        tx,
        principal.organization_id,
        action,
        actor_id=principal.actor_id,
        entity="contact",
        entity_id=contact_id,
        detail=detail,
    )


def _patched(row: ContactRow, patch: PatchContact) -> ContactRow:
    given = patch.model_fields_set - {"if_rev"}
    fields = {name: getattr(patch, name) for name in given}
    if "metadata" in fields:
        fields["metadata"] = json.dumps(fields["metadata"], ensure_ascii=False)
    kind = fields.get("kind", row.kind)
    if RANKS.index(kind) < RANKS.index(row.kind):
        raise Conflict("A {kind} does not become a {other}.", kind=row.kind, other=kind)
    if row.user_id is not None and fields.get("email", row.email) != row.email:
        raise Conflict("They sign in with this address.")
    if kind != row.kind and "lead_status" not in fields:
        fields["lead_status"] = "converted" if row.kind == "lead" else "new" if kind == "lead" else None
    return row._replace(**fields)


def _sight(reader: Reader, principal: Principal) -> Sight:
    staff_sees = organizations.settings(reader, principal.organization_id).staff_sees
    return policy.sees_contact(principal, staff_sees)
