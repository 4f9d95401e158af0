"""The form for a notification: whom it is for, how it looks, what it says, and how that will be seen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, TextArea

from deskterm.text.words import tr
from deskterm.widget_keys import FIELDS, bound
from deskterm.widgets.asking.form import FormLine
from deskterm.widgets.asking.line_field import LineField
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.composer.line import MOST_CHARACTERS
from deskterm.widgets.composer.text import ComposerText
from deskterm.widgets.notify.look import COLORS, OWN, TEMPLATES, Look, preview, verdict
from deskterm.widgets.paint import Part
from deskterm.widgets.thread.message import MessageView

_LABEL_CELLS = 12
_PREVIEW_CELLS = 70


class NotifyPanel(Framed, Vertical):
    """Recipients and look are chosen by actions, one of them posts `Submitted`; the text has the keyboard."""

    BINDINGS: ClassVar[list[BindingType]] = bound(*FIELDS)

    @dataclass
    class Submitted(Message):
        """Something was written; `style` is as the server takes it."""

        body: str
        style: dict[str, str]

    @dataclass
    class RecipientsWanted(Message):
        """Others are to receive it."""

    @dataclass
    class Cancelled(Message):
        """Nothing is to be sent."""

    @dataclass
    class Changed(Message):
        """It says or looks otherwise now: what was asked about it counts no more."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__(classes="pane")
        self._now = now
        self._look = Look("info")
        self._leaving = False
        self._recipients = ""
        self._key: Callable[[str], str] = lambda _: ""
        self._to = FormLine()
        self._style = FormLine()
        self._colors = {
            name: LineField(value, placeholder="#rrggbb", most=7) for name, value in self._look.colors.items()
        }
        self._body = ComposerText(tr("What everybody chosen shall read…"), enter_sends=False, classes="-body")
        self._preview = MessageView(preview("…", self._look, now()), cells=_PREVIEW_CELLS)
        self._verdict = FormLine()
        self._state = FormLine(wraps=True, classes="form--error")

    def compose(self) -> ComposeResult:
        """The fields, and below them what readers will see."""
        yield self._row(tr("To"), self._to)
        yield self._row(tr("Look"), self._style)
        with Vertical(classes="notify--colors"):
            for name, field in self._colors.items():
                yield self._row(tr(COLORS[name]), field)
        yield self._body
        yield FormLine((" " + tr("As it will be seen in the middle of their Help & Support"), "$muted"))
        with VerticalScroll(classes="notify--preview", can_focus=False):
            yield self._preview
        yield self._verdict
        yield self._state

    def on_mount(self) -> None:
        """Names the form."""
        self.set_frame(left=[(tr("Notification"), "bold")])
        self._draw()

    def name_keys(self, hints: str, key: Callable[[str], str]) -> None:
        """Says what can be done; `key` tells the key of a command, by its id."""
        self._key = key
        self.set_frame(foot=[(hints, "$muted")])
        self.set_recipients(self._recipients)

    @property
    def field(self) -> Widget:
        """Where one begins to write."""
        return self._body

    def set_recipients(self, words: str) -> None:
        """Says whom it is for."""
        self._recipients = words
        others = tr("{key} others", key=self._key("notify.recipients"))
        self._to.say((words, "bold"), (f"   {others}", "$muted"))

    def say(self, *parts: Part) -> None:
        """Says what is asked, what goes on, or what is wrong."""
        self._state.say(*parts)

    def set_busy(self, busy: bool) -> None:
        """While it is under way, nothing can be changed."""
        for each in (self._body, *self._colors.values()):
            each.disabled = busy

    def action_look(self, step: int) -> None:
        """The next look: four of the theme's, and one of one's own colours."""
        order = [*TEMPLATES, OWN]
        name = order[(order.index(self._look.name) + step) % len(order)]
        self._look = Look(name, self._look.colors)
        if name != OWN and any(each.has_focus for each in self._colors.values()):
            self.screen.set_focus(self._body)
        self._changed_look()

    def action_recipients(self) -> None:
        """Others are to receive it."""
        self.post_message(self.RecipientsWanted())

    def action_go(self, step: int) -> None:
        """The next field, going round."""
        fields: list[Widget] = [self._body]
        if self._look.name == OWN:
            fields = [*self._colors.values(), self._body]
        here = next((place for place, each in enumerate(fields) if each.has_focus), 0)
        self.screen.set_focus(fields[(here + step) % len(fields)])

    def action_submit(self) -> None:
        """Hands over what was written, or says what is missing."""
        body = self._body.text.strip("\n")
        if not body.strip():
            self.say(("✗ " + tr("There is nothing in it yet."), "$delivery-failed"))
        elif len(body) > MOST_CHARACTERS:
            most = tr("Too long: at most {count} characters.", count=f"{MOST_CHARACTERS:,}")
            self.say((f"✗ {most}", "$delivery-failed"))
        elif wrong := self._look.wrong():
            self.say((f"✗ {wrong}", "$delivery-failed"))
        else:
            self.post_message(self.Submitted(body, self._look.style))

    def action_leave(self) -> None:
        """Leaves; what was written is given up only when asked for twice."""
        if self._leaving or not self._body.text.strip():
            self.post_message(self.Cancelled())
        else:
            self._leaving = True
            self.say(
                (
                    tr("Not sent. {key} sends, Esc again throws it away.", key=self._key("notify.send")),
                    "$delivery-failed",
                )
            )

    @on(TextArea.Changed)
    @on(Input.Changed)
    def _typed(self, event: Message) -> None:
        event.stop()
        self._look = Look(self._look.name, {name: each.value for name, each in self._colors.items()})
        self._changed_look()

    def _changed_look(self) -> None:
        self._leaving = False
        self.say()
        self._draw()
        self.post_message(self.Changed())

    def _draw(self) -> None:
        look = self._look
        self.set_class(look.name == OWN, "-own")
        words: list[Part] = []
        for name in (*TEMPLATES, OWN):
            chosen = name == look.name
            words += [(f"{'▣' if chosen else '▢'} {tr(name)}", "bold" if chosen else "$muted"), "  "]
        self._style.say(*words)
        self._preview.update(preview(self._body.text or "…", look, self._now()))
        self._verdict.say(verdict(look))

    def _row(self, label: str, field: Widget) -> Horizontal:
        named = FormLine((label, "$muted"), classes="form--label")
        named.styles.width = _LABEL_CELLS
        return Horizontal(named, field, classes="form--row")
