"""A saved view as consoles keep and show it. Plain, like `protocol/records`."""

from dataclasses import dataclass


@dataclass(slots=True, frozen=True)
class SavedView:
    """A filter and an order under a name; `visibility` is `shared` or `own`."""

    id: str
    visibility: str
    name: str
    q: str
    sort: str
    rev: int

    @property
    def shared(self) -> bool:
        """Whether everybody in the organization has it, and admins change it."""
        return self.visibility == "shared"


@dataclass(slots=True, frozen=True)
class SavedViewGone:
    """A view was deleted at `rev`, or is somebody's own since; anything older about it is void."""

    id: str
    rev: int


@dataclass(slots=True, frozen=True)
class ViewCount:
    """How many conversations a view has for its reader; `more` = that many or more.

    `count` is None where its filter names what is there no longer.
    """

    id: str
    count: int | None
    more: bool
