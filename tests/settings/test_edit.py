"""Changing one line of the file leaves all others as they are."""

import pytest

from deskterm.settings.edit import Unreadable, changed

FILE = """# what I like
theme = "nord"   # calm

  # the bell annoys the others
bell = false
"""


def test_a_value_changes_and_the_comments_stay() -> None:
    assert changed(FILE, {"theme": "dracula"}) == FILE.replace('"nord"', '"dracula"')


def test_an_entry_is_added_and_taken_out() -> None:
    more = changed(FILE, {"read_delay": 3.0, "mouse": False})
    assert more.startswith(FILE)
    assert "read_delay = 3.0\nmouse = false\n" in more
    assert "bell" not in changed(FILE, {"bell": None}).replace("# the bell", "")
    assert changed(FILE, {"mouse": None}) == FILE


def test_an_entry_is_added_before_a_table() -> None:
    assert changed("[mine]\na = 1\n", {"bell": True}).index("bell") < len("bell = true\n")


def test_text_with_quotes_comes_back() -> None:
    import tomllib

    command = """my "editor" -c 'set x\\y'"""
    assert tomllib.loads(changed("", {"editor": command})) == {"editor": command}


def test_what_is_no_toml_is_not_touched() -> None:
    with pytest.raises(Unreadable, match=r"settings\.toml:2"):
        changed("a = 1\nb = = 2\n", {"theme": "nord"})
