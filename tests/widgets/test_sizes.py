"""No size breaks anything, and no size loses the cursor, the focus or a draft."""

import pytest

from deskterm.widgets.asking.form import Field, Form
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.chrome.notice import TooSmall
from deskterm.widgets.chrome.places import Heading, Place, PlaceList
from deskterm.widgets.notify.panel import NotifyPanel
from deskterm.widgets.people.persona_panel import PersonaPanel
from tests.widgets.desk import desk_app
from tests.widgets.sample import NOW, Host, lines_of

SIZES = [(1, 1), (20, 5), (2, 40), (80, 24), (200, 1), (120, 36), (1, 50), (200, 50), (80, 24)]


@pytest.mark.parametrize("width", [80, 120, 200])
@pytest.mark.parametrize("theme", ["deskterm-dark", "deskterm-light"])
async def test_a_desk_lives_through_every_size(width: int, theme: str) -> None:
    app, desk = desk_app(width, theme)
    async with app.run_test(size=(width, 30)) as pilot:
        desk.fill()
        app.screen.set_focus(desk.list)
        await pilot.pause()
        await pilot.press("j", "j")
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert app.focused is desk.list
        assert desk.list.cursor_id == "id-4817"
        if width > 80:
            assert desk.composer.text().startswith("Hi Ana")


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (3, 3), (80, 24)])
async def test_a_desk_starts_in_every_size(size: tuple[int, int]) -> None:
    for width in (80, 120, 200):
        app, desk = desk_app(width)
        async with app.run_test(size=size) as pilot:
            desk.fill()
            await pilot.pause()
            drawn = app.screen._compositor.render_strips()
            assert [strip.cell_length for strip in drawn] == [size[0]] * size[1]
            assert desk.list.cursor_id is not None


async def test_panels_live_through_every_size() -> None:
    picker = Picker("Assign to…", [Choice("a", "Mia", "you"), Choice("b", "Jonas")], classes="pane")
    form = Form("Sign in", [Field("email", "E-mail"), Field("password", "Password")], classes="pane")
    places = PlaceList("Messages", classes="pane")
    places.set_rows([Heading("Rooms"), Place("r", "Main Community", "#", unread=2)], "r")
    app = Host(picker, form, places, TooSmall())
    async with app.run_test(size=(80, 50)) as pilot:
        await app.mount(PersonaPanel(None), NotifyPanel(lambda: NOW))
        app.screen.set_focus(picker.field)
        await pilot.press(*"jo")
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
        assert picker.field.value == "jo"


async def test_every_line_of_a_pane_is_as_wide_as_the_pane() -> None:
    app, desk = desk_app(200)
    async with app.run_test(size=(200, 50)) as pilot:
        desk.fill()
        await pilot.pause()
        for pane, width in ((desk.list, 52), (desk.nav, 22), (desk.sidebar, 42)):
            strips = pane.render_lines(pane.outer_size.region)
            assert {strip.cell_length for strip in strips} == {width}
            assert len(lines_of(pane)) >= 40
