"""The commands about saved views, and the page about filters."""

from typing import Final

from deskterm.commands.model import ANYWHERE, READING, Command, Group, Home, Need

SAVED_VIEWS: Final = (
    Command(
        "app.filters",
        "",
        "filters",
        "The filter language",
        "What a filter may say, field by field",
        "filter_page",
        Group.APP,
        ANYWHERE,
        home=Home.APP,
    ),
    Command(
        "saved.open",
        "g>v",
        "saved views",
        "Saved views…",
        "Filters with a name, and how much is in each",
        "saved_views",
        Group.FIND,
    ),
    Command(
        "saved.save",
        "W",
        "save view",
        "Save as a view…",
        "Keep this filter under a name",
        "save_view",
        Group.FIND,
    ),
    Command(
        "saved.rename",
        "",
        "rename view",
        "Rename this view…",
        "Call the saved view otherwise",
        "rename_view",
        Group.FIND,
    ),
    Command(
        "saved.share",
        "",
        "share view",
        "Share this view, or no longer",
        "Every agent has the saved view, or only you",
        "share_view",
        Group.FIND,
        READING,
        need=Need.ADMIN,
    ),
    Command(
        "saved.delete",
        "",
        "delete view",
        "Delete this view",
        "Its conversations stay what they are",
        "delete_view",
        Group.FIND,
    ),
)
