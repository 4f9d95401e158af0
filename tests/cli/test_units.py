"""The units for systemd in docs/operations.md are such, where there is a systemd to ask."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNIT = re.compile(r"```ini\n# /etc/systemd/system/(\S+)\n(.*?)```", re.DOTALL)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_units_can_be_loaded(tmp_path: Path) -> None:
    found = UNIT.findall((ROOT / "docs" / "operations.md").read_text())
    assert [name for name, _ in found] == [
        "deskterm.service",
        "deskterm-backup.service",
        "deskterm-backup.timer",
    ]
    here = str(Path(sys.executable).with_name("deskterm"))
    for name, text in found:
        (tmp_path / name).write_text(text.replace("/opt/deskterm/bin/deskterm", here))
    command = ["systemd-analyze", "verify", *(tmp_path / name for name, _ in found)]
    said = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (said.returncode, [each for each in said.stderr.splitlines() if str(tmp_path) in each]) == (0, [])
