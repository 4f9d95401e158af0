"""Whatever is doubled, late or out of a stale answer: the replica ends up equal to what the server has.

A small model of a server writes a random history; the same history is then given to replicas that get every
event again later, and answers of lists and threads that were made long before they arrive.
"""

from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from deskterm.client.answers import Page, ReadState, Revocation, Update
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Conversation, Message
from tests.client.samples import conversation, message, number

COMMANDS = ("send", "edit", "patch", "read", "revoke", "grant")
Histories = st.lists(st.tuples(st.sampled_from(COMMANDS), st.integers(1, 3)), min_size=1, max_size=40)
Seeds = st.integers(0, 2**32)


@dataclass
class Stale:
    """An answer of REST as it was at one moment: a list, and the threads in it."""

    conversations: tuple[Conversation, ...]
    threads: dict[str, tuple[Message, ...]]


@dataclass
class Server:
    """What is visible to one reader, and how it came to be so."""

    seq: int = 0
    visible: dict[str, Conversation] = field(default_factory=dict)
    hidden: dict[str, Conversation] = field(default_factory=dict)
    messages: dict[str, dict[str, Message]] = field(default_factory=dict)

    def answer(self) -> Stale:
        """A list and all its threads as they are now."""
        threads = {each: tuple(self.messages.get(each, {}).values()) for each in self.visible}
        return Stale(tuple(self.visible.values()), threads)

    def do(self, command: str, index: int) -> Update | None:
        """Run a command; the event that the reader gets, if any."""
        self.seq += 1
        key = number(index)
        if key not in self.visible and key not in self.hidden:
            self.visible[key] = conversation(index, self.seq)
            return Update("conversation.created", conversation=self.visible[key])
        if key in self.hidden:
            return self._unseen(command, key)
        if command == "revoke":
            self.hidden[key] = self.visible.pop(key)
            return Update("conversation.revoked", revocation=Revocation(key, self.seq, "reassigned"))
        if command == "read":
            held = self.visible[key]
            newest = max((each.seq for each in self.messages.get(key, {}).values()), default=0)
            self.visible[key] = replace(held, rev=self.seq, unread=0, agent_read_seq=newest)
            read = ReadState(key, newest, 0)
            return Update("read.updated", conversation=self.visible[key], read=read)
        return self._change(command, key)

    def _unseen(self, command: str, key: str) -> Update | None:
        if command != "grant":
            self.hidden[key] = replace(self.hidden[key], rev=self.seq, subject=f"unseen {self.seq}")
            return None
        self.visible[key] = replace(self.hidden.pop(key), rev=self.seq)
        kept = tuple(self.messages.get(key, {}).values())
        return Update("conversation.granted", conversation=self.visible[key], messages=kept)

    def _change(self, command: str, key: str) -> Update:
        held = self.visible[key]
        thread = self.messages.setdefault(key, {})
        if command == "edit" and thread:
            old = min(thread.values(), key=lambda each: each.rev)
            thread[old.id] = replace(old, rev=self.seq, body=f"edited {self.seq}")
            return Update("message.updated", messages=(thread[old.id],))
        if command == "send":
            written = message(self.seq, self.seq, held.number)
            thread[written.id] = written
            self.visible[key] = replace(held, rev=self.seq, unread=held.unread + 1)
            return Update("message.created", conversation=self.visible[key], messages=(written,))
        self.visible[key] = replace(held, rev=self.seq, subject=f"patched {self.seq}")
        return Update("conversation.updated", conversation=self.visible[key])


def put_answer(replica: Replica, answer: Stale) -> None:
    replica.put_page(Page(answer.conversations))
    for key, thread in answer.threads.items():
        replica.put_messages(key, "newest", thread, more=False)


def open_all(replica: Replica, server: Server) -> None:
    """A console that opens every conversation it sees."""
    for each in replica.conversations():
        if replica.thread(each.id) is None:
            replica.open_thread(each.id)
            replica.put_messages(each.id, "newest", server.answer().threads[each.id], more=False)


def assert_equal(replica: Replica, server: Server) -> None:
    assert {each.id: each for each in replica.conversations()} == server.visible
    for key in server.visible:
        thread = replica.thread(key)
        assert thread is not None
        expected = sorted(server.messages.get(key, {}).values(), key=lambda each: each.seq)
        assert list(thread.messages) == expected


@given(history=Histories)
def test_in_order_and_doubled(history: list[tuple[str, int]]) -> None:
    server, once, twice = Server(), Replica(), Replica()
    for command, index in history:
        if update := server.do(command, index):
            once.apply(update)
            twice.apply(update)
            assert twice.apply(update) == ()
        open_all(once, server)
        open_all(twice, server)
    assert_equal(once, server)
    assert_equal(twice, server)


@given(history=Histories, seed=Seeds)
def test_events_again_and_answers_late(history: list[tuple[str, int]], seed: int) -> None:
    server, replica, random = Server(), Replica(), Random(seed)
    events: list[Update] = []
    answers: list[Stale] = []
    for command, index in history:
        if update := server.do(command, index):
            events.append(update)
            replica.apply(update)
        open_all(replica, server)
        answers.append(server.answer())
        while random.random() < 0.4:
            replica.apply(random.choice(events))
        while random.random() < 0.4:
            put_answer(replica, random.choice(answers))
    open_all(replica, server)
    assert_equal(replica, server)


@given(history=Histories, seed=Seeds)
def test_a_snapshot_anywhere_and_the_tail_from_before_it(history: list[tuple[str, int]], seed: int) -> None:
    server, random = Server(), Random(seed)
    cursor = random.randrange(len(history))
    taken = random.randrange(cursor, len(history))
    tail: list[Update] = []
    snapshot = Stale((), {})
    for position, (command, index) in enumerate(history):
        update = server.do(command, index)
        if position > cursor and update:
            tail.append(update)
        if position == taken:
            snapshot = server.answer()
    replica = Replica()
    replica.put_page(Page(snapshot.conversations))
    for update in tail:
        replica.apply(update)
    assert {each.id: each for each in replica.conversations()} == server.visible
