"""A frame is out before anything else is done, and a terminal that does not read holds nothing up."""

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from textual.drivers._writer_thread import WriterThread

from deskterm.terminal.handing_over import handing_over


class Written:
    """What Textual's drivers do with output: a thread that writes to the terminal's file."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def start(self) -> None:
        self.writer = WriterThread(self._file)
        self.writer.start()

    def write(self, data: str) -> None:
        self.writer.write(data)


@pytest.fixture
def driven() -> Iterator[tuple[int, Any]]:
    """Where a terminal reads, and a driver that writes to it."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    with os.fdopen(writing, "w") as file:
        driver: Any = handing_over(Written)(file)  # type: ignore[arg-type]
        driver.start()
        yield reading, driver
        while driver.writer.is_alive():
            with suppress(BlockingIOError):
                os.read(reading, 1_000_000)
            if not driver.writer._queue.qsize():
                driver.writer._queue.put(None)
    os.close(reading)


def test_what_is_written_is_out(driven: tuple[int, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deskterm.terminal.handing_over._MOMENT", 60)
    reading, driver = driven
    for frame in range(200):
        driver.write(f"frame {frame}")
        assert os.read(reading, 100) == f"frame {frame}".encode()


def test_a_terminal_that_does_not_read_holds_nothing_up(driven: tuple[int, Any]) -> None:
    _, driver = driven
    writing = threading.Thread(target=lambda: [driver.write("x" * 1_000_000) for _ in range(5)], daemon=True)
    writing.start()
    writing.join(10)
    assert not writing.is_alive()
