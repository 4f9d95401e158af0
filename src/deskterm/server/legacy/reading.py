"""Reads the old tables: each row is checked once and understood, or rejected with a reason."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from deskterm.server.legacy import values
from deskterm.server.legacy.findings import Findings
from deskterm.server.legacy.messages import read_message
from deskterm.server.legacy.rows import Row, read_rows
from deskterm.server.legacy.tables import FAKE_USERS, GROUPS, MEMBERS, MESSAGES, USERS, Table
from deskterm.server.legacy.wishes import Wishes
from deskterm.server.storage.legacy_records import BadSource, Group, Member, Persona, User
from deskterm.server.storage.legacy_staging import Staging

_AGENTS = frozenset({"admin", "administrator", "agent", "staff", "support", "moderator", "superadmin"})


class Source(Protocol):
    """Where the old tables are."""

    def open(self, name: str) -> AbstractContextManager[BinaryIO | None]:
        """A table as CSV with a header; None if there is no such table."""
        ...


def read_all(source: Source, wishes: Wishes, staging: Staging, findings: Findings) -> None:
    """Fill the staging area. `BadSource` if a table or a column is missing, or a file is no CSV."""
    for table, read in _READERS:
        with source.open(table.name) as file:
            if file is None and table.required:
                raise BadSource(f"There is no table {table.name}.")
            for row in read_rows(table, file) if file is not None else ():
                problem = row.problem or read(row, wishes, staging, findings)
                if problem:
                    findings.reject(table, row, problem)
    for key in staging.sort_support_groups():
        findings.reject(
            MESSAGES, Row(0, {"id": key}, {}, None), "is in a support group and says not for whom"
        )
    findings.leave("messages of users who are not asked for", staging.drop_unwanted())
    if not wishes.keep_groups:
        findings.leave("messages in groups (--keep-groups keeps them)", staging.drop_groups())
    for missing in sorted((wishes.users or frozenset()) - wishes.met):
        findings.reject(USERS, Row(0, {"id": missing}, {}, None), "is asked for and not there")


def _read_user(row: Row, wishes: Wishes, staging: Staging, findings: Findings) -> str | None:
    key = values.key(row.values.get("id"))
    if not key:
        return "has no id"
    given, email = row.values.get("email"), values.email(row.values.get("email"))
    agent = values.yes(row.values.get("admin"), absent=False) or _is_agent(row)
    login = email is not None and not staging.knows_email(email)
    parts = (values.line(row.values.get("first_name")), values.line(row.values.get("last_name")))
    name = values.line(row.values.get("name")) or " ".join(filter(None, parts))
    user = User(
        key,
        name or (email or "").partition("@")[0] or f"User {key}",
        email,
        values.line(row.values.get("phone")),
        values.line(row.values.get("company")),
        int(agent),
        int(login),
        int(wishes.wants(key, email)),
        values.milliseconds(row.values.get("at"), wishes.zone) or wishes.now,
    )
    if not staging.add(user):
        return "has an id that another row has"
    if given is not None and email is None:
        findings.change(USERS, row, "has no right e-mail address: a contact who cannot sign in")
    elif not login and email is not None:
        findings.change(USERS, row, "has the e-mail address of another user: a contact who cannot sign in")
    return None


def _is_agent(row: Row) -> bool:
    return (row.values.get("role") or "").strip().lower() in _AGENTS


def _read_persona(row: Row, wishes: Wishes, staging: Staging, _: Findings) -> str | None:
    key, name = values.key(row.values.get("id")), values.line(row.values.get("name"))
    if not key or name is None:
        return "has no name" if key else "has no id"
    active = values.yes(row.values.get("active"), absent=True)
    at = values.milliseconds(row.values.get("at"), wishes.zone) or wishes.now
    return None if staging.add(Persona(key, name, int(active), at)) else "has an id that another row has"


def _read_group(row: Row, wishes: Wishes, staging: Staging, _: Findings) -> str | None:
    key, name = values.key(row.values.get("id")), values.line(row.values.get("name"))
    if not key or name is None:
        return "has no name" if key else "has no id"
    kind = (row.values.get("type") or "").strip().lower()
    support = kind == "support" or values.yes(row.values.get("support"), absent=False)
    at = values.milliseconds(row.values.get("at"), wishes.zone) or wishes.now
    about = next(iter(values.bodies(row.values.get("about") or "")), None)
    added = staging.add(Group(key, name, about, int(support), at))
    return None if added else "has an id that another row has"


def _read_member(row: Row, _: Wishes, staging: Staging, findings: Findings) -> str | None:
    group, user = values.key(row.values.get("group")), values.key(row.values.get("user"))
    if not values.yes(row.values.get("active"), absent=True):
        findings.leave("former members of groups")
        return None
    if not staging.has_group(group):
        return "names a group that is not there"
    if staging.user(user) is None:
        return "names a user who is not there"
    staging.add(Member(group, user))
    return None


_Read = Callable[[Row, Wishes, Staging, Findings], str | None]
_READERS: tuple[tuple[Table, _Read], ...] = (
    (USERS, _read_user),
    (FAKE_USERS, _read_persona),
    (GROUPS, _read_group),
    (MEMBERS, _read_member),
    (MESSAGES, read_message),
)
