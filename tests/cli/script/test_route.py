"""`deskterm route explain`: the reasons of routing in words, and what it cannot be asked."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.processes import call, deskterm, serving, sign_in

ADMIN, STAFF = ("hello@designpi.com", "admin123"), ("sarah@designpi.com", "staff123")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DESKTERM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DESKTERM_TOKEN", raising=False)
    return tmp_path


def test_it_says_of_every_agent_why(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = deskterm("route", "explain", "1")
    assert (nobody.returncode, nobody.stdout) == (4, "")
    assert "deskterm login" in nobody.stderr
    with serving("--data", home / "data", "--demo") as (_, url):
        monkeypatch.setenv("DESKTERM_SERVER", url)
        monkeypatch.setenv("DESKTERM_TOKEN", sign_in(url, *ADMIN))
        told = deskterm("route", "explain", "#1")
        assert told.stdout.splitlines() == [
            "#1 (manual): nobody. Sarah Johnson has it already.",
            "  Dana Whitfield  is offline",
            "  Mike Chen       is offline",
            "  Sarah Johnson   is offline",
        ]
        assert told.returncode == 0
        (said,) = deskterm("route", "explain", "1", "-o", "json").stdout.splitlines()
        assert json.loads(said)["reason"] == "Sarah Johnson has it already."
        missing = deskterm("route", "explain", "4711")
        assert (missing.returncode, missing.stdout) == (3, "")
        assert "no conversation 4711" in missing.stderr
        monkeypatch.setenv("DESKTERM_TOKEN", sign_in(url, *STAFF))
        assert deskterm("route", "explain", "1").returncode == 4
        (one,) = call(url, "/conversations?number=1", token=os.environ["DESKTERM_TOKEN"])["items"]
        assert one["assignee"]["name"] == "Sarah Johnson", "nothing has changed"
    assert deskterm("route", "explain", "1", "--patience", "0").returncode == 75
