"""Retention: nothing goes until an admin says so; a preview, a backup first, the audit after."""

import os
from datetime import UTC, datetime
from pathlib import Path

from deskterm.server.storage.kept_backups import backups_in
from tests.contract.desk import Desk

DAY = 24 * 3600


async def test_old_closed_conversations_are_archived_and_backups_age_out(desk: Desk, tmp_path: Path) -> None:
    one, two = await desk.numbered(1), await desk.numbered(2)
    await desk.change(desk.sarah, one["id"], status="closed")
    nothing = (await desk.dana.post("retention/run", {})).ok
    assert nothing == {
        "archive_days": 0,
        "visitor_days": 0,
        "conversations": 0,
        "visitors": 0,
        "backup": None,
    }
    await desk.settings(retention={"archive_days": 30})
    await desk.settings(retention={"visitor_days": 90})
    (await desk.dana.patch("organization", {"settings": {"retention": {"archive_days": -1}}})).problem(
        422, "invalid"
    )
    assert (await desk.dana.get("retention")).ok["conversations"] == 0
    desk.clock.advance(31 * DAY)
    dana = await desk.sign_in("dana")
    preview = (await dana.get("retention")).ok
    assert (preview["archive_days"], preview["visitor_days"]) == (30, 90)
    assert (preview["conversations"], preview["visitors"], preview["backup"]) == (1, 0, None)
    done = (await dana.post("retention/run", {})).ok
    assert done["conversations"] == 1
    folder = tmp_path / "data" / "backups"
    assert (folder / done["backup"]).is_file()
    archived = (await dana.get("conversations", archived="true", number=1)).ok["items"]
    assert [each["id"] for each in archived] == [one["id"]]
    assert len((await dana.get(f"conversations/{one['id']}/messages")).ok["items"]) > 0, (
        "archived, not erased"
    )
    assert (await dana.get(f"conversations/{two['id']}")).ok["archived_at"] is None
    (entry,) = (await dana.get("audit", action="retention.run")).ok["items"]
    assert entry["detail"] == {"archived": 1, "visitors": 0, "backup": done["backup"]}

    desk.clock.advance(80 * DAY)
    newer = await desk.services.erasures.backup_before()
    os.utime(folder / newer, (0, 0))  # names tell the age, whatever the file system says
    desk.clock.advance(11 * DAY)
    await desk.services.slow_jobs.tick()
    assert [each.name for each in backups_in(folder)] == [newer]
    assert datetime.fromtimestamp(desk.clock.now() / 1000, UTC).year == 2027
