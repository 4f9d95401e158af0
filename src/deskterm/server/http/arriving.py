"""What is on its way in and not stored yet: it takes room, too, or many at once would fill the disk."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from deskterm.server.desk.attachments import Coming
from deskterm.server.principal import Principal


class Arriving:
    """The uploads of one server that have begun."""

    def __init__(self) -> None:
        self._files = Counter[bytes]()  # of each person
        self._sizes = Counter[int]()  # of each organization, in bytes

    @contextmanager
    def beside(self, principal: Principal, size: int) -> Iterator[Coming]:
        """Count one more file while it comes; answers what was coming before."""
        who, where = principal.actor_id, principal.organization_id
        before = Coming(self._files[who], self._sizes[where])
        self._files[who] += 1
        self._sizes[where] += size
        try:
            yield before
        finally:
            self._files[who] -= 1
            self._sizes[where] -= size
            if not self._files[who]:
                del self._files[who]
