"""The form for one canned reply: shortcut, title, text, and where one may choose, who uses it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from deskterm.text.words import later, tr
from deskterm.widget_keys import FIELDS, bound
from deskterm.widgets.asking.form import FormLine
from deskterm.widgets.asking.line_field import LineField
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.composer.text import ComposerText

_LABEL_CELLS = 11
_LABELS = {"shortcut": later("Shortcut"), "title": later("Title")}
_MISSING = {
    "shortcut": later("The shortcut is missing."),
    "title": later("The title is missing."),
    "body": later("The text is missing."),
}


class CannedPanel(Framed, Vertical):
    """Fields one below another; `submit` posts `Submitted` once something stands in each."""

    BINDINGS: ClassVar[list[BindingType]] = bound(*FIELDS)

    @dataclass
    class Submitted(Message):
        """`visibility`, `shortcut`, `title` and `body`, none of them blank."""

        values: Mapping[str, str]

    @dataclass
    class Cancelled(Message):
        """The reader wants none of it."""

    def __init__(self, title: str, values: Mapping[str, str], *, may_share: bool, note: str) -> None:
        """`values` are what stands in the fields at first, under the names of `Submitted`."""
        super().__init__(classes="pane")
        self._title = title
        self._first = dict(values)
        self._shared = values.get("visibility") == "shared"
        self._may_share = may_share
        self._leaving = False
        self._key: Callable[[str], str] = lambda _: ""
        self._inputs = {
            "shortcut": LineField(values.get("shortcut", ""), placeholder="refund", most=40),
            "title": LineField(values.get("title", ""), placeholder=tr("Refund is on its way"), most=200),
        }
        self._body = ComposerText(tr("Hi {contact.first_name|there}, …"), enter_sends=False, classes="-body")
        self._who = FormLine()
        self._error = FormLine(classes="form--error", wraps=True)
        self._note = FormLine((note, "$muted"), classes="form--note", wraps=True)

    def compose(self) -> ComposeResult:
        """Label and field in a row, the text below them, then who uses it and what there is to say."""
        for name, field in self._inputs.items():
            label = FormLine((tr(_LABELS[name]), "$muted"), classes="form--label")
            label.styles.width = _LABEL_CELLS
            yield Horizontal(label, field, classes="form--row")
        yield self._body
        yield self._who
        yield self._error
        yield self._note

    def on_mount(self) -> None:
        """Names the form and fills in the text."""
        self.set_frame(left=[(self._title, "bold")])
        self._body.put(self._first.get("body", ""))
        self._draw_who()

    def name_keys(self, hints: str, key: Callable[[str], str]) -> None:
        """Says what can be done; `key` tells the key of a command, by its id."""
        self._key = key
        self.set_frame(foot=[(hints, "$muted")])
        self._draw_who()

    @property
    def field(self) -> Widget:
        """Where one begins to write: the first field that is empty, else the text."""
        empty = next((each for each in self._inputs.values() if not each.value), None)
        return empty or self._body

    @property
    def values(self) -> dict[str, str]:
        """What stands in the fields."""
        texts = {name: each.value.strip() for name, each in self._inputs.items()}
        return {
            "visibility": "shared" if self._shared else "own",
            **texts,
            "body": self._body.text.strip("\n"),
        }

    def show_error(self, words: str) -> None:
        """Says what is wrong."""
        self._error.say(("✗ ", "$delivery-failed bold"), (words, "$delivery-failed"))

    def action_go(self, step: int) -> None:
        """The next field, going round."""
        fields: list[Widget] = [*self._inputs.values(), self._body]
        here = next((place for place, each in enumerate(fields) if each.has_focus), 0)
        self.screen.set_focus(fields[(here + step) % len(fields)])

    def action_share(self) -> None:
        """For everybody, or for oneself."""
        if self._may_share:
            self._shared = not self._shared
            self._draw_who()

    def action_submit(self) -> None:
        """Hands over what was written, or says what is missing."""
        values = self.values
        missing = next((name for name, value in values.items() if not value.strip()), None)
        if missing is not None:
            self.show_error(tr(_MISSING[missing]))
        elif len(values["shortcut"].split()) > 1 or {"{", "}"} & set(values["shortcut"]):
            self.show_error("A shortcut is one word without braces, as refund or billing/refund.")
        else:
            self.post_message(self.Submitted(values))

    def action_leave(self) -> None:
        """Leaves; what was changed is given up only when asked for twice."""
        if self._leaving or all(self._first.get(name, "") == each for name, each in self._texts().items()):
            self.post_message(self.Cancelled())
        else:
            self._leaving = True
            self.show_error(
                tr("Not saved. {key} saves, Esc again leaves without saving.", key=self._key("canned.save"))
            )

    @on(Input.Changed)
    @on(ComposerText.Changed)
    def _changed(self, event: Message) -> None:
        event.stop()
        self._leaving = False

    def _texts(self) -> dict[str, str]:
        return {name: each for name, each in self.values.items() if name != "visibility"}

    def _draw_who(self) -> None:
        who = tr("everybody uses it") if self._shared else tr("only you use it")
        change = "  " + tr("{key} changes that", key=self._key("canned.share")) if self._may_share else ""
        self._who.say((who, "bold"), (change, "$muted"))
