"""What the inbox does about the outbox: says what waits, takes texts back, warns of newer replies."""

from collections.abc import Callable, Mapping

from deskterm.client.outbox.rules import is_old
from deskterm.client.replica.changes import (
    ChangeRefused,
    Changes,
    MessageArrived,
    OutboxFound,
    OutboxTrouble,
    PendingChanged,
    ServerCannotStore,
    TypingChanged,
    ViewingChanged,
)
from deskterm.client.replica.outgoing import Item, Pending, SendState
from deskterm.protocol.records import Author, AuthorKind, Conversation, Message, Visibility
from deskterm.screens.sentences import brief
from deskterm.screens.waiting.tray import Tray
from deskterm.screens.waiting.waiting import counted, what
from deskterm.screens.writing.draft_syncing import DraftSyncing
from deskterm.text.placeholders import Kept
from deskterm.text.safe import safe
from deskterm.text.times import clock, time_of_day
from deskterm.text.words import key, later, tr
from deskterm.widgets.chrome.footer import Hint
from deskterm.widgets.paint import Part

#: Seconds for which something that needs a decision is said.
_SAID = 10.0
#: Seconds in which what is found is counted before it is said.
_GATHERED = 0.2
_GOES_OUT = later("Unsent from {since}: {what}. It goes out now · {@goto.outbox:g w} shows the outbox")
_STAYS = later("Unsent from {since}: {what}. It is not sent unasked · {@goto.outbox:g w} shows the outbox")


def _answers() -> list[Hint]:
    """What can be done where a colleague has answered first."""
    return [
        (key("compose.send", "^S"), tr("send anyway")),
        (key("compose.reread", "F6"), tr("reread")),
        (key("compose.discard", "F7"), tr("discard")),
    ]


class Delivering(DraftSyncing):
    """The inbox with an outbox."""

    _found: list[Item]
    _discarded: tuple[str, str, Kept] | None = None

    def take_outbox(self) -> Callable[[], None]:
        """Start to use the outbox on this machine's disk; the answer stops listening."""
        self._found = []
        stop = self.desk.subscribe(self._outbox_told)
        self.desk.keep_outbox(self.settings.outbox)
        return stop

    def _outbox_told(self, changes: Changes) -> None:
        for change in changes:
            match change:
                case OutboxFound(item=item):
                    self._found.append(item)
                    self.later("outbox", _GATHERED, self._say_found, restart=False)
                case OutboxTrouble(why=why):
                    self.notify(
                        tr(
                            "What you send cannot be kept on this machine ({why}): "
                            "it goes out from memory, so stay until it is sent.",
                            why=why,
                        ),
                        severity="warning",
                        timeout=_SAID,
                        markup=False,
                    )
                case ServerCannotStore(why=why):
                    self.notify(
                        tr("Not sent yet: {what}", what=safe(why)),
                        severity="warning",
                        timeout=_SAID,
                        markup=False,
                    )
                case ChangeRefused():
                    self._tell_undone(change)
                case PendingChanged():
                    self._pending_changed(change.id)
                case MessageArrived(message=message):
                    self._warn_of(message)
                case TypingChanged() | ViewingChanged():
                    self.draw_company()
                case _:
                    pass

    def _say_found(self) -> None:
        found, self._found = self._found, []
        old = [each for each in found if is_old(each.created_at, self.now())]
        waiting = [each for each in found if each.state is SendState.WAITING and each not in old]
        for items, words in ((waiting, _GOES_OUT), (old, _STAYS)):
            if items:
                since = clock(min(each.created_at for each in items), self.now())
                self.notify(
                    tr(words, since=since, what=counted(items)),
                    timeout=_SAID,
                    markup=False,
                )

    def _tell_undone(self, change: ChangeRefused) -> None:
        here = self.desk.replica.conversation(change.conversation_id)
        names = {each.id: each.name for each in self.desk.replica.roster.members.values()}
        words = what(change.change, here, names, self.now())
        self.complain(tr("Undone: “{words}” was refused. {why}", words=words, why=brief(change.error)))

    def _pending_changed(self, item_id: str) -> None:
        self.draw_row()
        self.list.set_marks(self._marks())
        pending = self.desk.replica.outgoing.get(item_id)
        if pending is None or pending.state is not SendState.FAILED or pending.code is None:
            return
        self.writing.take_back(pending.conversation_id)
        here = pending.conversation_id == self.writing.conversation_id
        if pending.newer and here and not pending.files:
            self.show_newer(pending.newer[-1])
        self.list.set_drafts(self.writing.drafts.conversations)

    # --- the tray ----------------------------------------------------------------------------------------

    def action_outbox(self) -> None:
        """Show what waits to be sent."""
        self.app.push_screen(Tray(self.desk, self.now), self._from_tray)

    def _from_tray(self, item: Item | None) -> None:
        """Take a text back into the composer, or open the conversation of a change."""
        if item is None:
            return
        if isinstance(item, Pending):
            self.desk.discard(item.id)
            self.writing.drafts.put_above(item.conversation_id, item.visibility, item.body)
        conversation = self.desk.replica.conversation(item.conversation_id)
        if conversation is None:
            self.complain("This conversation is no longer yours; your text is kept as a draft.")
            return
        self.open_conversation(conversation)
        if isinstance(item, Pending):
            self.write(item.visibility)

    def open_conversation(self, conversation: Conversation) -> None:
        """Open it; what was said of colleagues was about the one before."""
        if conversation.id != self.writing.conversation_id:
            self.composer.hide_newer()
        super().open_conversation(conversation)
        self.draw_company()

    # --- colleagues --------------------------------------------------------------------------------------

    def _warn_of(self, message: Message) -> None:
        """A colleague has answered while a reply is being written: say so where it is written."""
        here = message.conversation_id == self.writing.conversation_id
        if here and self._is_reply_of_another(message) and self.composer.text(Visibility.PUBLIC).strip():
            self.show_newer(message)

    def _is_reply_of_another(self, message: Message) -> bool:
        if message.visibility is not Visibility.PUBLIC or message.author.kind not in _AGENTS:
            return False
        writer = message.operator or message.author
        return writer.id != self.me.member_id and self.desk.replica.outgoing.state(message.id) is None

    def show_newer(self, message: Message) -> None:
        """Show a colleague's reply in the composer, with the keys that decide."""
        who = _name(message.author, message.operator.name if message.operator else None)
        at = time_of_day(message.created_at, self.now())
        self.composer.show_newer(
            tr("{who} answered at {at}, before yours went out", who=who, at=at), message.body, _answers()
        )

    def action_reread(self) -> None:
        """Read what a colleague has written; the text stays."""
        self.composer.hide_newer()
        self.thread.action_end()
        self.go_to(self.thread.stream)

    def action_discard_text(self) -> None:
        """Throw away the text that is shown; the same key brings it back."""
        here, kind, text = self.writing.conversation_id, self.composer.visibility, self.composer.text()
        if here is None:
            return
        before, self._discarded = self._discarded, None
        if text.strip():
            self._discarded = (f"{here}/{kind}", text, self.composer.kept_blanks(kind))
            self.composer.clear(kind)
            self.composer.hide_newer()
            self.say("Discarded · {@compose.discard:F7} brings it back")
        elif before is not None and before[0] == f"{here}/{kind}":
            self.writing.drafts.put(here, kind, *before[1:])
        self.list.set_drafts(self.writing.drafts.conversations)
        self.work(self.writing.save(), "save")

    def draw_company(self) -> None:
        """Who else is at a conversation: in the list, and in the frame of what is being written."""
        self.list.set_marks(self._marks())
        here = self.writing.conversation_id
        typing = [] if here is None else self._colleagues_typing(here)
        words = tr("{name} is writing too", name=typing[0]) if typing else ""
        self.composer.set_company(words)

    def _marks(self) -> Mapping[str, Part]:
        """What rows say beside their own state: what waits there, else which colleague is there."""
        marks: dict[str, Part] = {}
        attention = self.desk.replica.attention
        for conversation in self.listing.rows:
            if typing := self._colleagues_typing(conversation.id):
                marks[conversation.id] = (f"✎ {typing[0].split(' ')[0]}", "$author-agent")
            elif others := [
                each for each in attention.viewing(conversation.id) if each.id != self.me.member_id
            ]:
                marks[conversation.id] = (f"◌ {others[0].name.split(' ')[0]}", "$muted")
        for item in self.desk.replica.outgoing.delayed():
            failed = item.state is not SendState.WAITING
            marks[item.conversation_id] = (
                (tr("✗ unsent"), "$delivery-failed") if failed else (tr("◌ waits"), "$muted")
            )
        return marks

    def _colleagues_typing(self, conversation_id: str) -> list[str]:
        typing = self.desk.replica.attention.typing(conversation_id, self.now())
        return [
            each.who.name or tr("A colleague")
            for each in typing
            if each.who.kind in _AGENTS and each.who.id != self.me.member_id
        ]


_AGENTS = (AuthorKind.AGENT, AuthorKind.PERSONA)


def _name(author: Author, operator: str | None) -> str:
    return operator or author.name or tr("A colleague")
