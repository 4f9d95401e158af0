"""The command line and the desk behind it on PostgreSQL, from an empty database to a sign-in."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.processes import call, deskterm, serving, sign_in
from tests.postgres import Cluster

ADMIN, PASSWORD = "ann@example.com", "correct horse battery"
HERE = ("--organization", "Acme", "--email", ADMIN, "--name", "Ann", "--password-stdin")


@pytest.fixture
def address(cluster: Cluster) -> Iterator[str]:
    made = cluster.make()
    yield made
    cluster.drop(made)


def test_from_init_to_a_sign_in(tmp_path: Path, address: str) -> None:
    at = ("--data", tmp_path / "data", "--database", address)
    empty = deskterm("doctor", "--database", address).stdout
    assert "the next start migrates it" in empty
    made = deskterm("init", *at, *HERE, stdin=PASSWORD)
    assert (made.returncode, made.stderr) == (0, "")
    assert f"--database '{address}'" in made.stdout
    assert deskterm("init", *at, *HERE, stdin=PASSWORD).returncode == 9
    with serving(*at) as (process, url):
        assert call(url, "/organization", token=sign_in(url, ADMIN, PASSWORD))["name"] == "Acme"
        assert deskterm("init", *at, *HERE, stdin=PASSWORD).returncode == 9
        assert "a server runs on this database" in deskterm("doctor", "--database", address).stdout
        second = ("--data", tmp_path / "other", "--database", address)
        other = deskterm("serve", "--port", "0", *second)
        assert (other.returncode, "copy root.secret" in other.stderr) == (5, True)
        shutil.copy(tmp_path / "data" / "root.secret", tmp_path / "other")
        with serving(*second) as (_, other_url):
            assert call(other_url, "/organization", token=sign_in(url, ADMIN, PASSWORD))["name"] == "Acme"
            assert "2 servers run on this database" in deskterm("doctor", "--database", address).stdout
        added = deskterm(
            "user", "add", *at, "--email", "bob@example.com", "--name", "Bob", "--role", "staff",
            "--password-stdin", stdin=PASSWORD,
        )  # fmt: skip
        assert (added.returncode, added.stderr) == (0, "")
        assert sign_in(url, "bob@example.com", PASSWORD)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert not (tmp_path / "data" / "deskterm.db").exists()
    looked = deskterm("doctor", "--database", address).stdout
    assert "no server runs on it" in looked
    assert "logs, counts and active conversations are in order" in looked


def test_what_is_wrong_with_an_address_is_said(tmp_path: Path) -> None:
    absent = "postgresql://me:secret@127.0.0.1:1/none"
    refused = deskterm("serve", "--data", tmp_path, "--database", absent)
    assert (refused.returncode, "PostgreSQL: " in refused.stderr) == (5, True)
    looked = deskterm("doctor", "--database", absent)
    assert looked.returncode == 1
    assert "secret" not in refused.stderr + looked.stdout + looked.stderr
