"""How much a replica keeps at most: it is a window on the desk, never the desk."""

from collections.abc import Collection, Iterable

from deskterm.protocol.records import Conversation

#: Most conversations kept; those that moved longest ago and are not open go first.
CONVERSATIONS = 5_000
#: Most threads kept with messages; the one opened longest ago goes first.
THREADS = 30


def too_many(known: Collection[Conversation], opened: Collection[str]) -> Iterable[str]:
    """The ids of a tenth beyond the limit, so that it is not done at every event; none within it."""
    if len(known) <= CONVERSATIONS:
        return ()
    spare = [each for each in known if each.id not in opened]
    spare.sort(key=lambda each: each.last_message_at or each.created_at)
    return [each.id for each in spare[: CONVERSATIONS // 10]]
