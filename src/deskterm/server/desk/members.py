"""People in the organization: their roles, their presence, and who may sign in at all."""

from deskterm.protocol.records import Role
from deskterm.protocol.wire.people import MemberQuery, PatchMember
from deskterm.protocol.wire.requests import PatchMe
from deskterm.server.desk.accounts import end_sessions
from deskterm.server.desk.assignment import giver, is_assignable
from deskterm.server.desk.own_contact import do_bind_contact
from deskterm.server.desk.queue import give_out, hand_back
from deskterm.server.desk.retelling import retell, showing
from deskterm.server.desk.visitors import do_introduce
from deskterm.server.errors import Conflict, Forbidden, NotFound
from deskterm.server.principal import Principal
from deskterm.server.storage import accounts, audit, contacts, mail, members, organizations, sessions
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.members import MemberRow


def list_members(reader: Reader, principal: Principal, query: MemberQuery, after: bytes) -> list[MemberRow]:
    """One more than a page of the roster: agents; admins may ask for the customers too."""
    organization = principal.organization_id
    if query.role is None:
        return members.agents(reader, organization, after=after, limit=query.limit + 1)
    if query.role is Role.CUSTOMER and not principal.is_admin:
        raise Forbidden("Only admins list customers as members.")
    return members.with_role(reader, organization, query.role, after=after, limit=query.limit + 1)


def access_member(reader: Reader, principal: Principal, member_id: bytes) -> MemberRow:
    """A member of the own organization, or `NotFound`."""
    row = members.by_id(reader, principal.organization_id, member_id)
    if row is None:
        raise NotFound()
    return row


def do_patch_member(tx: Tx, principal: Principal, member_id: bytes, patch: PatchMember) -> MemberRow:
    """Change role, presence, maximum or access. The organization never loses its last admin."""
    before = access_member(tx, principal, member_id)
    after = _patched(before, patch, tx.now)
    if after == before:
        return before
    _keep_an_admin(tx, principal, before, after)
    settings = organizations.settings(tx, principal.organization_id)
    after = _write(tx, principal, after)
    if (after.role == Role.CUSTOMER) != (before.role == Role.CUSTOMER):
        if after.role == Role.CUSTOMER:
            do_bind_contact(
                tx, principal.organization_id, user_id=after.user_id, name=after.name, email=after.email
            )
        concerned = _naming(tx, principal.organization_id, after)
        retell(tx, principal.organization_id, principal.actor_id, concerned)
    if (after.role, after.disabled_at) != (before.role, before.disabled_at):
        _audit_access(tx, principal, before, after)
        _renew_sessions(tx, principal, before, after)
    if is_assignable(before) and not is_assignable(after):
        hand_back(tx, giver(principal), principal.organization_id, settings, after)
    give_out(tx, principal.organization_id, settings)
    return members.by_id(tx, principal.organization_id, member_id) or after


def _keep_an_admin(reader: Reader, principal: Principal, before: MemberRow, after: MemberRow) -> None:
    was_admin = before.role == Role.ADMIN and before.disabled_at is None
    stays_admin = after.role == Role.ADMIN and after.disabled_at is None
    if was_admin and not stays_admin and members.is_last_admin(reader, principal.organization_id, before.id):
        raise Conflict("The organization needs an admin: make somebody else one first.")


def do_patch_me(tx: Tx, principal: Principal, patch: PatchMe) -> None:
    """Change one's own presence or name. A customer who is away is seen as not there."""
    if patch.mail is not None:
        if principal.is_agent or principal.contact_id is None:
            raise Forbidden("E-mail about replies is for customers.")
        mail.turn(tx, principal.organization_id, principal.contact_id, on=patch.mail)
    if principal.member_id is None or principal.user_id is None:
        do_introduce(tx, principal, patch)
        return
    if patch.email is not None:
        raise Forbidden("The address one signs in with stays.")
    row = access_member(tx, principal, principal.member_id)
    wanted = row._replace(
        away=row.away if patch.presence is None else int(patch.presence == "away"),
        name=patch.name or row.name,
    )
    if wanted == row:
        return
    if wanted.name != row.name:
        accounts.set_name(tx, principal.user_id, wanted.name)
        _rename_contact(tx, principal, wanted.name)
    _write(tx, principal, wanted)
    if wanted.away != row.away and principal.is_agent:
        give_out(tx, principal.organization_id, organizations.settings(tx, principal.organization_id))


def _patched(row: MemberRow, patch: PatchMember, now: int) -> MemberRow:
    given = patch.model_fields_set
    if "role" in given and patch.role is not None:
        row = row._replace(role=patch.role.value)
    if "presence" in given:
        row = row._replace(away=int(patch.presence == "away"))
    if "max_concurrent" in given:
        row = row._replace(max_concurrent=patch.max_concurrent)
    if "disabled" in given and patch.disabled != (row.disabled_at is not None):
        row = row._replace(disabled_at=now if patch.disabled else None)
    return row


def _write(tx: Tx, principal: Principal, row: MemberRow) -> MemberRow:
    seq = tx.take_seq(principal.organization_id)
    row = row._replace(rev=seq)
    members.update(tx, principal.organization_id, row)
    tx.record(
        principal.organization_id,
        seq,
        "member.updated",
        "member",
        row.id,
        Audience.AGENTS,
        actor_id=principal.actor_id,
    )
    return row


def _rename_contact(tx: Tx, principal: Principal, name: str) -> None:
    """The own contact is renamed too; whatever names them among who is in it reads differently then."""
    organization, contact_id = principal.organization_id, principal.contact_id
    member = access_member(tx, principal, principal.member_id or b"")
    seq = retell(tx, organization, principal.actor_id, _naming(tx, organization, member))
    if contact_id is not None:
        contacts.rename(tx, organization, contact_id, name, seq)


def _naming(reader: Reader, organization: int, row: MemberRow) -> list[bytes]:
    """The conversations that show somebody: as their contact, or among who takes part."""
    contact = contacts.by_user(reader, organization, row.user_id)
    contact_id = None if contact is None else contact.id
    return showing(reader, organization, member_id=row.id, contact_id=contact_id)


def _audit_access(tx: Tx, principal: Principal, before: MemberRow, row: MemberRow) -> None:
    audit.write(
        tx,
        principal.organization_id,
        "member.access_changed",
        actor_id=principal.actor_id,
        entity="member",
        entity_id=row.id,
        detail={
            "from": {"role": before.role, "disabled": before.disabled_at is not None},
            "role": row.role,
            "disabled": row.disabled_at is not None,
        },
    )


def _renew_sessions(tx: Tx, principal: Principal, before: MemberRow, after: MemberRow) -> None:
    """Sign a disabled member out; let everybody else's sockets come back with the new role."""
    held = sessions.of_member(tx, principal.organization_id, after.id)
    if after.disabled_at is not None and before.disabled_at is None:
        end_sessions(tx, held, principal.actor_id)
    elif held:
        seq = tx.take_seq(principal.organization_id, len(held))
        for position, key in enumerate(held, seq):
            tx.record(
                principal.organization_id,
                position,
                "session.changed",
                "session",
                key.id,
                Audience.SESSION,
                actor_id=principal.actor_id,
            )
