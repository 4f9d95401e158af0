"""Choosing by typing, and filling in small forms."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from deskterm.widgets.asking.form import Field, Form
from deskterm.widgets.asking.picker import MOST_CHOICES, Choice, Picker, matching
from tests.widgets.sample import Host, text_of

PEOPLE = [
    Choice("me", "Mia Kern", "you", ("●", "$presence-online")),
    Choice("jonas", "Jonas Weber", "9 open"),
    Choice("priya", "Priya Nair", "away", disabled=True),
    Choice("tom", "Tom Okafor", "admin"),
]


@asynccontextmanager
async def picker(choices: list[Choice] = PEOPLE) -> AsyncIterator[tuple[Picker, Host, Pilot[None]]]:
    """A picker with the focus."""
    shown = Picker("Assign to…", choices, classes="pane")
    app = Host(shown)
    async with app.run_test(size=(80, 24), message_hook=app.hear) as pilot:
        app.screen.set_focus(shown.field)
        await pilot.pause()
        yield shown, app, pilot


def picked(app: Host) -> list[str]:
    return [each.choice_id for each in app.of(Picker.Picked)]


async def test_a_part_of_the_name_and_enter_choose() -> None:
    async with picker() as (shown, app, pilot):
        assert "Assign to…" in text_of(shown)
        assert "● Mia Kern" in text_of(shown)
        await pilot.press(*"oka", "enter")
        assert picked(app) == ["tom"]


async def test_arrows_go_over_what_cannot_be_chosen() -> None:
    async with picker() as (_, app, pilot):
        await pilot.press("down", "down", "enter", "up", "enter", "pagedown", "enter", "pageup", "enter")
        assert picked(app) == ["tom", "jonas", "tom", "me"]


async def test_the_choice_under_the_cursor_has_a_bar() -> None:
    async with picker() as (shown, _, pilot):
        for key, name in (("down", "Jonas Weber"), ("up", "Mia Kern")):
            await pilot.press(key)
            marked = [line for line in text_of(shown).split("\n") if "▌" in line]
            assert {name in line for line in marked} == {True}


async def test_what_cannot_be_chosen_is_not() -> None:
    async with picker() as (_, app, pilot):
        await pilot.press(*"priya", "enter")
        assert picked(app) == []


async def test_nothing_that_matches_is_said_so() -> None:
    async with picker() as (shown, app, pilot):
        await pilot.press(*"zzz", "enter")
        assert "Nothing matches." in text_of(shown)
        assert picked(app) == []
        await pilot.press("escape")
        assert app.of(Picker.Cancelled)


async def test_other_choices_keep_what_was_typed() -> None:
    async with picker() as (shown, app, pilot):
        await pilot.press(*"lena")
        shown.set_choices([*PEOPLE, Choice("lena", "Lena Vogel")])
        await pilot.pause()
        await pilot.press("enter")
        assert picked(app) == ["lena"]


async def test_a_click_chooses() -> None:
    async with picker() as (shown, app, pilot):
        await pilot.click("OptionList", offset=(4, 1))
        assert picked(app) == ["jonas"]
        assert app.focused is shown.field


async def test_more_than_five_hundred_choices_are_narrowed_by_typing() -> None:
    choices = [Choice(str(number), f"tag {number}") for number in range(MOST_CHOICES + 100)]
    async with picker(choices) as (shown, app, pilot):
        assert shown.query_one("OptionList").virtual_size.height <= MOST_CHOICES
        await pilot.press(*"tag 599", "enter")
        assert picked(app) == ["599"]


def test_what_starts_with_what_was_typed_comes_first() -> None:
    choices = [Choice("a", "reassign"), Choice("b", "Assign"), Choice("c", "close", "as sign")]
    assert [each.id for each in matching(choices, "as")] == ["b", "a", "c"]
    assert [each.id for each in matching(choices, " SIGN as ")] == ["a", "b", "c"]
    assert matching(choices, "nothing") == []


FIELDS = [
    Field("email", "E-mail", placeholder="you@example.com"),
    Field("password", "Password", secret=True),
    Field("organization", "Organization", required=False),
]


@asynccontextmanager
async def form() -> AsyncIterator[tuple[Form, Host, Pilot[None]]]:
    """A form with the focus in its first field."""
    shown = Form("Sign in", FIELDS, button="⏎ sign in", classes="pane")
    app = Host(shown)
    async with app.run_test(size=(80, 24), message_hook=app.hear) as pilot:
        app.screen.set_focus(shown.field("email"))
        await pilot.pause()
        yield shown, app, pilot


async def test_enter_goes_on_and_sends_from_the_last_field() -> None:
    async with form() as (_, app, pilot):
        await pilot.press(*"mia", "enter", *"pw", "enter", "enter")
        assert [dict(each.values) for each in app.of(Form.Submitted)] == [
            {"email": "mia", "password": "pw", "organization": ""}
        ]


async def test_a_missing_field_is_named_and_gets_the_focus() -> None:
    async with form() as (shown, app, pilot):
        await pilot.press(*"mia", "enter", "enter", "enter")
        assert not app.of(Form.Submitted)
        assert "✗ Password is missing." in text_of(shown)
        assert app.focused is shown.field("password")
        await pilot.press("x")
        assert "missing" not in text_of(shown)


async def test_a_password_is_hidden_until_it_is_asked_for() -> None:
    async with form() as (shown, _, pilot):
        await pilot.press("enter", *"hidden")
        assert "hidden" not in text_of(shown)
        shown.action_reveal()
        await pilot.pause()
        assert "hidden" in text_of(shown)


async def test_what_was_typed_survives_an_error_and_a_wait() -> None:
    async with form() as (shown, app, pilot):
        await pilot.press(*"mia")
        shown.set_busy(True, "Signing in…")
        assert "Signing in…" in text_of(shown)
        await pilot.press("x")
        shown.set_busy(False)
        shown.show_error("E-mail or password is wrong.", "password")
        assert "✗ E-mail or password is wrong." in text_of(shown)
        assert shown.values["email"] == "mia"
        assert app.focused is shown.field("password")
        await pilot.press("escape")
        assert app.of(Form.Cancelled)
