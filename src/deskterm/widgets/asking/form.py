"""A small form: labelled fields of one line, and one line about what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from deskterm.text.width import cells
from deskterm.text.words import tr
from deskterm.widget_keys import FIELDS, LINES, bound
from deskterm.widgets.asking.line_field import LineField
from deskterm.widgets.asking.path_field import PathField
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.paint import Part, fitted, line


@dataclass(slots=True, frozen=True)
class Field:
    """One field: the name it is known by, its label, and what stands in it; a `path` is completed."""

    name: str
    label: str
    value: str = ""
    placeholder: str = ""
    secret: bool = False
    required: bool = True
    path: bool = False


def _input(field: Field) -> LineField:
    if field.path:
        return PathField(field.value, placeholder=field.placeholder)
    return LineField(field.value, placeholder=field.placeholder, secret=field.secret)


class FormLine(Widget):
    """One line of words in a form, or as many as they take if it `wraps`."""

    def __init__(self, *parts: Part, classes: str = "", wraps: bool = False) -> None:
        super().__init__(classes=classes, markup=False)
        self._parts = parts
        self._wraps = wraps

    def say(self, *parts: Part) -> None:
        """Says something else."""
        if parts != self._parts:
            self._parts = parts
            self.refresh(layout=self._wraps)

    def render(self) -> Content:
        """The words."""
        return line(*self._parts) if self._wraps else fitted(self._parts, self.size.width)


class Form(Framed, Vertical):
    """Fields one below another. Enter goes to the next field and, in the last one, posts `Submitted`."""

    BINDINGS: ClassVar[list[BindingType]] = bound(*FIELDS, *LINES)

    @dataclass
    class Submitted(Message):
        """Every required field is filled in: what stands in each, by its name."""

        values: Mapping[str, str]

    @dataclass
    class Cancelled(Message):
        """The reader wants none of it."""

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        button: str = "",
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._title = title
        self._fields = tuple(fields)
        self._inputs = {each.name: _input(each) for each in self._fields}
        self._note = FormLine(classes="form--note", wraps=True)
        self._error = FormLine(classes="form--error", wraps=True)
        self._button = button

    def compose(self) -> ComposeResult:
        """Label and field in a row, the lines below."""
        width = max(cells(each.label) for each in self._fields) + 2
        for each in self._fields:
            label = FormLine((each.label, "$muted"), classes="form--label")
            label.styles.width = width
            yield Horizontal(label, self._inputs[each.name], classes="form--row")
        yield self._error
        yield self._note

    def on_mount(self) -> None:
        """Names the form."""
        foot: list[Part] | None = [(self._button, "$muted")] if self._button else None
        self.set_frame(left=[(self._title, "bold")], foot=foot)

    @property
    def values(self) -> dict[str, str]:
        """What stands in each field, by its name."""
        return {name: each.value for name, each in self._inputs.items()}

    def field(self, name: str) -> Input:
        """One of the fields: what to give the focus, with `screen.set_focus`."""
        return self._inputs[name]

    def show_error(self, text: str, field: str | None = None) -> None:
        """One sentence about what is wrong, and the focus to the field it is about.

        What was typed stays; in a secret field, the next letter replaces it.
        """
        self._error.say(("✗ ", "$delivery-failed bold"), (text, "$delivery-failed"))
        if field is not None:
            at_fault = self._inputs[field]
            self.screen.set_focus(at_fault)
            if at_fault.password:
                at_fault.action_select_all()

    def show_note(self, text: str) -> None:
        """A quiet sentence, such as where a token is kept or that something is under way."""
        self._note.say((text, "$muted"))

    def set_busy(self, busy: bool, text: str = "") -> None:
        """While a form is under way, nothing can be typed into it."""
        for each in self._inputs.values():
            each.disabled = busy
        self.show_note(text)
        if busy:
            self._error.say()

    def action_leave(self) -> None:
        """Leaves the form."""
        self.post_message(self.Cancelled())

    def action_reveal(self) -> None:
        """Shows what was typed into secret fields, or hides it again."""
        for each in self._fields:
            if each.secret:
                self._inputs[each.name].reveal()

    def submit(self) -> None:
        """Posts `Submitted`, or says which field is empty."""
        for each in self._fields:
            if each.required and not self._inputs[each.name].value.strip():
                self.show_error(tr("{label} is missing.", label=each.label), each.name)
                return
        self._error.say()
        self.post_message(self.Submitted(self.values))

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        event.stop()
        self._error.say()

    def action_advance(self) -> None:
        """Goes to the next field; from the last one, submits."""
        at = self._here()
        if at + 1 < len(self._inputs):
            self._focus(at + 1)
        else:
            self.submit()

    def action_go(self, step: int) -> None:
        """Goes to another field, round and round."""
        self._focus((self._here() + step) % len(self._inputs))

    def _here(self) -> int:
        """The place of the field with the focus."""
        inputs = list(self._inputs.values())
        return next((place for place, each in enumerate(inputs) if each.has_focus), 0)

    def _focus(self, place: int) -> None:
        self.screen.set_focus(list(self._inputs.values())[place])
