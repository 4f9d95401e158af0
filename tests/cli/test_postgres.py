"""The command line and the desk behind it on PostgreSQL, from an empty database to a sign-in."""

import shutil
import signal
from pathlib import Path

from tests.cli.processes import call, deskterm, serving, sign_in
from tests.cli.test_db_copy import Verb, address, file_of, send_file, verb

#: More than one line of an archive.
CONTENT = bytes(range(256)) * 4_000
ADMIN, PASSWORD = "ann@example.com", "correct horse battery"
HERE = ("--organization", "Acme", "--email", ADMIN, "--name", "Ann", "--password-stdin")


__all__ = ["address", "verb"]


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
    assert (refused.returncode, "PostgreSQL: " in refused.stderr) == (75, True)  # it may come yet
    looked = deskterm("doctor", "--database", absent)
    assert looked.returncode == 1
    assert "secret" not in refused.stderr + looked.stdout + looked.stderr


def test_an_archive_comes_in_whole_or_not_at_all_and_goes_out_equal(
    tmp_path: Path, address: str, verb: Verb
) -> None:
    """Beside an organization that is there, where one of the archive's people has an account."""
    old, data, first, second = (tmp_path / each for each in ("old", "data", "first", "second"))
    with serving("--data", old, "--demo") as (_, url):
        token = sign_in(url, "hello@designpi.com", "admin123")
        kept = send_file(url, token, CONTENT)
        assert verb("export", "designpi", first, "--data", old)[0] == 0
    at = ("--data", data, "--database", address)
    assert deskterm("init", *at, *HERE, stdin=PASSWORD).returncode == 0
    lines = first.read_text().splitlines()
    member = next(each for each in lines if '"table": "member"' in each)
    for name, wrong in (
        ("cut", lines[:-20]),
        ("file", [each for each in lines if '"end"' not in each]),
        ("holes", [*(each for each in lines if '"table": "room"' not in each)]),
        (
            "number",
            [
                each if each != member else each.replace('"sight_rev": 0', '"sight_rev": "x"')
                for each in lines
            ],
        ),
        ("twice", [each for line in lines for each in ([line] * 2 if line == member else [line])]),
    ):
        (tmp_path / name).write_text("\n".join(wrong))
        code, said = verb("import", tmp_path / name, *at)
        assert (code, "import" in said) == (5, True), (name, said)
    assert verb("import", first, *at, "--as", "acme")[0] == 9
    assert verb("import", first, *at)[0] == 0
    assert verb("import", first, *at)[0] == 9
    assert verb("export", "designpi", second, *at)[0] == 0
    assert first.read_text().splitlines()[1:] == second.read_text().splitlines()[1:]
    shutil.rmtree(data / "files")
    with serving(*at) as (_, url):
        assert verb("import", first, *at)[0] == 9
        token = sign_in(url, "hello@designpi.com", "admin123")
        assert call(url, "/conversations", token=token)["counts"]["open"] == 2
        assert file_of(url, token, kept) == CONTENT
        call(url, "/groups", {"name": "Another", "everyone": False}, token)
        assert call(url, "/organization", token=sign_in(url, ADMIN, PASSWORD))["name"] == "Acme"
    assert deskterm("doctor", "--database", address).stdout.count("are in order") == 1
