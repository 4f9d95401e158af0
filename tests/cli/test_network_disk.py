"""A server's folder on a network file system: refused in a sentence, with a second server's exit code."""

from pathlib import Path

import pytest

from deskterm.cli.main import run
from deskterm.server.storage import network_disk


@pytest.fixture
def share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that this machine says is of another one; its name has a space, which the kernel escapes."""
    folder = tmp_path / "the share"
    folder.mkdir()
    escaped = str(folder).replace(" ", "\\040")
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        f"40 22 0:50 / {escaped} rw,nosuid shared:9 master:2 - nfs4 box:/export rw,vers=4.2\n"
        f"41 40 8:2 / {escaped}/local rw - xfs /dev/sdb1 rw\n"
    )
    monkeypatch.setattr(network_disk, "MOUNTS", mounts)
    return folder


@pytest.mark.parametrize(
    "verb",
    [
        ("serve", "--port", "0"),
        ("init", "--name", "Acme", "--slug", "acme", "--email", "a@acme.example"),
    ],
)
def test_it_is_refused_and_nothing_is_written(
    share: Path,
    verb: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = share / "deskterm"
    assert run([*verb, "--data", str(data)]) == 9
    said = capsys.readouterr().err
    assert f"{data} is on a network file system (nfs4), and SQLite needs a disk of this machine" in said
    assert not data.exists()


def test_what_is_there_already_stays_as_it_is(share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = share / "deskterm.db"
    database.write_bytes(b"somebody's")
    for verb in (("serve", "--port", "0"), ("backup",)):
        assert run([*verb, "--data", str(share)]) == 9
        assert "is on a network file system (nfs4)" in capsys.readouterr().err
    assert list(share.glob("deskterm.db*")) == [database], "no lock, no log"
    assert database.read_bytes() == b"somebody's"


def test_doctor_says_so(share: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["doctor", "--data", str(share)]) == 1
    assert f"{share} is on a network file system (nfs4)" in capsys.readouterr().out
    (share / "local").mkdir()
    run(["doctor", "--data", str(share / "local")])
    assert "network file system" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "remote"),
    [("nfs", True), ("cifs", True), ("fuse.sshfs", True), ("ext4", False), ("9p", False), ("overlay", False)],
)
def test_which_file_systems_are_of_other_machines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, remote: bool
) -> None:
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 0:2 / / rw - rootfs none rw\n23 22 0:3 / / rw - {kind} it rw\n")
    monkeypatch.setattr(network_disk, "MOUNTS", mounts)
    assert (network_disk.network_kind(tmp_path / "not" / "there") == kind) is remote


def test_where_nothing_is_known_nothing_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network_disk, "MOUNTS", tmp_path / "no such file")
    assert network_disk.network_kind(tmp_path) is None
