"""What must not grow with the desk: memory with its conversations, opening with a thread's messages."""

import statistics

import apsw

from benchmarks.console.desk import Desk, desk
from benchmarks.console.terminal import Terminal, running
from benchmarks.results import Result
from deskterm.protocol.ids import IdSource, to_bytes
from deskterm.server.config import DATABASE_NAME

_SHORT, _LONG = 50, 10_000
_OPENINGS = 5
_THEN = 1_700_000_000_000


def memory() -> list[Result]:
    """Resident memory of a console that has paged through its list, at 100 and 100,000 conversations."""
    small, large = (_resident(size) for size in (100, 100_000))
    return [Result("console: memory, 100,000 conversations", large, small, "KiB", 1.4, at_least=False)]


def _resident(size: int) -> float:
    with desk(size) as place, running("deskterm", environ=place.environ) as console:
        console.until("live")
        console.settle()
        for _ in range(10):
            console.cost("\x1b[6~")
        return float(console.resident_kib())


def threads() -> list[Result]:
    """Opening the thread under the cursor until its last message is seen, and the memory it leaves."""
    with desk() as place:
        long, short = place.rows.conversations[1], place.rows.conversations[2]
        _fill(place, short, _SHORT)
        _fill(place, long, _LONG)
        place.say(short, "THE-SHORT-END")
        place.say(long, "THE-LONG-END")
        times: dict[str, list[float]] = {"LONG": [], "SHORT": []}
        memory: dict[str, int] = {}
        for _ in range(_OPENINGS):
            for name, steps in (("LONG", ""), ("SHORT", "j")):
                with running("deskterm", environ=place.environ) as console:
                    times[name].append(_open(console, steps, f"THE-{name}-END"))
                    memory[name] = console.resident_kib()
    slow, fast = (statistics.median(times[name]) for name in ("LONG", "SHORT"))
    return [
        Result("console: opening 10,000 messages", slow, fast, "ms", 2, at_least=False),
        Result("console: memory with them open", memory["LONG"], memory["SHORT"], "KiB", 1.2, at_least=False),
    ]


def _open(console: Terminal, steps: str, words: str) -> float:
    console.until("live")
    console.settle()
    if steps:
        console.cost(steps)
    before = len(console.chunks)
    pressed = console.type("\r")
    seen = console.until(words, before)
    console.settle()
    return (seen - pressed) * 1000


def _fill(place: Desk, conversation_id: str, count: int) -> None:
    """Messages straight into the tables."""
    connection = apsw.Connection(str(place.rows.data / DATABASE_NAME))
    connection.set_busy_timeout(10_000)
    connection.execute("BEGIN IMMEDIATE")
    ids, key = IdSource(), to_bytes(conversation_id)
    ((agent,),) = connection.execute("SELECT id FROM member LIMIT 1").fetchall()
    connection.executemany(
        "INSERT INTO message (organization_id, id, conversation_id, seq, rev, author_kind, author_id, kind,"
        " visibility, body, created_at) VALUES (1, ?, ?, ?, ?, 'agent', ?, 'text', 'public', ?, ?)",
        (
            (ids.new_bytes(), key, -count + at, 0, agent, f"Message {at}: thank you.", _THEN)
            for at in range(count)
        ),
    )
    connection.execute("COMMIT")
    connection.close()
