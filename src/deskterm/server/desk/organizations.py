"""The organization itself: its making, its name, its settings."""

import json
from dataclasses import replace

from deskterm.protocol.wire.people import PatchOrganization
from deskterm.server.desk.own_contact import do_bind_contact
from deskterm.server.desk.queue import give_out
from deskterm.server.desk.rooms import do_let_in
from deskterm.server.errors import NotFound
from deskterm.server.principal import Principal
from deskterm.server.storage import accounts, audit, members, organizations, personas
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.organizations import OrganizationRow
from deskterm.server.storage.personas import PersonaRow


def access_organization(reader: Reader, principal: Principal) -> OrganizationRow:
    """The organization one is signed in to."""
    row = organizations.by_key(reader, principal.organization_id)
    if row is None:
        raise NotFound()
    return row


def do_patch_organization(tx: Tx, principal: Principal, patch: PatchOrganization) -> OrganizationRow:
    """Change name, logo or settings; what stays as it is makes no event."""
    before = access_organization(tx, principal)
    settings = organizations.parse_settings(before.settings)
    given: dict[str, object] = {}
    if patch.settings is not None:
        given = {name: getattr(patch.settings, name) for name in patch.settings.model_fields_set}
    if "widget" in given and patch.settings is not None:
        given["widget"] = settings.widget | patch.settings.widget.model_dump(exclude_unset=True)
    if "retention" in given and patch.settings is not None:
        given["retention"] = settings.retention | patch.settings.retention.model_dump(exclude_unset=True)
    after = before._replace(
        name=patch.name or before.name,
        logo=patch.logo if "logo" in patch.model_fields_set else before.logo,
        settings=organizations.pack_settings(replace(settings, **given)),  # type: ignore[arg-type]
    )
    changed = sorted(name for name, value in given.items() if value != getattr(settings, name))
    if not changed and (after.name, after.logo) == (before.name, before.logo):
        return before
    seq = tx.take_seq(principal.organization_id)
    after = after._replace(rev=seq)
    organizations.update(tx, after, sight_changed="staff_sees" in changed)
    tx.record(
        principal.organization_id,
        seq,
        "organization.updated",
        "organization",
        after.id,
        Audience.EVERYONE,
        actor_id=principal.actor_id,
        detail=json.dumps({"settings": changed}),
    )
    audit.write(
        tx,
        principal.organization_id,
        "organization.changed",
        actor_id=principal.actor_id,
        entity="organization",
        entity_id=after.id,
        detail={"settings": changed},
    )
    if "assignment" in changed:
        give_out(tx, principal.organization_id, after.parsed)
    return after


def do_found_organization(tx: Tx, *, slug: str, name: str) -> int:
    """Make an organization; answers its storage key."""
    return organizations.insert(tx, id=tx.ids.new_bytes(), slug=slug, name=name)


def do_give_support_voice(tx: Tx, organization_id: int) -> None:
    """Make the persona as which support speaks, so that contacts never read agents' names."""
    support = PersonaRow(
        tx.ids.new_bytes(), "Support", "Customer support", "SU", "#4f8cff", open=0, support=1
    )
    personas.insert(tx, organization_id, support)


def do_add_person(
    tx: Tx,
    organization_id: int,
    *,
    email: str,
    name: str,
    role: str,
    password_hash: str | None,
    max_concurrent: int | None = None,
    added_by: bytes | None = None,
) -> bytes:
    """Make a user, if there is none with this address, a member of an organization; answers the member's id.

    A password that an existing user has stays as it is. Customers get the contact they write as:
    the one with their address, if the organization knows it.
    """
    account = accounts.by_email(tx, email)
    user_id = account.id if account else tx.ids.new_bytes()
    member_id = tx.ids.new_bytes()
    seq = tx.take_seq(organization_id)
    if account is None:
        accounts.insert(tx, user_id=user_id, email=email, name=name, phone=None, password_hash=password_hash)
    members.insert(
        tx,
        organization_id,
        member_id=member_id,
        user_id=user_id,
        role=role,
        max_concurrent=max_concurrent,
        rev=seq,
    )
    tx.record(organization_id, seq, "member.updated", "member", member_id, Audience.AGENTS)
    audit.write(
        tx,
        organization_id,
        "member.added",
        actor_id=added_by,
        entity="member",
        entity_id=member_id,
        detail={"role": role},
    )
    if role == "customer":
        do_bind_contact(tx, organization_id, user_id=user_id, name=name, email=email)
    do_let_in(tx, organization_id, member_id)
    return member_id
