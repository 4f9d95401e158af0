"""An old chat as files, and what stands in a data folder after it was imported there."""

import csv
import json
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.cli.processes import deskterm, serving
from tests.forking import run

HEADERS = {
    "users": ("id", "name", "email", "phone", "created_at", "role"),
    "chat_fake_users": ("id", "name", "avatar_url", "is_active", "created_at"),
    "chat_groups": ("id", "name", "type", "description", "created_at"),
    "chat_group_members": ("group_id", "user_id"),
    "chat_messages": (
        "id",
        "group_id",
        "sender_id",
        "sender_type",
        "fake_user_id",
        "content",
        "message_type",
        "image_url",
        "support_conversation_user_id",
        "created_at",
        "is_active",
        "is_notification",
        "notification_style",
    ),
}
Row = Mapping[str, object]
BLUE = {"backgroundColor": "#f0f9ff", "textColor": "#0369a1", "borderColor": "#38bdf8"}


def said(
    id: int, sender: int, owner: int | None, content: str, at: str = "2022-01-01 10:00:00", **more: object
) -> Row:
    """A row of chat_messages in the support group."""
    given = {"id": id, "group_id": 1, "sender_id": sender, "sender_type": "real_user", "content": content}
    return given | {"support_conversation_user_id": owner, "created_at": at, "is_active": "t"} | more


#: Ana is an admin, Uwe and Vera are customers, and so is John, who is in the demo already.
OLD: Mapping[str, Sequence[Row]] = {
    "users": [
        {"id": 1, "name": "Ana Admin", "email": "ana@old.example", "role": "admin"},
        {"id": 7, "name": "Uwe", "email": "uwe@old.example", "phone": "+49", "created_at": "2021-01-01"},
        {"id": 8, "name": "Vera", "email": "Vera@Old.example", "created_at": "2021-02-01"},
        {"id": 10, "name": "John", "email": "john.doe@example.com"},
    ],
    "chat_fake_users": [
        {"id": 3, "name": "Pia", "is_active": "t"},
        {"id": 4, "name": "Former", "is_active": "f"},
    ],
    "chat_groups": [
        {"id": 1, "name": "Support", "type": "support"},
        {"id": 2, "name": "Main PEA Communication", "description": "For all", "created_at": "2020-01-01"},
    ],
    "chat_group_members": [{"group_id": group, "user_id": user} for group in (1, 2) for user in (7, 8)],
    "chat_messages": [
        said(100, 7, 7, "Uwe asks", "2022-01-01 10:00:00"),
        said(102, 8, 8, "Vera asks", "2022-01-01 10:01:00"),
        said(101, 1, 7, "Ana answers", "2022-01-01 10:02:00", sender_type="admin"),
        said(104, 7, 7, "Uwe thanks", "2022-01-01 10:03:00"),
        said(103, 3, 7, "Pia answers", "2022-01-01 10:04:00", sender_type="fake_user", fake_user_id=3),
        said(105, 7, None, "Hello everybody", "2022-01-01 10:05:00", group_id=2),
        said(106, 3, None, "Hello Uwe", group_id=2, sender_type="fake_user", fake_user_id=3),
        said(
            107,
            1,
            7,
            "Welcome to Premium",
            "2022-01-02",
            message_type="notification",
            is_notification="t",
            notification_style=json.dumps(BLUE),
        ),
        said(108, 10, 10, "John, long ago"),
    ],
}


def write(folder: Path, tables: Mapping[str, Sequence[Row]] = OLD) -> Path:
    """The tables as files of CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.DictWriter(file, HEADERS[name], restval="")
            table.writeheader()
            table.writerows(rows)
    return folder


def made_demo(folder: Path) -> Path:
    """A data folder with the demo in it; no server runs."""
    with serving("--data", folder, "--demo") as (process, _):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    return folder


def imports(
    data: Path, source: Path | str, *options: str | Path, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """`deskterm import legacy-chat` into the demo's organization."""
    rejects = data.parent / "rejects.jsonl"
    words = ("--from", source, "--data", data, "--organization", "designpi", "--rejects", rejects, *options)
    return run("import", "legacy-chat", *words, timeout=120, env=env)


def undo(data: Path, number: int) -> subprocess.CompletedProcess[str]:
    """Take a run back."""
    return deskterm(
        "import", "legacy-chat", "--undo", str(number), "--data", data, "--organization", "designpi"
    )


def rejects(data: Path) -> list[dict[str, Any]]:
    """What the last import found wrong."""
    return [json.loads(line) for line in (data.parent / "rejects.jsonl").read_text().splitlines()]


#: The tables that say what was done, not what there is.
TOLD = frozenset({"event", "audit_entry", "import_run", "organization_counter"})


def rows(data: Path, *, told: bool = False) -> dict[str, list[dict[str, Any]]]:
    """Every row of the organization, by table; with `told` also logs and counters, but for this export."""
    done = deskterm("export", "designpi", "-", "--data", data)
    assert done.returncode == 0, done.stderr
    found: dict[str, list[dict[str, Any]]] = {}
    for line in done.stdout.splitlines()[1:-1]:
        entry = json.loads(line)
        own = entry["row"].get("action") == "organization.exported"
        if not own and (told or entry["table"] not in TOLD):
            found.setdefault(entry["table"], []).append(entry["row"])
    return found


def is_sound(data: Path) -> bool:
    """Whether `doctor` finds the data in order."""
    return "are in order" in deskterm("doctor", "--data", data).stdout
