"""Storage's own tests run on both engines, whatever the run asks for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Cluster
from tests.server.storage.rows import Place


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """Where a database may be made."""
    path = tmp_path / "desk.db"
    if request.param == "sqlite":
        yield Place(path)
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    address = cluster.make()
    yield Place(path, address)
    cluster.drop(address)
