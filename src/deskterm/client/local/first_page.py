"""The beginning of one's inbox as it was last seen, to be on the screen before the server has answered.

One small file per account, for its owner alone: what rows of the list show. It is written after each load and
wiped at sign-out. A file of somebody else, a damaged one or one that others may read is
the same as none.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from deskterm.client.local import private_file
from deskterm.protocol.records import (
    Assignee,
    Contact,
    ContactKind,
    Conversation,
    Kind,
    Me,
    Organization,
    Persona,
    Priority,
    Role,
    Status,
)
from deskterm.record import record

VERSION = 2
#: More rows than the highest window shows.
MOST_ROWS = 60
#: More accounts than anybody goes back and forth between.
MOST_PAGES = 16

_Entry = dict[str, Any]
T = TypeVar("T")


@record
class Owner:
    """Whose page it is: an address and an e-mail, or whom a token in the environment stands for."""

    server: str
    email: str
    token: str = ""
    organization: str = ""

    @classmethod
    def of(
        cls, server: str, email: str, environ: Mapping[str, str] = os.environ, organization: str = ""
    ) -> "Owner":
        """The owner for this process; only a digest of a token is kept."""
        token = environ.get("DESKTERM_TOKEN", "").strip()
        if token:
            return cls(server, "", hashlib.sha256(token.encode()).hexdigest())
        return cls(server, email.lower(), "", organization)

    @property
    def parts(self) -> list[str]:
        """Everything that tells owners apart."""
        return [self.server, self.email, self.token, self.organization]

    def place(self, path: Path) -> Path:
        """Where beside `path` this owner's own page is: pages of two accounts never share a file."""
        digest = hashlib.sha256("\n".join(self.parts).encode()).hexdigest()[:16]
        return path.with_name(f"{path.stem}-{digest}{path.suffix}")


@record
class FirstPage:
    """Who saw which conversations, in their order, and when."""

    me: Me
    rows: tuple[Conversation, ...]
    at: datetime


def keep(path: Path, owner: Owner, page: FirstPage) -> None:
    """Write the page. A disk that refuses costs a later start some time, no more."""
    with contextlib.suppress(OSError):
        private_file.write(
            owner.place(path),
            {
                "version": VERSION,
                "owner": owner.parts,
                "at": page.at.isoformat(),
                "me": _me_entry(page.me),
                "rows": [_row_entry(each) for each in page.rows[:MOST_ROWS]],
            },
        )
        pages = sorted(_pages(path), key=lambda each: each.stat().st_mtime, reverse=True)
        for old in pages[MOST_PAGES:]:  # those of tokens in the environment, which come and go
            old.unlink(missing_ok=True)


def recall(path: Path, owner: Owner) -> FirstPage | None:
    """The page of this owner, if there is one."""
    try:
        kept = private_file.read(owner.place(path))
        if kept.get("version") != VERSION or kept["owner"] != owner.parts:
            return None
        rows = tuple(_row(each) for each in kept["rows"])
        return FirstPage(_me(kept["me"]), rows, datetime.fromisoformat(kept["at"]))
    except (private_file.NotPrivate, private_file.Damaged, OSError):
        return None
    except (KeyError, TypeError, ValueError, AttributeError):  # JSON, but not what was written
        return None


def drop(path: Path, owner: Owner, conversation_id: str) -> None:
    """Keep nothing of one conversation: it left its reader's sight."""
    page = recall(path, owner)
    if page is not None and any(each.id == conversation_id for each in page.rows):
        rows = tuple(each for each in page.rows if each.id != conversation_id)
        keep(path, owner, FirstPage(page.me, rows, page.at))


def wipe(path: Path, owner: Owner | None = None) -> None:
    """Keep nothing of this owner any more; without one, nothing of anybody."""
    for page in [owner.place(path)] if owner else _pages(path):
        with contextlib.suppress(OSError):
            page.unlink(missing_ok=True)


def _pages(path: Path) -> list[Path]:
    """The pages of all accounts."""
    return list(path.parent.glob(f"{path.stem}-*{path.suffix}"))


def _me_entry(me: Me) -> _Entry:
    about = me.organization
    return {
        "name": me.name,
        "email": me.email,
        "role": me.role,
        "member_id": me.member_id,
        "organization": {"name": about.name, "slug": about.slug, "settings": about.settings},
    }


def _me(entry: _Entry) -> Me:
    about = entry["organization"]
    organization = Organization(str(about["name"]), slug=about["slug"], settings=dict(about["settings"]))
    role = Role(entry["role"])
    return Me(None, str(entry["name"]), entry["email"], role, entry["member_id"], None, organization)


#: What a row shows of a conversation as it is, and as a time.
_PLAIN = ("id", "number", "subject", "preview", "unread")
_TIMES = ("created_at", "updated_at", "last_message_at", "waiting_since", "snoozed_until")


def _row_entry(row: Conversation) -> _Entry:
    contact, assignee, persona = row.contact, row.assignee, row.persona
    entry: _Entry = {name: getattr(row, name) for name in _PLAIN}
    entry |= {name: at.isoformat() for name in _TIMES if (at := getattr(row, name)) is not None}
    entry |= {"kind": row.kind, "status": row.status, "priority": row.priority}
    if contact is not None:
        entry["contact"] = [contact.id, contact.kind, contact.name, contact.email, contact.company]
    if assignee is not None:
        entry["assignee"] = [assignee.id, assignee.name]
    if persona is not None:
        entry["persona"] = [persona.id, persona.name]
    return entry


def _row(entry: _Entry) -> Conversation:
    times: _Entry = {name: datetime.fromisoformat(entry[name]) for name in _TIMES if name in entry}
    return Conversation(
        rev=0,
        **{name: entry[name] for name in _PLAIN},
        **times,
        kind=Kind(entry["kind"]),
        status=Status(entry["status"]),
        priority=Priority(entry["priority"]),
        contact=_maybe(entry, "contact", _contact),
        assignee=_maybe(entry, "assignee", lambda each: Assignee(*each)),
        persona=_maybe(entry, "persona", lambda each: Persona(*each)),
    )


def _contact(entry: Sequence[Any]) -> Contact:
    key, kind, name, email, company = entry
    return Contact(key, ContactKind(kind), name, email, company=company)


def _maybe(entry: _Entry, name: str, make: Callable[[Sequence[Any]], T]) -> T | None:
    return make(entry[name]) if name in entry else None
