"""The form for a persona: name, title, initials, colour, what it is for, and who speaks as it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from deskterm.protocol.records import Persona
from deskterm.text.safe import safe_line
from deskterm.text.words import later, tr
from deskterm.widget_keys import FIELDS, LINES, bound
from deskterm.widgets.asking.form import FormLine
from deskterm.widgets.asking.line_field import LineField
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.face import face_style, initials

_LABEL_CELLS = 12
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_FIELDS = {
    "name": (later("Name"), later("Billing"), 80),
    "title": (later("Title"), later("Invoices and payments"), 200),
    "initials": (later("Initials"), later("BI, or a sign such as ✦"), 8),
    "color": (later("Colour"), "#d9a441", 7),
}


class PersonaPanel(Framed, Vertical):
    """Fields one below another; actions switch what is yes or no, and post `Submitted`."""

    BINDINGS: ClassVar[list[BindingType]] = bound(*FIELDS, *LINES)

    @dataclass
    class Submitted(Message):
        """What the persona is now, in the words of the server."""

        fields: dict[str, Any]

    @dataclass
    class OperatorsWanted(Message):
        """Others shall speak as it."""

    @dataclass
    class Cancelled(Message):
        """Nothing is to be changed."""

    def __init__(self, persona: Persona | None) -> None:
        super().__init__(classes="pane")
        self._first = persona
        self._flags = {"open": bool(persona and persona.open), "support": bool(persona and persona.support)}
        self._inputs = {
            name: LineField(_text(persona, name), placeholder=tr(hint), most=most)
            for name, (_, hint, most) in _FIELDS.items()
        }
        self._face = FormLine()
        self._open, self._support, self._operators = FormLine(), FormLine(), FormLine()
        self._state = FormLine(wraps=True, classes="form--error")
        self._leaving = False
        self._named: tuple[str, ...] = ()
        self._key: Callable[[str], str] = lambda _: ""

    def compose(self) -> ComposeResult:
        """Label and field in a row, the lines below."""
        for name, (label, _, _) in _FIELDS.items():
            yield self._row(tr(label), self._inputs[name])
        yield self._row(tr("Looks"), self._face)
        yield self._row(tr("Messages"), self._open)
        yield self._row(tr("Support"), self._support)
        yield self._row(tr("Speak as it"), self._operators)
        yield self._state

    def on_mount(self) -> None:
        """Names the form."""
        title = tr("Persona {name}", name=self._first.name) if self._first else tr("New persona")
        self.set_frame(left=[(title, "bold")])
        self._draw()

    def name_keys(self, hints: str, key: Callable[[str], str]) -> None:
        """Says what can be done; `key` tells the key of a command, by its id."""
        self._key = key
        self.set_frame(foot=[(hints, "$muted")])
        self._draw()

    @property
    def field(self) -> Widget:
        """Where one begins to write."""
        return self._inputs["name"]

    def set_operators(self, names: Sequence[str]) -> None:
        """Says who speaks as it, beside every admin."""
        self._named = tuple(names)
        self._draw()

    def show_error(self, words: str) -> None:
        """Says what is wrong."""
        self._state.say((f"✗ {tr(words)}", "$delivery-failed"))

    def action_switch(self, name: str) -> None:
        """Yes or no."""
        self._flags[name] = not self._flags[name]
        self._changed()

    def action_operators(self) -> None:
        """Others shall speak as it."""
        self.post_message(self.OperatorsWanted())

    def action_go(self, step: int) -> None:
        """The next field, going round."""
        fields = list(self._inputs.values())
        here = next((place for place, each in enumerate(fields) if each.has_focus), 0)
        self.screen.set_focus(fields[(here + step) % len(fields)])

    def action_advance(self) -> None:
        """The next field: what is done has a key of its own."""
        self.action_go(1)

    def action_submit(self) -> None:
        """Hands over what was written, or says what is missing."""
        values = {name: each.value.strip() for name, each in self._inputs.items()}
        if not values["name"]:
            self.show_error("A name is missing.")
        elif values["color"] and not _HEX.fullmatch(values["color"]):
            self.show_error("A colour is written as #d9a441.")
        else:
            rest = {name: value or None for name, value in values.items() if name != "name"}
            self.post_message(self.Submitted({"name": values["name"], **rest, **self._flags}))

    def action_leave(self) -> None:
        """Leaves; what was changed is given up only when asked for twice."""
        before = {name: _text(self._first, name) for name in _FIELDS}
        same = before == {name: each.value for name, each in self._inputs.items()}
        if self._leaving or same:
            self.post_message(self.Cancelled())
        else:
            self._leaving = True
            self.show_error(
                tr("Not saved. {key} saves, Esc again leaves without saving.", key=self._key("persona.save"))
            )

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._changed()

    def _changed(self) -> None:
        self._leaving = False
        self._state.say()
        self._draw()

    def _draw(self) -> None:
        values = {name: each.value.strip() for name, each in self._inputs.items()}
        name = values["name"] or "…"
        style = face_style(self.app, values["color"], self.background_colors[1])
        title = (f" · {values['title']}", "$muted") if values["title"] else ""
        self._face.say((values["initials"] or initials(name), style), "  ", (name, "bold"), title)
        is_open, support = self._flags["open"], self._flags["support"]
        self._open.say(
            ("▣ " if is_open else "▢ ", "bold"),
            tr("everybody may write to it"),
            (f"   {self._key('persona.open')}", "$key"),
        )
        said = tr("speaks for support where nobody else is named")
        self._support.say(
            ("▣ " if support else "▢ ", "bold"), said, (f"   {self._key('persona.support')}", "$key")
        )
        who = ", ".join(self._named) or tr("admins alone")
        self._operators.say((who, ""), (f"   {self._key('persona.operators')}", "$key"))

    def _row(self, label: str, field: Widget) -> Horizontal:
        named = FormLine((label, "$muted"), classes="form--label")
        named.styles.width = _LABEL_CELLS
        return Horizontal(named, field, classes="form--row")


def _text(persona: Persona | None, name: str) -> str:
    """What stands in a field at first."""
    return safe_line(getattr(persona, name, None) or "", None)
