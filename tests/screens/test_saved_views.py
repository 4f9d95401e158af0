"""Saved views at consoles on a real server: kept, counted, shared, renamed, deleted, taken back."""

from tests.screens.real_server import DANA, MIKE, address, at_console

__all__ = ["address"]


async def test_a_filter_is_kept_counted_shared_renamed_and_taken_back(address: str) -> None:
    async with at_console(address, DANA) as dana, at_console(address, MIKE) as mike:
        await dana.pilot.resize_terminal(200, 50)
        await mike.pilot.resize_terminal(200, 50)
        await dana.press("/")
        await dana.type("source:lead")
        await dana.press("enter")
        await dana.sees("All open · source:lead")
        await dana.press("W")
        await dana.sees("status:open,pending source:lead")
        await dana.type("Leads")
        await dana.press("enter")
        await dana.sees("view Leads saved · u takes it back", "Saved", "▌ Leads")
        await dana.until(lambda: [each.number for each in dana.inbox.listing.rows] == [3])
        await dana.until(lambda: counted(dana.text, "Leads") == "1")

        await dana.press(":")
        await dana.type("share this view")
        await dana.press("enter")
        await mike.sees("Saved", "Leads")
        await mike.until(lambda: counted(mike.text, "Leads") == "0")
        await mike.press("g", "v")
        await mike.sees("View: Leads", "shared · 0")
        await mike.type("leads")
        await mike.press("enter")
        await mike.sees("Nothing is in this view.")
        assert not {"saved.rename", "saved.delete"} & {each.id for each in mike.inbox.offered()}

        await dana.press(":")
        await dana.type("rename this view")
        await dana.press("enter", "home", *"VIP ", "enter")
        await dana.sees("view Leads is VIP Leads now")
        await mike.sees("VIP Leads")
        await dana.press(":")
        await dana.type("delete this view")
        await dana.press("enter")
        await dana.sees("view VIP Leads deleted · u takes it back")
        await mike.sees("The view VIP Leads is gone.")
        await dana.press("u")
        await mike.until(lambda: counted(mike.text, "VIP Leads") == "0")
        await dana.press("u")
        await dana.sees("Taken back: view Leads is VIP Leads now")
        await mike.sees_no("VIP")
        await dana.press("u", "u")
        await dana.sees("Taken back: view Leads saved")
        await mike.sees_no("Leads")
        await dana.sees_no("  Leads")


async def test_a_view_in_triage_is_a_table_with_the_loads_and_from_the_palette_it_opens(address: str) -> None:
    async with at_console(address, DANA) as dana:
        await dana.press("/")
        await dana.type("assignee:sarah")
        await dana.press("enter", "W")
        await dana.type("Sarah")
        await dana.press("enter")
        await dana.sees("view Sarah saved")
        await dana.press("1", "g", "t")
        await dana.sees("Load", "Saved")
        await dana.until(lambda: counted(dana.text, "Sarah") == "2")
        await dana.press(":")
        await dana.type("view: sarah")
        await dana.press("enter")
        await dana.until(lambda: [each.number for each in dana.inbox.listing.rows] == [1, 3])
        assert dana.inbox.in_triage
        await dana.press("/")
        await dana.type("priority:high")
        await dana.press("enter")
        await dana.until(lambda: [each.number for each in dana.inbox.listing.rows] == [1])
        assert dana.inbox.listing.filter.q == "status:open,pending assignee:sarah priority:high"
        await dana.press("W", "enter")
        await dana.until(lambda: dana.inbox.desk.replica.saved_views.all()[0].q.endswith("priority:high"))
        await dana.press("u")
        await dana.sees("Taken back: view Sarah saved")
        await dana.until(lambda: [each.number for each in dana.inbox.listing.rows] == [1, 3])


def counted(text: str, name: str) -> str:
    """The figure behind a view's name in the pane."""
    lines = (each.partition(name)[2].partition("│")[0].strip() for each in text.splitlines() if name in each)
    return next((each for each in lines if each.isdigit()), "")
