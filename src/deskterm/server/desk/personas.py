"""Personas: which of them somebody reads, who speaks as them, and how admins make, change and retire them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from deskterm.protocol.ids import to_bytes
from deskterm.protocol.wire.personas import CreatePersona, PatchPersona
from deskterm.server import policy
from deskterm.server.desk.assignment import is_assignable
from deskterm.server.desk.journal import Journal
from deskterm.server.desk.transitions import add_updated, write_changes
from deskterm.server.errors import Conflict, Forbidden, Invalid, NotFound, mistake
from deskterm.server.principal import Principal
from deskterm.server.storage import audit, directs, members, personas
from deskterm.server.storage.database import Audience, Reader, Tx
from deskterm.server.storage.personas import PersonaRow


class SeenPersona(NamedTuple):
    """A persona with the operators that the principal may know; None = not even that there are any.

    `answering` are the members who may answer as it: contacts learn only whether one of them is there.
    """

    row: PersonaRow
    operators: list[bytes] | None
    answering: tuple[bytes, ...] = ()


def list_personas(reader: Reader, principal: Principal) -> list[SeenPersona]:
    """Contacts read the personas open for direct messages; staff also the support persona and their own;
    admins all, with everybody behind them."""
    if not principal.is_agent:
        return open_personas(reader, principal.organization_id)
    rows = personas.all_of(reader, principal.organization_id)
    behind = personas.operators(reader, principal.organization_id)
    if principal.is_admin:
        return [SeenPersona(row, behind.get(row.id, [])) for row in rows]
    own = {row.id: [each for each in behind.get(row.id, []) if each == principal.member_id] for row in rows}
    return [SeenPersona(row, own[row.id]) for row in rows if row.open or row.support or own[row.id]]


def open_personas(reader: Reader, organization_id: int) -> list[SeenPersona]:
    """Those open for direct messages, as contacts read them: admins answer where nobody else is named."""
    behind = personas.operators(reader, organization_id)
    admins = members.enabled_admins(reader, organization_id)
    rows = personas.all_of(reader, organization_id)
    return [SeenPersona(row, None, tuple(behind.get(row.id, admins))) for row in rows if row.open]


def access_persona(reader: Reader, principal: Principal, persona_id: bytes) -> PersonaRow:
    """The persona to speak as: `NotFound` if unknown or retired, `Forbidden` if operated by others only."""
    found = _access(reader, principal, persona_id)
    operators = personas.operators(reader, principal.organization_id).get(persona_id, [])
    if not policy.may_speak_as(principal, principal.member_id in operators):
        raise Forbidden("This persona is operated by others.")
    return found


def do_create_persona(tx: Tx, principal: Principal, command: CreatePersona) -> SeenPersona:
    """Make a persona; as support persona it takes that mark from the one that had it."""
    operators = _operators(tx, principal, command.operator_ids)
    values = command.model_dump(exclude={"operator_ids"})
    row = PersonaRow(id=tx.ids.new_bytes(), **values)._replace(
        open=int(command.open), support=int(command.support)
    )
    _hand_over_support(tx, principal, row)
    seq = tx.take_seq(principal.organization_id)
    personas.insert(tx, principal.organization_id, row, rev=seq)
    personas.set_operators(tx, principal.organization_id, row.id, (), operators)
    _record(tx, principal, "persona.created", row.id, seq)
    return SeenPersona(row, operators)


def do_patch_persona(tx: Tx, principal: Principal, persona_id: bytes, patch: PatchPersona) -> SeenPersona:
    """Change a persona. What is so already changes nothing; there is always one support persona."""
    before = _access(tx, principal, persona_id)
    had = personas.operators(tx, principal.organization_id).get(persona_id, [])
    operators = had if patch.operator_ids is None else _operators(tx, principal, patch.operator_ids)
    after = before._replace(**_given(patch))
    if (after, operators) == (before, had):
        return SeenPersona(before, had)
    if before.support and not after.support:
        raise Conflict("Somebody has to speak for support: give that to another persona instead.")
    if not before.support:
        _hand_over_support(tx, principal, after)
    seq = tx.take_seq(principal.organization_id)
    personas.update(tx, principal.organization_id, after, seq)
    personas.set_operators(tx, principal.organization_id, persona_id, had, operators)
    _record(tx, principal, "persona.updated", persona_id, seq)
    return SeenPersona(after, operators)


def do_retire_persona(tx: Tx, principal: Principal, persona_id: bytes) -> None:
    """Offer a persona no more. What it said stays said by it; nobody writes in its conversations any more."""
    row = _access(tx, principal, persona_id)
    if row.support:
        raise Conflict("Somebody has to speak for support: give that to another persona first.")
    threads = directs.of(tx, principal.organization_id, persona_id)
    seq = tx.take_seq(principal.organization_id)
    personas.retire(tx, principal.organization_id, persona_id, seq)
    _record(tx, principal, "persona.deleted", persona_id, seq)
    if threads:
        _end(tx, principal, threads)


def _end(tx: Tx, principal: Principal, threads: Sequence[bytes]) -> None:
    """Tell whoever has one of these conversations that nobody writes there any more."""
    journal = Journal(tx, principal.organization_id, principal.actor_id)
    for each in threads:
        add_updated(journal, each, public=True)

    def write(rev: int) -> None:
        for each in threads:
            write_changes(tx, principal.organization_id, each, {}, rev, public=True)

    journal.close(write)


def _access(reader: Reader, principal: Principal, persona_id: bytes) -> PersonaRow:
    row = personas.by_id(reader, principal.organization_id, persona_id)
    if row is None:
        raise NotFound()
    return row


def _given(patch: PatchPersona) -> dict[str, Any]:
    values = patch.model_dump(exclude_unset=True, exclude={"operator_ids"})
    return {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}


def _operators(reader: Reader, principal: Principal, ids: Iterable[str]) -> list[bytes]:
    """The agents with these ids, each once: `NotFound` if one is unknown, `Invalid` if one cannot answer."""
    found = []
    for each in sorted({to_bytes(each) for each in ids}):
        member = members.by_id(reader, principal.organization_id, each)
        if member is None:
            raise NotFound()
        if not is_assignable(member):
            raise Invalid([mistake("{name} cannot answer", "body", "operator_ids", name=member.name)])
        found.append(each)
    return found


def _hand_over_support(tx: Tx, principal: Principal, row: PersonaRow) -> None:
    """Take the mark from the support persona if `row` is to be it."""
    before = personas.support_of(tx, principal.organization_id) if row.support else None
    if before is None:
        return
    seq = tx.take_seq(principal.organization_id)
    personas.update(tx, principal.organization_id, before._replace(support=0), seq)
    _record(tx, principal, "persona.updated", before.id, seq)


def _record(tx: Tx, principal: Principal, kind: str, persona_id: bytes, seq: int) -> None:
    """Everybody is addressed; each is told what they may read of it, or that it is gone for them."""
    organization = principal.organization_id
    tx.record(organization, seq, kind, "persona", persona_id, Audience.EVERYONE, actor_id=principal.actor_id)
    audit.write(tx, organization, kind, actor_id=principal.actor_id, entity="persona", entity_id=persona_id)
