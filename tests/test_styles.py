"""Style files are found from a checkout (the wheel's place is tried in tests/house/test_wheel.py)."""

import pytest

from deskterm.styles import path


def test_a_style_file_has_an_absolute_path() -> None:
    assert path("base.tcss").is_absolute()
    assert path("base.tcss").is_file()


def test_an_unknown_one_is_named_in_the_error() -> None:
    with pytest.raises(FileNotFoundError, match=r"missing\.tcss"):
        path("missing.tcss")
