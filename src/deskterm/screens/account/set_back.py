"""A server that was put back to an older backup: whoever is there hears what is gone."""

from typing import TYPE_CHECKING, Final

from textual.app import App

from deskterm.client.replica.changes import SET_BACK, Changes, Resynced
from deskterm.text.words import tr

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

#: Seconds for which it is said.
_SAID: Final = 30


def tell_of(app: App[int], desk: "Desk") -> None:
    """Say it whenever it happens to the desk's server."""

    def told(changes: Changes) -> None:
        if any(isinstance(each, Resynced) and each.set_back for each in changes):
            app.notify(tr(SET_BACK), severity="warning", timeout=_SAID, markup=False)

    desk.subscribe(told)
