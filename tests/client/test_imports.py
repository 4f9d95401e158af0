"""The first frame does not wait for the client: its heavy libraries load with the first connection."""

import subprocess
import sys

HEAVY = {"httpx", "websockets", "pydantic", "pydantic_core", "keyring", "platformdirs", "aiohttp", "textual"}
#: All that a screen may import at its top.
LIGHT = (
    "accounts.known",
    "accounts.address",
    "answers",
    "replica.changes",
    "live.connection",
    "accounts.credentials",
    "desk",
    "accounts.entrance",
    "errors",
    "replica.filters",
    "replica.outgoing",
    "local.paths",
    "replica.replica",
    "accounts.signin",
)


def loaded(code: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after `code`."""
    script = f"{code}\nimport sys\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.splitlines()}


def test_what_screens_import_loads_nothing_heavy() -> None:
    modules = ", ".join(f"deskterm.client.{name}" for name in LIGHT)
    found = loaded(f"import deskterm.client, {modules}")
    assert "deskterm" in found
    assert not found & HEAVY


def test_the_libraries_are_there_once_they_are_needed() -> None:
    found = loaded("import deskterm.client.http.api, deskterm.client.live.subscription")
    assert {"httpx", "websockets", "pydantic"} <= found
    assert not found & {"aiohttp", "textual", "keyring"}
