"""Where one writes. It says in words who will read and who speaks, before anything is sent.

A reply and an internal note are two texts: `ctrl+t` shows the other one, and no text ever moves between
them. A note looks different in its title, its bar and its ground, not by colour alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import TextArea

from deskterm.protocol.records import Visibility
from deskterm.text.placeholders import NOTHING, Kept
from deskterm.text.words import tr
from deskterm.widget_keys import BACK, KIND, NEWLINE, SEND, bound
from deskterm.widgets.chrome.footer import Hint
from deskterm.widgets.chrome.frame import Framed
from deskterm.widgets.composer.files_line import FilesLine
from deskterm.widgets.composer.line import MOST_CHARACTERS, ComposerLine
from deskterm.widgets.composer.newer_reply import NewerReply
from deskterm.widgets.composer.text import ComposerText
from deskterm.widgets.paint import line

#: Says what speaks against sending a text to those who read it, or nothing.
Check = Callable[[str, Visibility], str]


def _nothing(text: str, visibility: Visibility) -> str:
    return ""


class NoteBar(Widget):
    """The bar beside a note."""

    def render(self) -> Content:
        """As high as the text."""
        return Content("\n").join([line(("▒", "$note-accent"))] * max(self.size.height, 1))


class Composer(Framed, Vertical):
    """A reply and, for agents, an internal note.

    Where `enter_sends`, `ctrl+j` starts a new line; else both do. `ctrl+s` sends always. `notes` tells
    whether there is a note to switch to: it is so for agents. Sending keeps the text: call `clear` once
    it is safe in the outbox.
    """

    BINDINGS: ClassVar[list[BindingType]] = bound(SEND, NEWLINE, KIND, BACK)

    @dataclass
    class Send(Message):
        """A text that is not too long, and not empty unless files go with it, shall be sent."""

        text: str
        visibility: Visibility

    @dataclass
    class Changed(Message):
        """The reader has changed a text: worth keeping as a draft."""

        text: str
        visibility: Visibility

    @dataclass
    class Typing(Message):
        """The reader is writing, at every key: tell others now and then."""

        visibility: Visibility

    @dataclass
    class Switched(Message):
        """The other of the two texts is shown."""

        visibility: Visibility

    @dataclass
    class Leave(Message):
        """The reader wants to go back to the conversation; the text stays."""

    def __init__(
        self,
        *,
        enter_sends: bool = False,
        notes: bool = True,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._notes = notes
        self._to, self._readers = "", "public"
        self._disabled_for: str | None = None
        self._shown = Visibility.PUBLIC
        words = tr("Write a reply…") if notes else tr("Write a message…")
        self._fields = {
            Visibility.PUBLIC: ComposerText(words, enter_sends=enter_sends, canned=notes, classes="-public"),
            Visibility.INTERNAL: ComposerText(
                tr("Write a note for agents…"), enter_sends=enter_sends, canned=notes, classes="-note"
            ),
        }
        self._files = FilesLine()
        self._line = ComposerLine(audience=notes)
        self._newer = NewerReply()
        self.check: Check = _nothing
        """What speaks against sending a text; it is sent all the same when asked for again."""
        self._confirmed = ""

    def compose(self) -> ComposeResult:
        """The two texts, one of them shown, and the line below."""
        yield self._newer
        with Horizontal(classes="composer--text"):
            yield NoteBar()
            yield from self._fields.values()
        yield self._files
        yield self._line

    def on_mount(self) -> None:
        """Shows the reply."""
        self._show()

    @property
    def visibility(self) -> Visibility:
        """Which of the two texts is shown."""
        return self._shown

    @property
    def field(self) -> ComposerText:
        """The text field that is shown: what to give the focus, with `screen.set_focus`."""
        return self._fields[self._shown]

    def text(self, visibility: Visibility | None = None) -> str:
        """One of the two texts; without `visibility` the one that is shown."""
        return self._fields[visibility or self._shown].text

    def set_audience(self, to: str, speaker: str = "", readers: str = "public") -> None:
        """Names who reads a reply and as whom it is written, as in `Reply to Ana (public)`, `as Support`."""
        self._to, self._readers = to, readers
        self._line.show(speaker=speaker, readers=readers)
        self._show()

    def set_text(self, text: str, visibility: Visibility = Visibility.PUBLIC, blanks: Kept = NOTHING) -> None:
        """Shows a draft in one of the two, and what is to be filled in there; says nothing of a change."""
        self._fields[visibility].put(text, blanks)
        self._count()

    def set_files(self, names: Sequence[str], visibility: Visibility = Visibility.PUBLIC) -> None:
        """Names the files that go with one of the two."""
        self._files.put(names, visibility)

    def clear(self, visibility: Visibility = Visibility.PUBLIC) -> None:
        """Empties one of the two: what was in it is on its way."""
        self.set_text("", visibility)
        self._confirmed = ""
        if visibility is Visibility.PUBLIC:
            self._newer.hide()
        self._line.show(saved="", trouble="")

    def show_newer(self, title: str, body: str, keys: Sequence[Hint]) -> None:
        """Shows above the text what a colleague wrote meanwhile, with the keys that decide."""
        self._newer.show_reply(title, body, keys)

    def hide_newer(self) -> None:
        """It was seen, or is of another conversation."""
        self._newer.hide()

    def set_company(self, words: str) -> None:
        """Says in the frame that a colleague is writing here too."""
        self.set_frame(right=[("✎ ", "$author-agent"), (words, "$muted")] if words else [])

    def kept_blanks(self, visibility: Visibility) -> Kept:
        """What is still to be filled in, in one of the two, to be kept with its text."""
        return self._fields[visibility].kept_blanks

    def set_enter_sends(self, enter_sends: bool) -> None:
        """Whether Enter sends or starts a new line."""
        for field in self._fields.values():
            field.set_enter_sends(enter_sends)

    def set_saved(self, words: str) -> None:
        """Says that a draft is kept, as in `saved 12:07`."""
        self._line.show(saved=words)

    def show_trouble(self, words: str) -> None:
        """Says why a text was not sent, until the next key."""
        self._line.show(trouble=words)

    def disable(self, reason: str) -> None:
        """Nothing can be written now, as in `Resolved — reopen to reply (o)`. Texts are kept."""
        self._disabled_for = reason
        self._show()

    def enable(self) -> None:
        """Writing is possible again."""
        self._disabled_for = None
        self._show()

    def switch(self, visibility: Visibility) -> None:
        """Shows the reply or the note; the focus, if it was here, goes along."""
        if visibility is self._shown or (visibility is Visibility.INTERNAL and not self._notes):
            return
        focused = self.has_focus_within
        self._shown = visibility
        self._show()
        if focused:
            self.screen.set_focus(self.field)
        self.post_message(self.Switched(visibility))

    def action_switch_kind(self) -> None:
        """Shows the other of the two."""
        self.switch(Visibility.PUBLIC if self._shown is Visibility.INTERNAL else Visibility.INTERNAL)

    def action_newline(self) -> None:
        """Starts a new line."""
        self.field.insert("\n")

    def action_back(self) -> None:
        """Goes back, without asking."""
        self.post_message(self.Leave())

    def action_send(self) -> None:
        """Sends the text that is shown, or says why not."""
        self._send(self.text())

    @on(ComposerText.Submitted)
    def _submitted(self, event: ComposerText.Submitted) -> None:
        self._send(event.text)

    def _send(self, text: str) -> None:
        if not text.strip() and not self._files.any:
            self._line.show(trouble=tr("Nothing to send yet."))
        elif len(text) > MOST_CHARACTERS:
            self._line.show(
                trouble=tr(
                    "Too long to send: a message has at most {most} characters.", most=f"{MOST_CHARACTERS:,}"
                )
            )
        elif blanks := self.field.blanks():
            more, name = len(blanks) - 1, blanks[0].name
            alone = tr("{name} is not filled in. Tab goes to the next.", name=name)
            said = tr(
                "{name} is not filled in, and {count} more. Tab goes to the next.", name=name, count=more
            )
            self._line.show(trouble=said if more else alone)
            self.field.next_blank(first=True)
        elif (doubt := self.check(text, self._shown)) and doubt != self._confirmed:
            self._confirmed = doubt
            self._line.show(trouble=doubt)
        else:
            self.post_message(self.Send(text if text.strip() else "", self._shown))

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self._line.show(length=len(self.text()), trouble="", saved="")
        self.post_message(self.Changed(self.text(), self._shown))
        if self.text():
            self.post_message(self.Typing(self._shown))

    def _show(self) -> None:
        note = self._shown is Visibility.INTERNAL
        self.set_class(note, "-note")
        self.set_class(self._disabled_for is not None, "-disabled")
        for visibility, field in self._fields.items():
            field.display = visibility is self._shown and self._disabled_for is None
        self.set_frame(left=[self._title(note)])
        self._files.show(self._shown)
        self._line.show(visibility=self._shown, trouble="")
        self._line.show_reason(self._disabled_for)
        self._count()

    def _title(self, note: bool) -> tuple[str, str]:
        if note:
            return (tr("▒ Internal note — only agents see this"), "$note-accent bold")
        if not self._notes:
            return (tr("To {name}", name=self._to) if self._to else tr("Message"), "bold")
        readers = tr(self._readers)
        if self._to:
            return (tr("Reply to {name} ({readers})", name=self._to, readers=readers), "bold")
        return (tr("Reply ({readers})", readers=readers), "bold")

    def _count(self) -> None:
        self._line.show(length=len(self.text()))
