"""Of what a contact is told about their conversation, only what is still true."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from deskterm.protocol.records import Message, MessageKind, Visibility
from deskterm.protocol.status_lines import ENDS, REOPENED

#: Lines further apart tell what happened; closer ones that somebody changed their mind.
AT_ONCE = timedelta(minutes=10)


def true_lines(messages: Sequence[Message]) -> Iterator[Message]:
    """`messages` without the lines that the next ones took back at once."""
    run: list[Message] = []
    for message in messages:
        goes_on = _tells_status(message) and (not run or message.created_at - run[-1].created_at <= AT_ONCE)
        if not goes_on:
            yield from _true(run)
            run = []
        if _tells_status(message):
            run.append(message)
        else:
            yield message
    yield from _true(run)


def _true(run: list[Message]) -> list[Message]:
    """Of lines right after each other: those since it was last opened again, or that, if it was over."""
    if len(run) < 2:
        return run
    opened = [place for place, each in enumerate(run) if each.body == REOPENED]
    if not opened:
        return run
    if opened[-1] < len(run) - 1:
        return run[opened[-1] + 1 :]
    return run[-1:] if opened[0] == 0 else []


def _tells_status(message: Message) -> bool:
    return (
        message.kind is MessageKind.ACTIVITY
        and message.visibility is Visibility.PUBLIC
        and (message.body in ENDS or message.body == REOPENED)
    )
