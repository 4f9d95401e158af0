"""Pictures of canned replies and of styled text, at three sizes."""

from collections.abc import Callable

import pytest

from deskterm.protocol.records import Author, AuthorKind
from tests.screens.console import SIZES
from tests.screens.test_canned import world
from tests.screens.world import CONTACTS, DANA, NOW, World, cid
from tests.snapshots.conftest import TakePicture, still
from tests.snapshots.steps import Step, pressing

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
def test_canned(picture: TakePicture, state: str, size: tuple[int, int], theme: str) -> None:
    make, step = STATES[state]
    assert picture(make(), step, size, still(theme))
