"""The file of a copy: what comes back, who may read it, how big it gets, and when it is void."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deskterm.client.cache.content import KeptThread, News, People, Whose
from deskterm.client.cache.file import MOST_FILES
from deskterm.client.cache.store import CONVERSATIONS, MESSAGES, THREADS, Store, recall
from deskterm.protocol.records import (
    Author,
    AuthorKind,
    Conversation,
    Kind,
    Me,
    Message,
    MessageKind,
    Organization,
    Role,
    Status,
)

NOW = datetime(2026, 11, 20, 12, 3, tzinfo=UTC)
SARAH = Whose("u-1", "staff", "m-1", "e-1")
PEOPLE = People(Me("u-1", "Sarah", "sarah@designpi.com", Role.STAFF, "m-1", None, Organization("DesignPi")))


def conversation(number: int) -> Conversation:
    """The more, the later it moved."""
    at = NOW + timedelta(minutes=number)
    return Conversation(f"c-{number}", number, Kind.SUPPORT, Status.OPEN, number, at, at, last_message_at=at)


def thread(number: int, count: int = 2, body: str = "words") -> KeptThread:
    """A thread with so many messages."""
    author = Author(AuthorKind.CONTACT, "k-1", "John")
    place = f"c-{number}"
    messages = tuple(
        Message(f"{place}-{seq}", place, seq, seq, author, f"{body} {seq}", MessageKind.TEXT, NOW)
        for seq in range(count)
    )
    return KeptThread(place, messages, True, NOW)


def news(
    *numbers: int, whose: Whose = SARAH, known: frozenset[str] | None = None, body: str = "words"
) -> News:
    """Conversations with their threads, opened in this order."""
    return News(
        whose,
        NOW,
        PEOPLE,
        known,
        tuple(map(conversation, numbers)),
        tuple(thread(each, body=body) for each in numbers),
        tuple(f"c-{each}" for each in numbers),
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the copy is."""
    return tmp_path / "cache" / "desk-1.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """An open copy."""
    with closing(Store(path)) as made:
        yield made


def ids(store: Store) -> tuple[list[str], list[str]]:
    """The conversations, and the threads in the order in which they were opened."""
    kept = store.everything()
    assert kept is not None
    return sorted(each.id for each in kept.conversations), [each.conversation_id for each in kept.threads]


def test_what_is_written_comes_back_as_it_was(store: Store) -> None:
    store.write(news(1))
    kept = store.everything()
    assert kept is not None
    assert (kept.at, kept.people) == (NOW, PEOPLE)
    assert kept.conversations == (conversation(1),)
    assert kept.threads == (thread(1),)
    assert store.thread("c-1") == (conversation(1), thread(1))


def test_it_is_its_owners_alone(store: Store, path: Path) -> None:
    store.write(news(1))
    for each in path.parent.iterdir():
        assert each.stat().st_mode & 0o777 == 0o600, each
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_file_that_others_may_read_counts_as_none(store: Store, path: Path) -> None:
    store.write(news(1))
    store.close()
    path.chmod(0o644)
    assert recall(path) is None


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_text("precious")
    path.parent.mkdir()
    path.symlink_to(target)
    assert recall(path) is None
    assert target.read_text() == "precious"


@pytest.mark.parametrize("content", [b"no database" * 999, b"SQLite format 3\0" + bytes(5000)])
def test_a_damaged_file_counts_as_none_and_is_begun_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    path.chmod(0o600)
    assert recall(path) is None
    with closing(Store(path)) as store:
        store.write(news(1))
        assert ids(store) == (["c-1"], ["c-1"])


def test_records_of_another_shape_count_as_none(store: Store, path: Path) -> None:
    store.write(news(1))
    store.close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE conversation SET content = '{}'")
        db.commit()
    assert recall(path) is None
    assert not path.exists()


@pytest.mark.parametrize(
    "other",
    [
        replace(SARAH, person="u-2"),
        replace(SARAH, role="admin"),
        replace(SARAH, member="m-2"),
        replace(SARAH, epoch="e-2"),
    ],
)
def test_what_another_has_read_is_void(store: Store, other: Whose) -> None:
    store.write(news(1, 2))
    store.write(news(3, whose=other))
    assert ids(store) == (["c-3"], ["c-3"])


def test_what_a_snapshot_has_not_goes_or_is_to_be_asked_about(store: Store) -> None:
    listed = replace(news(2), threads=(), live=())
    store.write(news(1))
    store.write(listed)
    assert store.write(news(3, known=frozenset({"c-3"}))) == ["c-1"]
    assert ids(store)[0] == ["c-1", "c-3"]


def test_what_is_forgotten_leaves_no_trace(store: Store, path: Path) -> None:
    store.write(news(1, body="a secret of theirs"))
    assert b"a secret of theirs" in path.read_bytes()
    store.forget("c-1")
    assert ids(store) == ([], [])
    assert not any(b"a secret of theirs" in each.read_bytes() for each in path.parent.iterdir())


def test_the_oldest_go_first(store: Store) -> None:
    for number in range(1, THREADS + 3):
        store.write(news(number))
    store.write(replace(news(), live=("c-3",)))
    store.write(news(THREADS + 3))
    _, threads = ids(store)
    assert len(threads) == THREADS
    assert threads[-2:] == ["c-3", f"c-{THREADS + 3}"]
    assert "c-4" not in threads


def test_lists_are_bounded(store: Store) -> None:
    many = tuple(map(conversation, range(CONVERSATIONS + 20)))
    store.write(News(SARAH, NOW, PEOPLE, None, many))
    conversations, _ = ids(store)
    assert len(conversations) == CONVERSATIONS
    assert "c-0" not in conversations


def test_the_newest_messages_of_a_thread_are_kept(store: Store) -> None:
    long = thread(1, MESSAGES + 50)
    store.write(replace(news(1), threads=(long,)))
    found = store.thread("c-1")
    assert found is not None
    assert found[1].messages == long.messages[-MESSAGES:]
    assert not found[1].at_start


def test_the_file_stays_below_its_limit(path: Path) -> None:
    with closing(Store(path, limit=200_000)) as store:
        for number in range(1, 20):
            store.write(news(number, body="x" * 20_000))
        _, threads = ids(store)
        assert path.stat().st_size <= 200_000
        assert threads[-1] == "c-19"
        assert "c-1" not in threads


def test_copies_that_nobody_uses_go(tmp_path: Path) -> None:
    for number in range(MOST_FILES + 2):
        path = tmp_path / "cache" / f"desk-{number}.db"
        Store(path).close()
        os.utime(path, (number + 1, number + 1))
    Store(tmp_path / "cache" / "desk-new.db").close()
    left = {each.name for each in (tmp_path / "cache").glob("desk-*.db")}
    assert len(left) == MOST_FILES
    assert "desk-new.db" in left
    assert "desk-0.db" not in left
