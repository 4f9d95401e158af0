"""Pictures of canned replies and of styled text, at three sizes."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.protocol.records import Author, AuthorKind
from deskterm.settings import Settings
from tests.screens.console import SIZES, Driven
from tests.screens.test_canned import world
from tests.screens.world import CONTACTS, DANA, NOW, World, cid, opener
from tests.snapshots.conftest import SnapCompare
from tests.snapshots.test_inbox import Step, pressing

STYLED = """## What we found
The export stops at **characters outside Latin-1**, see [the report](https://status.example/4821).

1. open *Settings*
   - choose `XLSX`
   - 日本語の名前も書き出せます
2. ~~CSV~~

> any news?

```sh
appctl export --format xlsx   # keeps   spaces
```

| Format | Works |
|---|---|
| CSV | no |
| XLSX | yes |"""


def styled() -> World:
    """The first conversation ends with a message full of Markdown."""
    made = world()
    contact = CONTACTS["ana"]
    made.add_message(cid(4821), STYLED, NOW, Author(AuthorKind.CONTACT, contact.id, contact.label))
    return made


STATES: dict[str, tuple[Callable[[], World], Step]] = {
    "chooser": (world, pressing("r", "ctrl+r", *"re")),
    "form": (lambda: world(DANA), pressing("g", ";", *"bye", "f4")),
    "styled": (styled, pressing("enter")),
}


@pytest.mark.parametrize("theme", ["deskterm-dark", "deskterm-light"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
def test_canned(
    snap_compare: SnapCompare,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    size: tuple[int, int],
    theme: str,
) -> None:
    make, step = STATES[state]
    here = make()
    settings = Settings(theme=theme, motion="none", read_delay=3600)
    app = DesktermApp(opener(here, monkeypatch), settings, clock=lambda: NOW)

    async def prepare(pilot: Pilot[int]) -> None:
        driven = Driven(app, pilot, here)
        await pilot.pause()
        await driven.settle()
        await step(driven)
        await driven.settle()

    assert snap_compare(app, terminal_size=size, run_before=prepare)
