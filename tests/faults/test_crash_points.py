"""The server ends at every point of the write path, one after the other; nothing that it said gets lost."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from aiohttp import ClientSession

from deskterm.server.failpoints import POINTS, armed
from deskterm.server.storage.examine import examine
from tests.cli.processes import deskterm
from tests.faults import checkers
from tests.faults.history import Phase
from tests.faults.scene import Scene
from tests.faults.service import CRASHED, NotReady, Service
from tests.faults.writers import PATIENCE

WRITING = {"after-insert", "after-commit", "before-wake"}
CHECKPOINTS = {"before-checkpoint", "after-checkpoint"}
BACKUPS = {"backup-vacuum", "backup-written", "backup-renamed"}
RESTORES = {each for each in POINTS if each.startswith("restore-")}

#: So many commits after a start, what the server has to do by itself is done: then only people write.
QUIET = 30


def at(point: str, passes: int = 1) -> dict[str, str]:
    """The variables that arm a point."""
    return {"DESKTERM_TEST": "1", "DESKTERM_FAILPOINT": f"{point}:{passes}"}


@pytest.mark.parametrize("passes", [1, QUIET])
@pytest.mark.parametrize("point", sorted(WRITING))
async def test_a_crash_while_writing(scene: Scene, point: str, passes: int) -> None:
    try:
        await scene.service.start(environ=at(point, passes))
    except NotReady as crash:  # by what it writes itself at its start
        assert crash.code == CRASHED  # noqa: PT017
    else:
        await scene.write_until_it_crashes()
    await scene.goes_on()


async def test_what_was_committed_and_not_acknowledged_is_there_once(scene: Scene) -> None:
    """The case that doubles messages where ids are not the sender's."""
    await scene.service.start(environ=at("after-commit", QUIET))
    writer = scene.people[0]
    await scene.write_until_it_crashes()
    assert writer.waiting is not None
    id, _ = writer.waiting
    assert id in {each.id for each in checkers.messages(scene.service.database)}
    await scene.service.start()
    async with ClientSession(scene.service.url, timeout=PATIENCE) as http:
        assert await writer.step(http) is Phase.OK
    assert await scene.service.stop() == 0
    scene.look()


async def test_what_was_not_committed_is_not_there(scene: Scene) -> None:
    await scene.service.start(environ=at("after-insert", QUIET))
    await scene.write_until_it_crashes()
    waiting = scene.people[0].waiting
    assert waiting is not None
    assert waiting[0] not in {each.id for each in checkers.messages(scene.service.database)}


@pytest.mark.parametrize("point", sorted(CHECKPOINTS))
async def test_a_crash_around_a_checkpoint(scene: Scene, point: str) -> None:
    await scene.service.start(environ=at(point))
    await scene.write_until_it_crashes()
    await scene.goes_on()


@pytest.mark.parametrize("nth", [1, 9])
async def test_a_crash_in_the_middle_of_a_checkpoint(scene: Scene, nth: int) -> None:
    """In use, only checkpoints write to the database file itself; half of a page gets there."""
    failing = Service(scene.service.data, command=(sys.executable, "-m", "tests.faults.disk"))
    await failing.start(environ={"FAULTS_DISK": f"write:{nth}:kill:{failing.database.name}"})
    async with ClientSession(failing.url, timeout=PATIENCE) as http:
        while (await scene.people[0].step(http)) is not Phase.UNKNOWN:
            pass
    assert await failing.ended() == CRASHED
    await scene.goes_on()


@pytest.mark.parametrize("point", sorted(BACKUPS))
async def test_a_crash_in_a_backup(scene: Scene, point: str, tmp_path: Path) -> None:
    kept = tmp_path / "one.backup"
    await scene.service.start(environ=at(point))
    await scene.write(2)
    assert deskterm("backup", kept, "--data", scene.service.data).returncode != 0
    assert await scene.service.ended() == CRASHED
    assert kept.exists() is (point == "backup-renamed")
    await scene.goes_on()
    assert deskterm("backup", kept, "--data", scene.service.data).returncode == 0
    assert not unfinished(tmp_path)
    assert checkers.check(scene.history.entries, kept) == []


async def test_a_crash_between_migrations(tmp_path: Path) -> None:
    service = Service(tmp_path / "data")
    with pytest.raises(NotReady) as crash:
        await service.start(environ=at("migrated"))
    assert crash.value.code == CRASHED
    await service.start("--demo")
    assert await service.stop() == 0
    assert checkers.check([], service.database) == []


@pytest.mark.parametrize("point", sorted(RESTORES))
async def test_a_crash_in_a_restore_leaves_the_old_or_the_restored(
    scene: Scene, point: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, data = tmp_path / "one.backup", scene.service.data
    await scene.service.start()
    assert deskterm("backup", kept, "--data", data).returncode == 0
    before = checkers.messages(kept)
    await scene.write(2)
    scene.service.kill()  # the log is not folded in
    await scene.service.ended()
    after = checkers.messages(scene.service.database)
    with monkeypatch.context() as patched:
        _set(patched, at(point))
        assert deskterm("restore", kept, "--data", data).returncode == CRASHED
    await scene.service.start()
    assert await scene.service.stop() == 0
    there = checkers.messages(scene.service.database)
    assert there == (before if point == "restore-replaced" else after)
    assert examine(scene.service.database).damage == []
    again = deskterm("restore", kept, "--data", data)
    assert (again.returncode, again.stderr) == (0, "")
    assert checkers.messages(scene.service.database) == before


def unfinished(folder: Path) -> list[Path]:
    return list(folder.glob("*.part"))


def _set(patched: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        patched.setenv(name, value)


def test_every_point_is_walked() -> None:
    assert set(POINTS) == WRITING | CHECKPOINTS | BACKUPS | RESTORES | {"migrated", "table-moved"}


@pytest.mark.parametrize("said", [{}, {"DESKTERM_TEST": "0"}, {"DESKTERM_TEST": "true"}])
def test_only_the_word_of_a_test_arms_a_point(said: Mapping[str, str]) -> None:
    assert armed({"DESKTERM_FAILPOINT": "after-commit:1", **said}) is None
    assert armed({"DESKTERM_TEST": "1"}) is None


async def test_without_it_a_server_passes_all_points(scene: Scene) -> None:
    await scene.service.start(environ={"DESKTERM_FAILPOINT": "after-commit:1"})
    await scene.write(2)
    assert await scene.service.stop() == 0
    scene.look()


def test_a_point_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="no failpoint is called nowhere"):
        armed({"DESKTERM_TEST": "1", "DESKTERM_FAILPOINT": "nowhere"})
