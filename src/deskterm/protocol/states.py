"""The states of a support conversation and every legal move between them.

One table, used by the server to enforce, by the console to offer, and by tests to enumerate.
"""

from enum import StrEnum

from deskterm.protocol.records import Status


class Move(StrEnum):
    """What an agent may do to a conversation's status."""

    PENDING = "pending"
    SNOOZE = "snooze"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"


#: What each move makes of each status. A missing cell is an illegal move.
MOVES: dict[Status, dict[Move, Status]] = {
    Status.OPEN: {
        Move.SNOOZE: Status.SNOOZED,
        Move.PENDING: Status.PENDING,
        Move.RESOLVE: Status.RESOLVED,
        Move.CLOSE: Status.CLOSED,
    },
    Status.PENDING: {
        Move.SNOOZE: Status.SNOOZED,
        Move.RESOLVE: Status.RESOLVED,
        Move.CLOSE: Status.CLOSED,
        Move.REOPEN: Status.OPEN,
    },
    Status.SNOOZED: {
        Move.SNOOZE: Status.SNOOZED,
        Move.PENDING: Status.PENDING,
        Move.RESOLVE: Status.RESOLVED,
        Move.CLOSE: Status.CLOSED,
        Move.REOPEN: Status.OPEN,
    },
    Status.RESOLVED: {Move.CLOSE: Status.CLOSED, Move.REOPEN: Status.OPEN},
    Status.CLOSED: {Move.REOPEN: Status.OPEN},  # an admin, or within ten minutes the agent who closed it
}

#: A conversation in one of these is the contact's one active conversation.
ACTIVE = frozenset({Status.OPEN, Status.PENDING, Status.SNOOZED})

#: Where an agent's public reply is legal; elsewhere the conversation has to be reopened first.
REPLYABLE = ACTIVE

_MOVE_TO = {
    Status.OPEN: Move.REOPEN,
    Status.PENDING: Move.PENDING,
    Status.SNOOZED: Move.SNOOZE,
    Status.RESOLVED: Move.RESOLVE,
    Status.CLOSED: Move.CLOSE,
}


def move_to(status: Status) -> Move:
    """The move that leads to `status`."""
    return _MOVE_TO[status]


def allowed(status: Status) -> list[Status]:
    """The statuses an agent may move to from `status`, in the order of `Status`, itself left out."""
    reachable = set(MOVES[status].values())
    return [each for each in Status if each in reachable and each != status]
