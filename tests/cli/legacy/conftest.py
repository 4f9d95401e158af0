"""A demo that every test of the import begins with: made once, copied for each."""

import shutil
from pathlib import Path

import pytest

from tests.cli.legacy.old_chat import made_demo, write


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo, which nobody changes."""
    return made_demo(tmp_path_factory.mktemp("legacy") / "data")


@pytest.fixture
def data(demo: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(demo, tmp_path / "data"))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The usual old chat as files."""
    return write(tmp_path / "old")
