"""Real servers in processes of their own, and people who write there."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Server, running
from tests.faults.history import History
from tests.faults.scene import Scene, seeded
from tests.faults.service import Service, held
from tests.faults.writers import Desk, writers

#: The writers' ids come from it.
SEED = 7


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what held event loops for more than 50 ms; no test asserts it, as machines have moods."""
    if terminalreporter.config.pluginmanager.hasplugin("dsession"):
        return  # the servers were those of other processes
    computing = sorted(each["computing_ms"] for each in held)
    felt = sum(each > 50 for each in computing)
    terminalreporter.write_line(
        f"event loops held for more than 50 ms: {sum(each['times'] for each in held)} times;"
        f" by their own computing: {felt}, the longest {computing[-1] if held else 0} ms"
    )
    for each in held:
        if each["computing_ms"] > 50:
            terminalreporter.write_line(f"  {each['computing_ms']} ms: {' < '.join(each['stack'][::-1])}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A fresh demo."""
    with running(tmp_path_factory.mktemp("served")) as server:
        yield server


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Desk]]:
    """A server's folder to copy, and where one can write in it."""
    folder = tmp_path_factory.mktemp("fresh") / "data"
    return folder, asyncio.run(seeded(folder))


@pytest.fixture
async def scene(fresh: tuple[Path, list[Desk]], tmp_path: Path) -> AsyncIterator[Scene]:
    """A copy of that folder, four writers, and a server that is not started yet."""
    data = tmp_path / "data"
    shutil.copytree(fresh[0], data)
    history = History(tmp_path / "history.jsonl")
    service = Service(data)
    yield Scene(service, writers(4, fresh[1], history, SEED), history)
    await service.end()
    history.close()
