"""Rows of organizations and their settings."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import lru_cache
from typing import Any, Final, NamedTuple

from deskterm.server.storage.database import Reader, Tx, statement

#: The chat on websites, as it is unless somebody says otherwise.
WIDGET: Final[Mapping[str, Any]] = {
    "enabled": True,
    "origins": [],
    "theme": "auto",
    "color": "#1f4fbf",
    "position": "bottom-right",
    "welcome": "",
    "avatar": True,
    "collect_name": False,
    "collect_email": False,
    "offline_text": "",
}

#: After how many days; 0 = never.
RETENTION: Final[Mapping[str, int]] = {"archive_days": 0, "visitor_days": 0}


@dataclass(slots=True, frozen=True, kw_only=True)
class Settings:
    """How an organization works. Storage keeps only what differs from these defaults."""

    staff_sees: str = "assigned"  # assigned | unassigned | all
    assignment: str = "manual"  # manual | balanced | round_robin
    staff_may_claim: bool = True
    staff_may_return: bool = True
    assign_on_first_reply: bool = False
    voice: str = "persona"  # persona | agent
    reopen_hours: int = 168
    close_after_days: int = 7
    send_hold_seconds: int = 0
    away_return_minutes: int = 30
    escalate_after_minutes: int = 0  # 0 = never
    escalate_words: str = ""  # with commas between them
    escalate_priority: str = "never"  # never | high | urgent: this one and above
    mail_after_minutes: int = 10  # unread for so long: 0 = no e-mail to customers nor agents
    mail_every_minutes: int = 60  # at most one in so long
    welcome: str = "Hello! How can we help?"
    business_hours: dict[str, Any] | None = None
    retention: dict[str, Any] = field(default_factory=lambda: dict(RETENTION))
    widget: dict[str, Any] = field(default_factory=lambda: dict(WIDGET))

    def as_json(self) -> dict[str, Any]:
        """All settings as the API shows them."""
        return asdict(self)


DEFAULTS = Settings()
_NAMES = frozenset(each.name for each in fields(Settings))


@lru_cache(maxsize=1024)
def parse_settings(text: str) -> Settings:
    """Settings from their stored JSON; names that this version does not know are left out."""
    stored = {name: value for name, value in json.loads(text).items() if name in _NAMES}
    if "widget" in stored:
        stored["widget"] = {**WIDGET, **stored["widget"]}
    if "retention" in stored:
        stored["retention"] = {**RETENTION, **stored["retention"]}
    return Settings(**stored)


def pack_settings(settings: Settings) -> str:
    """The JSON to store: only what differs from the defaults."""
    usual = DEFAULTS.as_json()
    return json.dumps({name: value for name, value in settings.as_json().items() if value != usual[name]})


class OrganizationRow(NamedTuple):
    """One organization; `key` is the integer that storage binds everywhere."""

    key: int
    id: bytes
    slug: str
    name: str
    logo: str | None
    settings: str
    rev: int

    @property
    def parsed(self) -> Settings:
        """The settings, defaults filled in."""
        return parse_settings(self.settings)


_COLUMNS = "organization_id, id, slug, name, logo, settings, rev"
_BY_KEY = statement(f"SELECT {_COLUMNS} FROM organization WHERE organization_id = :organization_id")
_BY_SLUG = statement(f"SELECT {_COLUMNS} FROM organization WHERE slug = :slug")
_ALL = statement(f"SELECT {_COLUMNS} FROM organization ORDER BY slug")
_SETTINGS = statement("SELECT settings FROM organization WHERE organization_id = :organization_id")
_RULE = statement("""
    SELECT o.settings, o.sight_rev, coalesce(m.sight_rev, 0)
    FROM organization o
    LEFT JOIN member m ON m.organization_id = o.organization_id AND m.id = :member_id
    WHERE o.organization_id = :organization_id""")
_ANY = statement("SELECT count(*) FROM organization")
_INSERT = statement("""
    INSERT INTO organization (id, slug, name, settings, created_at)
    VALUES (:id, :slug, :name, '{}', :now) RETURNING organization_id""")
_INSERT_COUNTER = statement("INSERT INTO organization_counter (organization_id) VALUES (:organization_id)")
_UPDATE = statement("""
    UPDATE organization SET name = :name, logo = :logo, settings = :settings, rev = :rev,
        sight_rev = CASE WHEN :sight_changed = 1 THEN :rev ELSE sight_rev END
    WHERE organization_id = :organization_id""")


def settings(reader: Reader, organization_id: int) -> Settings:
    """The settings of an organization that exists."""
    return parse_settings(reader.value(_SETTINGS, organization_id=organization_id))


def stored_settings(reader: Reader, organization_id: int) -> str:
    """The same as they are stored."""
    return str(reader.value(_SETTINGS, organization_id=organization_id))


class _RuleRow(NamedTuple):
    settings: str
    sight_rev: int
    role_rev: int


class Rule(NamedTuple):
    """By what a member sees, and since when (positions of the log): the setting and the role."""

    staff_sees: str
    since: int
    role_since: int


def rule(reader: Reader, organization_id: int, member_id: bytes | None) -> Rule:
    """The rule for a member, or for a visitor."""
    row = reader.one(_RuleRow, _RULE, organization_id=organization_id, member_id=member_id)
    if row is None:
        raise LookupError(organization_id)
    return Rule(parse_settings(row.settings).staff_sees, row.sight_rev, row.role_rev)


def by_key(reader: Reader, organization_id: int) -> OrganizationRow | None:
    """The organization with this storage key."""
    return reader.one(OrganizationRow, _BY_KEY, organization_id=organization_id)


def by_slug(reader: Reader, slug: str) -> OrganizationRow | None:
    """The organization with this slug."""
    return reader.one(OrganizationRow, _BY_SLUG, slug=slug)


def all_of(reader: Reader) -> list[OrganizationRow]:
    """All organizations of this database, by slug."""
    return reader.all(OrganizationRow, _ALL)


def count(reader: Reader) -> int:
    """How many organizations there are."""
    return int(reader.value(_ANY))


def insert(tx: Tx, *, id: bytes, slug: str, name: str) -> int:
    """Make an organization with its counters; answers its storage key."""
    key = int(tx.value(_INSERT, id=id, slug=slug, name=name, now=tx.now))
    tx.run(_INSERT_COUNTER, organization_id=key)
    return key


def update(tx: Tx, row: OrganizationRow, *, sight_changed: bool) -> None:
    """Write name, logo, settings and rev; `sight_changed` if staff see other conversations by it."""
    tx.run(
        _UPDATE,
        organization_id=row.key,
        name=row.name,
        logo=row.logo,
        settings=row.settings,
        rev=row.rev,
        sight_changed=sight_changed,
    )
