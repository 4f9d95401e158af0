"""A real server in a process of its own, for a whole module, and its demo people."""

from collections.abc import Iterator

import pytest

from tests.e2e.conftest import Server, running


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A fresh demo."""
    with running(tmp_path_factory.mktemp("served")) as server:
        yield server
