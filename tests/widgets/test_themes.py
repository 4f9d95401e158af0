"""Every text can be read on whatever it stands on, in both own themes and with every theme of Textual's."""

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from deskterm.settings.table import THEMES as LISTED
from deskterm.themes import (
    DESKTERM_DARK,
    DESKTERM_LIGHT,
    TEXT_BACKGROUNDS,
    TEXT_ROLES,
    TEXT_TOKENS,
    TINTS,
    roles,
)
from deskterm.widgets.contrast import READABLE, contrast, readable

THEMES = [DESKTERM_DARK, DESKTERM_LIGHT, *(each for each in BUILTIN_THEMES.values() if not each.ansi)]


class Colours(dict[str, str]):
    """The colours of a theme and its roles, by name."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme.to_color_system().generate() | theme.variables | roles(theme))

    def contrast(self, text: str, ground: str) -> float:
        return contrast(Color.parse(self[text]), Color.parse(self[ground]))


@pytest.mark.parametrize("theme", THEMES, ids=lambda each: each.name)
def test_every_role_reads_on_every_ground(theme: Theme) -> None:
    found = Colours(theme)
    worst = {
        (role, ground): round(found.contrast(role, ground), 2)
        for role in ("foreground", "text-muted", *TEXT_ROLES, *(f"text-{name}" for name in TEXT_TOKENS))
        for ground in TEXT_BACKGROUNDS
    }
    assert not {pair: ratio for pair, ratio in worst.items() if ratio < READABLE}


@pytest.mark.parametrize("theme", THEMES, ids=lambda each: each.name)
def test_the_cursor_and_tinted_texts_read(theme: Theme) -> None:
    found = Colours(theme)
    pairs = [("block-cursor-foreground", "block-cursor-background")]
    pairs.append(("block-cursor-blurred-foreground", "block-cursor-blurred-background"))
    pairs += [
        (f"{each}-selection-foreground", f"{each}-selection-background") for each in ("input", "screen")
    ]
    for part in ("foreground", "accent", "muted"):
        pairs += [(f"{tint}-{part}", f"{tint}-background") for tint in TINTS]
    low = {pair: found.contrast(*pair) for pair in pairs}
    assert not {pair: ratio for pair, ratio in low.items() if ratio < READABLE}


def test_a_theme_is_offered_when_its_texts_read_and_only_then() -> None:
    assert {each.value for each in LISTED} == {each.name for each in THEMES} | {"terminal"}


@pytest.mark.parametrize("theme", [DESKTERM_DARK, DESKTERM_LIGHT], ids=lambda each: each.name)
def test_own_themes_keep_what_they_say(theme: Theme) -> None:
    found = roles(theme)
    assert found["note-background"].lower() == theme.variables["note-background"]
    assert found["block-cursor-background"].lower() == theme.variables["block-cursor-background"]


def test_themes_of_the_terminal_keep_its_colours() -> None:
    found = roles(next(each for each in BUILTIN_THEMES.values() if each.ansi))
    assert found["note-background"] == "ansi_default"
    assert set(TEXT_ROLES) <= found.keys()


def test_black_on_white_is_the_most_there_is() -> None:
    assert contrast(Color.parse("#000000"), Color.parse("#ffffff")) == pytest.approx(21)
    assert contrast(Color.parse("#777777"), Color.parse("#ffffff")) == pytest.approx(4.48, abs=0.01)


def test_a_colour_that_reads_is_left_as_it_is() -> None:
    blue = Color.parse("#2456c4")
    assert readable(blue, [Color.parse("#ffffff")]) == blue
    assert contrast(readable(blue, [Color.parse("#000000")]), Color.parse("#000000")) >= READABLE
