"""Who sees a conversation: the predicate, the SQL and the rule in words agree over every combination."""

from collections.abc import AsyncIterator
from functools import partial
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pytest

from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Role
from deskterm.server import policy
from deskterm.server.clock import ManualClock
from deskterm.server.policy import ConversationFacts
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Reader, Tx
from deskterm.server.storage.engines.sqlite import SqliteDatabase
from deskterm.server.storage.open import open_database

MEMBER, COLLEAGUE = b"member".rjust(16), b"colleague".rjust(16)
CONTACT, STRANGER = b"contact".rjust(16), b"stranger".rjust(16)
OPERATED, FOREIGN = b"operated".rjust(16), b"foreign".rjust(16)

KINDS = ("support", "direct", "personal", "group")
ASSIGNEES = (None, MEMBER, COLLEAGUE)
CONTACTS = (None, CONTACT, STRANGER)
TAKING_PART = (
    None,
    ("member", MEMBER),
    ("member", COLLEAGUE),
    ("contact", CONTACT),
    ("contact", STRANGER),
    ("persona", OPERATED),
    ("persona", FOREIGN),
)
ORGANIZATIONS = (1, 2)
SETTINGS = ("assigned", "unassigned", "all")
ROLES = (Role.ADMIN, Role.STAFF, Role.CUSTOMER, None)


class Case(NamedTuple):
    """One conversation; the same people exist under the same ids in both organizations."""

    organization_id: int
    kind: str
    assignee: bytes | None
    contact: bytes | None
    participant: tuple[str, bytes] | None

    @property
    def id(self) -> bytes:
        return CASES.index(self).to_bytes(16)


CASES = [Case(*each) for each in product(ORGANIZATIONS, KINDS, ASSIGNEES, CONTACTS, TAKING_PART)]


class _Id(NamedTuple):
    id: bytes


class _Taking(NamedTuple):
    id: bytes
    participates: int


def principal(role: Role | None, *, with_contact: bool) -> Principal:
    """Somebody of the first organization; agents have a contact only if they ever wrote in."""
    return Principal(
        organization_id=1,
        organization=bytes(16),
        session_id=bytes(16),
        role=role,
        name="Somebody",
        member_id=None if role is None else MEMBER,
        contact_id=CONTACT if with_contact else None,
    )


PRINCIPALS = [
    principal(role, with_contact=contact)
    for role, contact in product(ROLES, (True, False))
    if contact or role in (Role.ADMIN, Role.STAFF)
]


def takes_part(who: Principal, case: Case) -> bool:
    """In words: in person, or for agents by a persona they operate."""
    if case.participant is None:
        return False
    kind, someone = case.participant
    if kind == "persona":
        return who.role in (Role.ADMIN, Role.STAFF) and someone == OPERATED
    return someone in (who.member_id if kind == "member" else who.contact_id,)


def expected(who: Principal, case: Case, staff_sees: str) -> bool:
    """The rule in words, written without looking at the policy."""
    if case.organization_id != who.organization_id:
        return False
    if who.role is Role.ADMIN:
        return True
    own = who.contact_id is not None and case.contact == who.contact_id
    match case.kind:
        case "direct" | "group":
            return takes_part(who, case)
        case "personal":
            return own
        case _ if who.role is Role.STAFF:
            return (
                staff_sees == "all"
                or case.assignee == who.member_id
                or (staff_sees == "unassigned" and case.assignee is None)
            )
        case _:
            return own


def fill(tx: Tx) -> None:
    """Every case as rows, in two organizations that share all ids."""
    tx.run("DROP INDEX conversation_one_personal")  # the cases want several of one contact
    for key in ORGANIZATIONS:
        tx.run(
            "INSERT INTO organization (organization_id, id, slug, name, created_at)"
            " VALUES (:k, :i, :s, :s, 0)",
            k=key,
            i=key.to_bytes(16),
            s=f"o{key}",
        )
        for user in (MEMBER, COLLEAGUE):
            if key == 1:
                tx.run(
                    "INSERT INTO user_account VALUES (:i, :e, 'N', NULL, NULL, NULL, 0, 0)",
                    i=user,
                    e=str(user),
                )
            tx.run(
                "INSERT INTO member (organization_id, id, user_id, role, created_at)"
                " VALUES (:k, :i, :i, 'staff', 0)",
                k=key,
                i=user,
            )
        for contact in (CONTACT, STRANGER):
            tx.run(
                "INSERT INTO contact (organization_id, id, kind, created_at, updated_at)"
                " VALUES (:k, :i, 'lead', 0, 0)",
                k=key,
                i=contact,
            )
        for persona, operator in ((OPERATED, MEMBER), (FOREIGN, COLLEAGUE)):
            tx.run(
                "INSERT INTO persona (organization_id, id, name, created_at) VALUES (:k, :i, 'P', 0)",
                k=key,
                i=persona,
            )
            tx.run("INSERT INTO persona_operator VALUES (:k, :p, :m)", k=key, p=persona, m=operator)
    for case in CASES:
        add_case(tx, case)


def add_case(tx: Tx, case: Case) -> None:
    """One conversation, closed, so that one contact may have many."""
    tx.run(
        "INSERT INTO conversation (organization_id, id, number, kind, status, source, contact_id,"
        " assignee_id, rev, created_at, updated_at)"
        " VALUES (:o, :i, :n, :k, 'closed', 'api', :c, :a, 1, 0, 0)",
        o=case.organization_id,
        i=case.id,
        n=CASES.index(case),
        k=case.kind,
        c=case.contact,
        a=case.assignee,
    )
    if case.participant is None:
        return
    kind, someone = case.participant
    tx.run(
        f"INSERT INTO participant (organization_id, conversation_id, kind, participant_id, {kind}_id,"
        " joined_at) VALUES (:o, :i, :k, :p, :p, 0)",
        o=case.organization_id,
        i=case.id,
        k=kind,
        p=someone,
    )


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    opened = await open_database(tmp_path / "policy.db", clock=ManualClock(0), ids=IdSource())
    await opened.write(fill)
    yield opened
    await opened.close()


def seen_by_sql(reader: Reader, who: Principal, staff_sees: str) -> set[bytes]:
    sight = policy.sees(who, staff_sees)
    sql = f"SELECT c.id FROM conversation c WHERE c.organization_id = :organization_id AND {sight.sql}"
    rows = reader.all(_Id, sql, organization_id=who.organization_id, **sight.values)
    return {row.id for row in rows}


def seen_by_predicate(reader: Reader, who: Principal, staff_sees: str) -> set[bytes]:
    """With the participation that the SQL form selects, as the desk asks it."""
    part = policy.participation(who)
    sql = f"SELECT c.id, {part.sql} FROM conversation c WHERE c.organization_id = :organization_id"
    found = reader.all(_Taking, sql, organization_id=who.organization_id, **part.values)
    participates = {row.id: bool(row.participates) for row in found}
    return {
        case.id
        for case in CASES
        if case.organization_id == who.organization_id
        and policy.may_see(
            who,
            ConversationFacts(case.kind, case.contact, case.assignee, participates[case.id]),
            staff_sees,
        )
    }


async def test_predicate_sql_and_words_agree_over_every_combination(db: SqliteDatabase) -> None:
    assert len(CASES) == 2 * 4 * 3 * 3 * 7
    assert len(PRINCIPALS) == 6
    for who, staff_sees in product(PRINCIPALS, SETTINGS):
        wanted = {case.id for case in CASES if expected(who, case, staff_sees)}
        assert db.read(partial(seen_by_sql, who=who, staff_sees=staff_sees)) == wanted, (who, staff_sees)
        assert db.read(partial(seen_by_predicate, who=who, staff_sees=staff_sees)) == wanted, (
            who,
            staff_sees,
        )


def contacts_by_sql(reader: Reader, who: Principal, staff_sees: str) -> set[bytes]:
    sight = policy.sees_contact(who, staff_sees)
    sql = f"SELECT x.id FROM contact x WHERE x.organization_id = :organization_id AND {sight.sql}"
    rows = reader.all(_Id, sql, organization_id=who.organization_id, **sight.values)
    return {row.id for row in rows}


@pytest.mark.parametrize("kept", [0, 1, 2, 7, 40, 600])
async def test_contacts_are_those_of_the_conversations_one_sees(db: SqliteDatabase, kept: int) -> None:
    """With many conversations and with few: each agent's contacts, by SQL, by the predicate and in words."""
    cases = CASES[:: max(1, len(CASES) // kept)][:kept] if kept else []

    def drop(tx: Tx) -> None:
        for each in set(CASES) - set(cases):
            gone = {"o": each.organization_id, "i": each.id}
            tx.run("DELETE FROM participant WHERE organization_id = :o AND conversation_id = :i", **gone)
            tx.run("DELETE FROM conversation WHERE organization_id = :o AND id = :i", **gone)

    await db.write(drop)
    for who, staff_sees in product(PRINCIPALS, SETTINGS):
        agent = who.role in (Role.ADMIN, Role.STAFF)
        seen = {case.contact for case in cases if agent and expected(who, case, staff_sees)}
        wanted = {CONTACT, STRANGER} if who.role is Role.ADMIN else {each for each in seen if each}
        assert db.read(partial(contacts_by_sql, who=who, staff_sees=staff_sees)) == wanted
        facts = {
            contact: [
                ConversationFacts(case.kind, case.contact, case.assignee, takes_part(who, case))
                for case in cases
                if case.contact == contact and case.organization_id == who.organization_id
            ]
            for contact in (CONTACT, STRANGER)
        }
        assert {
            contact for contact, each in facts.items() if policy.may_see_contact(who, each, staff_sees)
        } == wanted


def test_queues_are_the_same_rule_for_support() -> None:
    for who, staff_sees, assignee in product(PRINCIPALS, SETTINGS, ASSIGNEES):
        queues = policy.visible_queues(who, staff_sees)
        seen = queues is None or assignee in queues
        case = Case(1, "support", assignee, STRANGER, None)
        assert seen == expected(who, case, staff_sees), (who.role, staff_sees, assignee)


class Assigning(NamedTuple):
    staff_may_claim: bool
    staff_may_return: bool


@pytest.mark.parametrize(("claim", "give_back"), product((True, False), (True, False)))
def test_staff_claim_and_return_only_what_settings_allow(claim: bool, give_back: bool) -> None:
    settings = Assigning(claim, give_back)
    staff = principal(Role.STAFF, with_contact=False)
    allowed = {
        (current, wanted)
        for current, wanted in product(ASSIGNEES, ASSIGNEES)
        if policy.may_assign(staff, settings, current, wanted)
    }
    assert allowed == ({(None, MEMBER)} if claim else set()) | ({(MEMBER, None)} if give_back else set())
    admin = principal(Role.ADMIN, with_contact=False)
    for current, wanted in product(ASSIGNEES, ASSIGNEES):
        assert policy.may_assign(admin, settings, current, wanted)
        assert not policy.may_assign(principal(Role.CUSTOMER, with_contact=True), settings, current, wanted)


def test_a_close_is_taken_back_by_its_agent_for_ten_minutes_and_by_admins() -> None:
    staff, admin = principal(Role.STAFF, with_contact=False), principal(Role.ADMIN, with_contact=False)
    end = policy.REOPEN_OWN_CLOSE_MS
    assert policy.may_reopen_closed(staff, MEMBER, 0, end - 1)
    assert not policy.may_reopen_closed(staff, MEMBER, 0, end)
    assert not policy.may_reopen_closed(staff, COLLEAGUE, 0, 1)
    assert not policy.may_reopen_closed(staff, None, 0, 1)
    assert policy.may_reopen_closed(admin, None, 0, end * 100)
