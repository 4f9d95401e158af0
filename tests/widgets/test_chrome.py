"""What stands around the panes: nothing is cut that has a key, and nothing is said by colour alone."""

from dataclasses import replace

import pytest
from textual.widget import Widget

from deskterm.protocol.records import Assignee, Presence, Status
from deskterm.widgets.chrome.context_row import ContextRow
from deskterm.widgets.chrome.footer import FittingFooter
from deskterm.widgets.chrome.notice import Notice, TooSmall
from deskterm.widgets.chrome.title_bar import Link, TitleBar
from deskterm.widgets.chrome.views import NavPane, View, Views, ViewTabs
from deskterm.widgets.conversations.facts import FactsLine, TicketSidebar
from tests.widgets.desk import HINTS, MEMBERS, VIEWS, opened
from tests.widgets.sample import NOW, Host, conversation, lines_of, text_of


async def shown(widget: Widget, width: int, height: int = 6) -> str:
    """What a widget draws at a width."""
    async with Host(widget).run_test(size=(width, height)) as pilot:
        await pilot.pause()
        return text_of(widget)


@pytest.mark.parametrize("width", range(0, 121, 3))
async def test_the_footer_leaves_hints_out_whole(width: int) -> None:
    footer = FittingFooter()
    footer.set_hints(HINTS)
    line = await shown(footer, max(width, 1))
    words = line.split("  ")
    known = [f"{key} {word}" for key, word in [*HINTS, ("?", "help"), (":", "commands")]]
    assert [each.strip() for each in words if each.strip() and each.strip() not in known] == []


async def test_the_footer_says_where_help_is() -> None:
    footer = FittingFooter()
    footer.set_hints(HINTS)
    assert (await shown(footer, 80)).endswith("? help  : commands ")
    footer = FittingFooter()
    footer.set_hints(HINTS, typing=True)
    assert (await shown(footer, 80)).endswith("F1 help  ^P commands ")
    footer = FittingFooter()
    footer.set_hints(HINTS)
    assert (await shown(footer, 10)).strip() == "? help"


async def test_the_footer_has_seven_hints_at_most() -> None:
    footer = FittingFooter()
    footer.set_hints([(str(number), f"verb{number}") for number in range(9)])
    line = await shown(footer, 200)
    assert "verb6" in line
    assert "verb7" not in line


@pytest.mark.parametrize(
    ("link", "words"),
    [(Link.LIVE, "● live"), (Link.CONNECTING, "◐ connecting"), (Link.OFFLINE, "○ offline")],
)
async def test_the_title_bar_says_who_where_and_how_connected(link: Link, words: str) -> None:
    bar = TitleBar()
    bar.set_person("acme-support", "Mia", "agent")
    bar.set_link(link)
    bar.set_unread(3)
    line = await shown(bar, 80)
    assert "deskterm  acme-support · Mia (agent)" in line
    assert line.endswith(f"{words}  ✉ 3 ")


async def test_a_narrow_title_bar_cuts_the_names_and_keeps_the_connection() -> None:
    bar = TitleBar()
    bar.set_person("acme-support", "Mia", "agent")
    bar.set_link(Link.OFFLINE)
    line = await shown(bar, 30)
    assert "○ offline" in line
    assert len(line) == 30


async def test_the_context_row_puts_a_banner_before_the_filter() -> None:
    context = ContextRow()
    async with Host(context).run_test(size=(80, 2)):
        context.set_filter("status:open assignee:me")
        context.set_counts("214 open")
        assert "/ filter   status:open assignee:me" in text_of(context)
        context.show_offline("12:04", 2)
        assert "offline since 12:04 — retrying · 2 messages waiting · F5 now" in text_of(context)
        context.show_offline("12:04", 1)
        assert "1 message waiting" in text_of(context)
        context.show_back(14)
        assert "back · 14 updates" in text_of(context)
        context.clear_banner()
        assert "214 open" in text_of(context)


async def test_tabs_show_counts_and_choose_by_click() -> None:
    tabs = ViewTabs()
    app = Host(tabs)
    async with app.run_test(size=(80, 3), message_hook=app.hear) as pilot:
        tabs.set_views(VIEWS, 2)
        await pilot.pause()
        line = lines_of(tabs)[0]
        assert line.startswith(" [1]Mine 12  [2]Unassigned 4  [3]All open 214")
        for label, number in (("Mine", 1), ("Unassigned", 2), ("Snoozed", 5)):
            await pilot.click(tabs, offset=(line.index(label), 0))
            assert app.of(Views.Chosen)[-1].number == number
        await pilot.click(tabs, offset=(79, 0))
        assert len(app.of(Views.Chosen)) == 3


@pytest.mark.parametrize("width", range(1, 80, 4))
async def test_tabs_that_do_not_fit_are_left_out_whole(width: int) -> None:
    tabs = ViewTabs()
    tabs.set_views(VIEWS, 1)
    line = (await shown(tabs, width)).strip()
    whole = [f"[{number}]{view.label} {view.count}" for number, view in enumerate(VIEWS, 1)]
    assert line == "  ".join(whole[: line.count("[")])


async def test_the_active_tab_is_marked_by_weight_and_line() -> None:
    tabs = ViewTabs()
    async with Host(tabs).run_test(size=(80, 3)) as pilot:
        tabs.set_views([View("Mine"), View("All")], 2)
        await pilot.pause()
        styles = {segment.text: segment.style for segment in tabs.render_lines(tabs.outer_size.region)[0]}
        active, other = styles["All"], styles["Mine"]
        assert active is not None
        assert other is not None
        assert (active.bold, active.underline) == (True, True)
        assert not other.underline


async def test_the_navigation_names_views_and_who_is_there() -> None:
    nav = NavPane(classes="pane")
    app = Host(nav)
    async with app.run_test(size=(22, 20), message_hook=app.hear) as pilot:
        nav.set_views(VIEWS, 1)
        nav.set_members(MEMBERS)
        await pilot.pause()
        text = text_of(nav)
        for words in ("▌1 Mine", "● Mia Kern", "◐ Priya Nair", "away", "○ Tom Okafor"):
            assert words in text
        await pilot.click(nav, offset=(5, 4))
        assert app.of(Views.Chosen)[0].number == 3
        await pilot.click(nav, offset=(5, 15))
        assert len(app.of(Views.Chosen)) == 1


async def test_the_sidebar_tells_everything_that_is_known() -> None:
    sidebar = TicketSidebar(lambda: NOW, classes="pane")
    sidebar.show(opened())
    text = await shown(sidebar, 42, 30)
    for words in (
        "Status    ● open",
        "Priority  ▲ high",
        "Assignee  ● Mia Kern",
        "Waiting   for 12m",
        "Tags      login, sso",
        "Number    #4821",
        "ana@example.com",
        "+1-555-0101",
        "Souza Design",
        "seen 2m ago",
    ):
        assert words in text


async def test_the_sidebar_tells_where_a_visitor_is() -> None:
    sidebar = TicketSidebar(lambda: NOW, classes="pane")
    said = {"plan": "pro", "ip": "203.0.113.7", "seats": 4, "admin_triggered": True}
    said |= {"trial": False, "cart": ["tea", {"n": 2}]}
    page, referrer = "https://acme.example/pricing", "https://search.example/"
    sidebar.show(replace(opened(), page_url=page, referrer=referrer, metadata=said))
    text = await shown(sidebar, 42, 40)
    for words in (page, f"from {referrer}", "The website says", "plan pro", "at 203.0.113.7", "seats 4"):
        assert words in text
    assert "trial false" in text
    assert 'cart ["tea", {"n": 2}]' in text, "as the website wrote it"
    assert "admin_triggered" not in text


async def test_the_sidebar_says_what_is_missing() -> None:
    sidebar = TicketSidebar(lambda: NOW, classes="pane")
    away = Assignee("jonas", "Jonas", Presence.AWAY)
    sidebar.show(conversation(1, status=Status.RESOLVED, assignee=away, contact=None))
    text = await shown(sidebar, 42, 30)
    assert "✓ resolved" in text
    assert "◐ Jonas (away)" in text
    assert "nobody waits" in text
    assert "Customer" not in text


async def test_the_facts_line_leaves_facts_out_whole() -> None:
    facts = FactsLine(lambda: NOW)
    facts.show(opened())
    wide = await shown(facts, 120)
    assert wide.strip().startswith("Ana Souza · ana@example.com · Souza Design · tags: login, sso")
    facts = FactsLine(lambda: NOW)
    facts.show(opened())
    assert (await shown(facts, 40)).strip() == "Ana Souza · ana@example.com"


async def test_notices_say_one_sentence_and_the_keys_that_help() -> None:
    text = await shown(Notice("The server is too new.", [("F5", "retry"), ("^Q", "quit")], mark="✗"), 60, 12)
    assert "✗ The server is too new." in text
    assert "F5 retry   ^Q quit" in text


@pytest.mark.parametrize(
    ("width", "words"), [(60, "Make me bigger: deskterm"), (18, "Make me bigger."), (3, "+")]
)
async def test_too_small_a_window_is_told_so(width: int, words: str) -> None:
    assert words in await shown(TooSmall(), width)
