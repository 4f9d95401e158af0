"""Looking into a replica, and telling it things."""

from deskterm.client.answers import (
    Revocation,
    Update,
)
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Named
from tests.client.samples import number

HERE = number(1)


def open_thread(replica: Replica, *messages: object) -> None:
    replica.open_thread(HERE)
    replica.put_messages(HERE, "newest", messages, more=False)  # type: ignore[arg-type]


def bodies(replica: Replica) -> list[str]:
    thread = replica.thread(HERE)
    assert thread is not None
    return [each.body for each in thread.messages]


def revoked(rev: int) -> Update:
    by = Named("member-mike", "Mike Chen")
    return Update("conversation.revoked", revocation=Revocation(HERE, rev, "claimed", by))
