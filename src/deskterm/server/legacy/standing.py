"""How a conversation stands after its messages: who waits since when, what is unread, what lists show."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from deskterm.protocol.records import Status
from deskterm.server.desk.conversations import preview_of


class Said(NamedTuple):
    """A message that everybody in the conversation may read, as far as it matters here."""

    author: str
    body: str
    at: int
    seq: int


@dataclass
class Standing:
    """Follows a support conversation, or another one, message by message."""

    waiting_since: int | None = None
    agent_unread: int = 0
    agent_read_seq: int = 0
    first_reply_at: int | None = None
    last: Said | None = None

    def follow(self, messages: Iterable[Said]) -> None:
        """Let these be said, in their order."""
        for each in messages:
            self.last = each
            if each.author == "contact":
                self.waiting_since = self.waiting_since or each.at
                self.agent_unread += 1
            elif each.author != "system":
                self.waiting_since, self.agent_unread, self.agent_read_seq = None, 0, each.seq
                self.first_reply_at = self.first_reply_at or each.at

    def order(self) -> dict[str, Any]:
        """The columns that every kind of conversation has."""
        if self.last is None:
            empty = {"preview": None, "public_preview": None}
            return empty | dict.fromkeys(("last_message_at", "last_message_seq", "last_public_message_at"), 0)
        preview = preview_of(self.last.body)
        return {
            "preview": preview,
            "public_preview": preview,
            "last_message_at": self.last.at,
            "last_message_seq": self.last.seq,
            "last_public_message_at": self.last.at,
        }

    def support(self, status: str) -> dict[str, Any]:
        """The columns of a support conversation that is or becomes `status`.

        An answered one waits for its customer (pending), another one for us (open); an ended one stays so.
        """
        seq = 0 if self.last is None else self.last.seq
        columns: dict[str, Any] = {"contact_read_seq": seq, "contact_unread": 0}
        columns["first_reply_at"] = self.first_reply_at
        if status not in (Status.OPEN, Status.PENDING):
            return columns | {"waiting_since": None, "agent_unread": 0, "agent_read_seq": seq}
        after = Status.PENDING if self.waiting_since is None else Status.OPEN
        if after != status:
            columns["status"] = after.value
        return columns | {
            "waiting_since": self.waiting_since,
            "agent_unread": self.agent_unread,
            "agent_read_seq": self.agent_read_seq,
        }
