"""A run of tests that is killed leaves a PostgreSQL, and the next run ends it; those of others stay."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.leftovers import clear, lives, new_folder

ROOT = Path(__file__).parents[1]
RUN = """
import sys
from tests import postgres
postgres.MEMORY = sys.argv[1]
with postgres.running() as cluster:
    print(cluster.pid, flush=True)
    sys.stdin.read()
"""


def test_what_a_killed_run_left_is_cleared() -> None:
    with tempfile.TemporaryDirectory(prefix="runs-") as where:  # a socket's path has to be short
        Path(where).chmod(0o755)
        of_this_run, lock = new_folder(where)
        command = [sys.executable, "-W", "ignore", "-c", RUN, where]
        with subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as killed:
            assert killed.stdout is not None
            postmaster = killed.stdout.readline().strip()
            killed.kill()
        assert lives(postmaster)
        clear(where)
        assert not lives(postmaster)
        assert list(Path(where).iterdir()) == [of_this_run]
        lock.close()
