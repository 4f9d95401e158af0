"""One server with the demo for the tests of a file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.processes import serving
from tests.cli.script.scripting import Script


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    with serving("--data", tmp_path_factory.mktemp("script") / "data", "--demo") as (_, url):
        yield url


@pytest.fixture
def script(server: str, tmp_path: Path) -> Script:
    """Verbs against it."""
    return Script(server, tmp_path / "home")
