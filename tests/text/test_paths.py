"""Paths as people type them, and sizes as they read them."""

from pathlib import Path

import pytest

from deskterm.text.paths import completed, typed_path
from deskterm.text.sizes import size


def test_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ana")
    for text, path in (
        ("~/a.txt", "/home/ana/a.txt"),
        (" 'two words.txt' ", "two words.txt"),
        ("two\\ words.txt", "two words.txt"),
        ("/x", "/x"),
    ):
        assert typed_path(text) == Path(path)


def test_the_rest_of_a_name_is_offered(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("folder/inner.txt", "report.pdf", ".hidden", "evil\x1b[31m.txt"):
        (tmp_path / name).write_text("")
    for begun, whole in (
        ("re", "report.pdf"),
        ("fo", "folder/"),
        ("folder/", "folder/inner.txt"),
        ("", "folder/"),
        (".h", ".hidden"),
        ("evil", None),
        ("nothing", None),
        ("none/", None),
    ):
        assert completed(f"{tmp_path}/{begun}") == (None if whole is None else f"{tmp_path}/{whole}")


def test_sizes() -> None:
    counts = (0, 999, 1_000, 2_100_000, 99_949, 99_960, 999_600, 26_214_400, 5_000_000_000_000)
    words = ["0 B", "999 B", "1.0 kB", "2.1 MB", "99.9 kB", "100 kB", "1.0 MB", "26.2 MB", "5000 GB"]
    assert [size(each) for each in counts] == words
