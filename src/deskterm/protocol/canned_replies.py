"""A canned reply as consoles keep and show it. Plain, like `protocol/records`."""

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class CannedReply:
    """A text that agents keep; `visibility` is `shared` or `own`, `body` still has its variables."""

    id: str
    visibility: str
    shortcut: str
    title: str
    body: str
    rev: int

    @property
    def shared(self) -> bool:
        """Whether everybody in the organization uses it, and admins write it."""
        return self.visibility == "shared"


@dataclass(slots=True, frozen=True)
class CannedReplyGone:
    """A canned reply was deleted at `rev`; anything older about it is void."""

    id: str
    rev: int
