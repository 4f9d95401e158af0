"""The developer's machine stays outside of every test (tests/conftest.py)."""

import os
import subprocess
import sys
import time
from pathlib import Path

import keyring
import pytest
from keyring.errors import NoKeyringError

ROOT = Path(__file__).parents[2]

HANGING = """
import threading
import pytest

@pytest.mark.limit(0.5)
def test_hangs():
    threading.Event().wait()
"""


def run_pytest(folder: Path, *extra: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """pytest in a process of its own on `folder`, with this project's conftest and settings."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-c",
        str(ROOT / "pyproject.toml"),
        f"--rootdir={folder}",
        *extra,
    ]
    variables = {**os.environ, **environment}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=60)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with the conftest under test and one test that never ends."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "conftest.py").write_text((ROOT / "tests/conftest.py").read_text())
    (folder / "test_hangs.py").write_text(HANGING)
    return folder


def test_home_and_state_live_below_the_tests_own_folder(tmp_path: Path) -> None:
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "DESKTERM_HOME"):
        assert Path(os.environ[name]).is_relative_to(tmp_path)
    assert Path("~").expanduser().is_relative_to(tmp_path)


def test_no_keyring_answers() -> None:
    with pytest.raises(NoKeyringError):
        keyring.get_password("deskterm", "somebody")


def test_local_time_is_utc() -> None:
    assert time.tzname[0] == "UTC"


def test_variables_of_the_session_are_gone(project: Path) -> None:
    outside = ("NO_COLOR", "COLORTERM", "SSH_CONNECTION", "TMUX", "DESKTERM_TOKEN")
    body = f"import os\n\ndef test_it():\n    assert not set(os.environ) & set({outside!r})\n"
    (project / "test_variables.py").write_text(body)
    done = run_pytest(project, "test_variables.py", **dict.fromkeys(outside, "1"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_hanging_test_ends_the_run_and_shows_where_it_stood(project: Path) -> None:
    done = run_pytest(project, "test_hangs.py")
    assert done.returncode != 0
    assert "Timeout" in done.stderr
    assert "in test_hangs" in done.stderr


def test_a_theme_from_outside_is_refused_in_words(project: Path) -> None:
    done = run_pytest(project, "test_hangs.py", TEXTUAL_THEME="nord")
    assert done.returncode == 4
    assert "unset TEXTUAL_THEME first" in done.stdout + done.stderr
