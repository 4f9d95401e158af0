"""The sentences that tell where a conversation stands, contacts but for one: fixed, and naming nobody."""

from typing import Final

RESOLVED: Final = "This conversation was marked as resolved."
CLOSED: Final = "This conversation was closed."
REOPENED: Final = "This conversation was opened again."
SUCCEEDED: Final = "This conversation was closed because a new one was started."
SNOOZE_ENDED: Final = "The snooze has ended."  # to agents only

#: Those after which it is over until it is opened again.
ENDS: Final = frozenset({RESOLVED, CLOSED, SUCCEEDED})
