"""A file that is damaged: nothing is written to it, the rest can be read, and it says how to repair it."""

from collections.abc import Callable
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

import apsw
import pytest
from aiohttp import ClientSession

from deskterm.server.clock import ManualClock
from deskterm.server.errors import StorageDamaged
from deskterm.server.jobs.soundness import soundness_job
from deskterm.server.logs import Log
from deskterm.server.storage.examine import examine
from tests.cli.processes import deskterm
from tests.faults import checkers
from tests.faults.asking import cursor_of, heard, listening, reads, refused, resumes
from tests.faults.checkers import CANARY
from tests.faults.history import Phase
from tests.faults.scene import Scene
from tests.faults.service import NotReady
from tests.faults.writers import PATIENCE
from tests.server.storage.rows import NOW, add_organization, logged_contact, names, opened

PAGE = 4096


def tear(path: Path, text: str) -> None:
    """Zero every page of a file that has a text."""
    content = bytearray(path.read_bytes())
    at = content.find(text.encode())
    assert at > 0
    while at >= 0:
        start = at // PAGE * PAGE
        content[start : start + PAGE] = bytes(PAGE)
        at = content.find(text.encode())
    path.write_bytes(content)


def tear_pages(path: Path, numbers: list[int]) -> None:
    """Zero some pages of a file."""
    content = bytearray(path.read_bytes())
    for number in numbers:
        content[(number - 1) * PAGE : number * PAGE] = bytes(PAGE)
    path.write_bytes(content)


def leaves(path: Path, table: str) -> list[int]:
    """The pages that hold a table's rows."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        rows: list[Any] = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path", (table,)
        ).fetchall()
    finally:
        connection.close()
    return [row[0] for row in rows]


def content(path: Path) -> bytes:
    return path.read_bytes()


async def test_a_torn_page_stops_writing_and_not_reading(scene: Scene, tmp_path: Path) -> None:
    """Found by somebody's read: from then on everybody is refused to write, and can go on reading."""
    service, backup = scene.service, tmp_path / "good.backup"
    here, there = scene.people[0], scene.people[2]
    assert here.desk.organization != there.desk.organization
    await service.start()
    await scene.write(20)
    assert deskterm("backup", backup, "--data", service.data).returncode == 0
    assert await service.stop() == 0
    tear(service.database, f"{CANARY}{there.desk.organization}/{there.name}/10")
    damaged = content(service.database)
    await service.start()
    async with ClientSession(service.url, timeout=PATIENCE) as http, listening(service, here) as socket:
        headers = {"Authorization": f"Bearer {there.desk.token}"}
        path = f"/api/v1/conversations/{there.desk.conversation}/messages"
        async with http.get(path, headers=headers) as answer:
            assert answer.status == 503
            assert "deskterm restore" in (await answer.json())["detail"]
        problem = await refused(http, here)
        assert "deskterm restore FILE" in problem["detail"]
        assert f"{CANARY}designpi/w0/20" in await reads(http, here)
        async with http.get("/readyz") as answer:
            assert answer.status == 200
            assert "deskterm restore FILE" in (await answer.json())["read_only"]
        await socket.ping()
    assert deskterm("backup", tmp_path / "bad.backup", "--data", service.data).returncode == 75
    assert await service.stop() == 0
    assert content(service.database)[: len(damaged)] == damaged
    assert deskterm("restore", backup, "--data", service.data).returncode == 0
    await service.start()
    async with ClientSession(service.url, timeout=PATIENCE) as http, listening(service, here) as socket:
        assert await here.step(http) is Phase.OK
        await heard(socket, f"{here.name}/{here.number}")
    assert await service.stop() == 0
    scene.look()


async def test_a_command_that_comes_upon_a_torn_page_is_refused(scene: Scene) -> None:
    """Its row belongs on a page that is not there: it says so, and nothing is written any more."""
    service, writer = scene.service, scene.people[1]  # the last of the organization who wrote
    await service.start()
    await scene.write(20)
    assert await service.stop() == 0
    tear(service.database, f"{CANARY}{writer.desk.organization}/{writer.name}/20")
    await service.start()
    async with ClientSession(service.url, timeout=PATIENCE) as http:
        while await writer.step(http) is Phase.OK:
            pass
        assert "deskterm restore FILE" in (await refused(http, scene.people[2]))["detail"]
    assert await service.stop() == 0


async def test_a_log_that_is_torn_leads_nowhere_and_keeps_nobody_out(scene: Scene) -> None:
    """Consoles are sent to a snapshot, which does not need the log, and are connected from there."""
    service, writer = scene.service, scene.people[0]
    await service.start()
    cursor = await cursor_of(service, writer)
    await scene.write(40)
    assert await service.stop() == 0
    tear_pages(service.database, leaves(service.database, "event")[:2])
    await service.start()
    assert await resumes(service, writer, cursor) == "need_snapshot"
    async with listening(service, writer), ClientSession(service.url, timeout=PATIENCE) as http:
        assert f"{CANARY}designpi/w0/40" in await reads(http, writer)
        await refused(http, writer)
    assert await service.stop() == 0


async def test_the_daily_look_finds_what_nobody_has_touched(tmp_path: Path) -> None:
    path, log = tmp_path / "desk.db", StringIO()
    async with opened(path) as database:
        await database.write(add_organization)
        for number in range(200):
            await database.write(partial(logged_contact, name=f"{CANARY}{number:03} " * 20))
    tear(path, f"{CANARY}100")
    async with opened(path) as database:
        await database.write(lambda tx: logged_contact(tx, "not known yet"))
        writes_to = Log(ManualClock(NOW), log)
        assert await soundness_job(database, writes_to).run() is False
        writes_to.flush()
        assert database.damaged
        with pytest.raises(StorageDamaged, match="deskterm restore FILE"):
            await database.write(lambda tx: logged_contact(tx, "refused"))
        assert database.read(lambda reader: reader.value("SELECT seq FROM organization_counter")) == 201
    assert "the database is damaged" in log.getvalue()


async def test_rows_that_break_a_rule_are_named_and_stop_nobody(tmp_path: Path) -> None:
    path, log = tmp_path / "desk.db", StringIO()
    async with opened(path) as database:
        await database.write(add_organization)
        await database.write(lambda tx: logged_contact(tx, "one"))
        await database.write(lambda tx: tx.run("UPDATE organization_counter SET seq = 7"))
        writes_to = Log(ManualClock(NOW), log)
        await soundness_job(database, writes_to).run()
        writes_to.flush()
        assert "ends at 1, not 7" in log.getvalue()
        assert not database.damaged
        await database.write(lambda tx: logged_contact(tx, "two"))
        assert database.read(names) == ["one", "two"]


@pytest.mark.parametrize("start", [0, 100])
async def test_a_file_that_cannot_be_opened_is_a_sentence(scene: Scene, start: int, tmp_path: Path) -> None:
    """What it says to do helps."""
    path, backup = scene.service.database, tmp_path / "good.backup"
    assert deskterm("backup", backup, "--data", scene.service.data).returncode == 0
    path.write_bytes(content(path)[:start] + bytes(PAGE - start) + content(path)[PAGE:])
    before = content(path)
    with pytest.raises(NotReady, match="deskterm restore FILE") as refusal:
        await scene.service.start()
    assert refusal.value.code == 5
    assert "Traceback" not in str(refusal.value)
    assert content(path) == before
    restored = deskterm("restore", backup, "--data", scene.service.data)
    assert (restored.returncode, restored.stderr) == (0, "")
    await scene.goes_on()


def cut(wal: Path) -> None:
    wal.write_bytes(content(wal)[: -3 * PAGE])


def flip(wal: Path) -> None:
    whole = bytearray(content(wal))
    whole[len(whole) // 2] ^= 0xFF
    wal.write_bytes(whole)


@pytest.mark.parametrize("harm", [cut, flip, Path.unlink])
async def test_a_log_that_lost_its_end_is_a_shorter_history(
    scene: Scene, harm: Callable[[Path], None]
) -> None:
    """What a disk that lies may lose: the rest is whole, and consoles that know more load everything anew."""
    service, writer = scene.service, scene.people[0]
    await service.start()
    await scene.write(20)
    cursor = await cursor_of(service, writer)
    service.kill()
    await service.ended()
    before = scene.history.count(Phase.OK)
    harm(service.database.with_name(service.database.name + "-wal"))
    await service.start()
    assert await resumes(service, writer, cursor) == "need_snapshot"
    stored = checkers.messages(service.database)
    assert sum(each.body.startswith(CANARY) for each in stored) < before
    assert examine(service.database).damage == []
    assert checkers.in_order(scene.history.entries, stored) == []
    assert checkers.nothing_foreign(scene.history.entries, stored) == []
    assert await service.stop() == 0


async def test_the_index_of_the_log_may_go(scene: Scene) -> None:
    await scene.service.start()
    await scene.write(5)
    scene.service.kill()
    await scene.service.ended()
    scene.service.database.with_name(scene.service.database.name + "-shm").unlink()
    await scene.goes_on()
