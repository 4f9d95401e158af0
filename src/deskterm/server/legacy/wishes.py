"""What is asked of an import."""

from dataclasses import dataclass, field
from datetime import tzinfo


@dataclass(frozen=True)
class Wishes:
    """What is to be read. `users`: keys or addresses of those it is about, None = everybody; `now` in ms."""

    zone: tzinfo
    now: int
    keep_groups: bool = False
    users: frozenset[str] | None = None
    met: set[str] = field(default_factory=set)  # of `users`, those that there are

    def wants(self, key: str, email: str | None) -> bool:
        """Whether the import is about that user."""
        if self.users is None:
            return True
        named = {key.lower(), email or ""} & self.users
        self.met.update(named)
        return bool(named)
