"""SIGTERM while eight write: every command is stored or tried again with success, and none twice."""

import asyncio
import shutil
from pathlib import Path

from aiohttp import ClientSession

from tests.faults import checkers
from tests.faults.history import History, Phase
from tests.faults.service import Service
from tests.faults.writers import PATIENCE, Desk, writers

WRITERS, STOPS, EACH = 8, 4, 10
SEED = 11


async def test_no_command_is_lost_by_a_restart(fresh: tuple[Path, list[Desk]], tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(fresh[0], data)
    history = History(tmp_path / "history.jsonl")
    people = writers(WRITERS, fresh[1], history, SEED)
    for each in people:
        each.patient = True
    service = Service(data)
    try:
        for _ in range(STOPS):
            await service.start()
            async with ClientSession(service.url, timeout=PATIENCE) as http:
                for each in people:  # what the last stop has cut short comes first
                    await each.write(http, EACH)
                writing = [asyncio.create_task(each.write(http)) for each in people]
                assert await service.stop() == 0, "it ended in order, not by force"
                await asyncio.gather(*writing)
        await service.start()
        async with ClientSession(service.url, timeout=PATIENCE) as http:
            for each in people:
                assert await each.step(http) is Phase.OK
        assert await service.stop() == 0
    finally:
        await service.end()
        history.close()
    assert history.count(Phase.FAIL) == 0
    assert any(each.phase is Phase.UNKNOWN for each in history.entries), "nobody was interrupted"
    asked = {each.id for each in history.entries if each.phase is Phase.INVOKE}
    stored = {each.id for each in history.entries if each.phase is Phase.OK}
    assert asked == stored
    assert checkers.check(history.entries, service.database) == []
