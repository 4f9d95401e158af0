"""A saved view as a list of the inbox, and what is said of it. Pure."""

from deskterm.client.replica.filters import Filter, Sort
from deskterm.protocol.saved_views import SavedView, ViewCount
from deskterm.screens.inbox.views import SORTS, TRIAGE, View
from deskterm.text.words import later, tr


def list_of(view: SavedView, in_triage: bool) -> View:
    """What it shows; its filter says everything, no status is meant by itself."""
    sort: Sort = next((each for each in SORTS if each == view.sort), "-last_message_at")
    return View(
        TRIAGE.id if in_triage else "saved",
        view.name,
        Filter(q=view.q, sort=sort),
        later("Nothing is in this view."),
        later("1 back to your inbox"),
        saved=view.id,
    )


def fields_of(view: SavedView) -> dict[str, str]:
    """What it is made of, to make it again."""
    return {"visibility": view.visibility, "name": view.name, "q": view.q, "sort": view.sort}


def counted_words(count: ViewCount | None) -> str:
    """`12`, `1000+`; nothing while nobody has counted, `?` where its filter names who is gone."""
    if count is None:
        return ""
    if count.count is None:
        return "?"
    return tr("{count}+", count=count.count) if count.more else str(count.count)
