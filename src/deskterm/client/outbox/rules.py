"""What becomes of a command: pure decisions, so that each can be tested without a server or a clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from deskterm.client.errors import ApiError, ClientError, Offline
from deskterm.client.live.backoff import Backoff
from deskterm.client.replica.outgoing import Item, Pending
from deskterm.protocol.records import Status, Visibility
from deskterm.text.words import tr

#: What waited longer is not sent without asking: the talk has gone on.
OLD_AFTER = timedelta(days=1)
#: Seconds over which those spread out whom the server told the same time to come back.
SPREAD = 1.0
#: The code of what was not tried because something it rests on was refused.
DEPENDS = "depends"

#: After these a conversation is done with for now: wrong if the reply before them never went out.
_FINISHING = frozenset({Status.PENDING, Status.SNOOZED, Status.RESOLVED, Status.CLOSED})


class Verdict(Enum):
    """What an error means for a command."""

    AGAIN = "again"  # nobody has refused it: the same may work later
    REFUSED = "refused"  # the same would be refused again: its author decides
    SIGNED_OUT = "signed out"  # nothing goes out before somebody signs in


@dataclass(slots=True, frozen=True)
class Refusal:
    """A command that was refused, and when its author could know."""

    item: Item
    at: datetime


def verdict(error: ClientError) -> Verdict:
    """Whether to try again. What is no answer of deskterm's refuses nothing: a train's Wi-Fi answers too."""
    if not isinstance(error, ApiError) or error.passing or error.status >= 500 or error.status == 429:
        return Verdict.AGAIN
    return Verdict.SIGNED_OUT if error.status == 401 else Verdict.REFUSED


def briefly(error: ClientError) -> str:
    """What keeps a command waiting, in few words."""
    return tr("The server {why}.", why=error.why) if isinstance(error, Offline) else error.sentence


def pause(error: ClientError, backoff: Backoff, spread: float) -> float:
    """Seconds until the next attempt; `spread` is anything from 0 to 1."""
    wait = backoff.next()
    if isinstance(error, ApiError) and error.retry_after is not None:
        return error.retry_after + spread * SPREAD
    return wait


def is_old(fresh_from: datetime, now: datetime) -> bool:
    """Whether its author has to be asked first."""
    return now - fresh_from > OLD_AFTER


def rests_on(item: Item, fresh_from: datetime, refusal: Refusal) -> bool:
    """Whether a command makes no sense after a refusal that its author, at `fresh_from`, did not know of yet.

    Resolving and the like rest on the reply before them, a reply on the reopening before it.
    """
    if fresh_from > refusal.at or item.id == refusal.item.id:
        return False
    if isinstance(refusal.item, Pending):
        return _is_reply(refusal.item) and _finishes(item)
    return _is_reply(item) and refusal.item.patch.get("status") == Status.OPEN


def because(refusal: Refusal) -> str:
    """Why a command that rests on a refused one was not tried, in words for its author."""
    if isinstance(refusal.item, Pending):
        return tr("The reply before it was refused, so this was not tried.")
    return tr("The reopening before it was refused, so this was not tried.")


def _is_reply(item: Item) -> bool:
    return isinstance(item, Pending) and item.visibility is Visibility.PUBLIC


def _finishes(item: Item) -> bool:
    if isinstance(item, Pending):
        return False
    return item.patch.get("status") in _FINISHING or item.patch.get("snoozed_until") is not None
