"""The most frequent mistake of operators: the right verb, run as the wrong user."""

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from deskterm.cli.main import run
from tests.cli.processes import deskterm

NOBODY = 65_534
PASSWORD = "correct horse battery"
HERE = ("--organization", "Acme", "--email", "ann@example.com", "--name", "Ann", "--password-stdin")
BOB = ("--email", "bob@example.com", "--name", "Bob", "--role", "staff", "--password-stdin")

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="capabilities are of Linux")


@contextmanager
def somebody_elses(data: Path) -> Iterator[None]:
    """The folder is another user's, and root is one like any other; or it is closed to who is not root."""
    if os.geteuid() != 0:
        data.chmod(0)
    else:
        os.chown(data, NOBODY, NOBODY)
        _overrule(False)
    try:
        yield
    finally:
        if os.geteuid() == 0:
            _overrule(True)
        data.chmod(0o700)


def _overrule(may: bool) -> None:
    """Whether root may open what is another user's: two of its capabilities, of this thread's."""
    libc, header = ctypes.CDLL(None, use_errno=True), (ctypes.c_uint32 * 2)(0x2008_0522, 0)
    sets = (ctypes.c_uint32 * 6)()  # effective, permitted and inheritable, twice
    assert libc.capget(header, sets) == 0
    sets[0] = sets[0] | 0b110 if may else sets[0] & ~0b110
    assert libc.capset(header, sets) == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("serve", "--port", "0"), 4),
        (("backup",), 4),
        (("export", "acme", "-"), 4),
        (("import", "archive"), 4),
        (("user", "add", *BOB), 4),
        (("init", *HERE), 4),
        (("mail", "test", "ann@example.com"), 4),
        (("db", "copy", "--to", "postgresql://me@127.0.0.1:1/none"), 4),
        (("doctor",), 1),
    ],
    ids=lambda each: each[0] if isinstance(each, tuple) else "",
)
def test_who_may_not_open_the_data_is_told_whose_it_is(
    words: tuple[str, ...], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    assert deskterm("init", "--data", data, *HERE, stdin=PASSWORD).returncode == 0
    with somebody_elses(data):
        assert run([*words, "--data", str(data)]) == code
    said = capsys.readouterr()
    assert f"Permission denied: {data}" in said.out + said.err
    if os.geteuid() == 0:
        assert re.search(r"It belongs to (nobody|65534): run this as that user\.", said.out + said.err)
