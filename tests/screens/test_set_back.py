"""A server that was put back to an older backup: whoever is there is told."""

import pytest

from tests.screens.console import Driven, console

TOLD = "put back to an older backup"


async def anew(driven: Driven, epoch: str) -> None:
    """The server lets the console load everything anew, in this epoch."""
    driven.world.epoch = epoch
    assert driven.world.live is not None
    await driven.world.live.resync()
    await driven.settle()


async def test_who_is_there_hears_that_what_was_sent_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    async with console(monkeypatch) as driven:
        await anew(driven, "life.sight")
        await anew(driven, "life.another sight")
        assert TOLD not in driven.said(), "far behind, or another role"
        await anew(driven, "another life.another sight")
        assert TOLD in " ".join(driven.said().split())
