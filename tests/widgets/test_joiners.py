"""Signs that join or part letters are text: Persian and Hindi are not written without them."""

import pytest
from textual import events
from textual.app import App, ComposeResult

from deskterm.widgets.asking.line_field import LineField
from deskterm.widgets.composer.text import ComposerText


class Fields(App[None]):
    """One field of each kind."""

    def compose(self) -> ComposeResult:
        yield LineField()
        yield ComposerText("", enter_sends=False, classes="")


@pytest.mark.parametrize("kind", [LineField, ComposerText])
async def test_they_are_typed_like_letters(kind: type[LineField | ComposerText]) -> None:
    app = Fields()
    async with app.run_test() as pilot:
        field = app.query_one(kind)
        app.screen.set_focus(field)
        for each in "می\u200cخواهم \u0915\u094d\u200d":
            app.post_message(events.Key("letter", each))
        await pilot.pause()
        await pilot.pause()
        text = field.value if isinstance(field, LineField) else field.text
        assert text == "می\u200cخواهم \u0915\u094d\u200d"
