"""What the inbox shows around the messages: tabs, marks, titles, facts, hints, and the preview."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from textual.timer import Timer

from deskterm.commands.model import READING
from deskterm.commands.table import BY_ID, FOOTER
from deskterm.protocol.records import Kind, Presence, Role
from deskterm.screens.account.local_copy import as_of
from deskterm.screens.direct.heading import heading, presence_of
from deskterm.screens.direct.places import place_of
from deskterm.screens.inbox.rights import is_admin
from deskterm.screens.inbox.views import DIRECT
from deskterm.screens.triage.bulk import BulkVerbs
from deskterm.text.words import known, tr
from deskterm.widgets.chrome.views import View

#: Seconds a cursor rests before the preview follows it.
PREVIEW_DELAY = 0.3
#: Textual cannot wait for no time at all.
_LEAST_WAIT = 0.001


class Drawing(BulkVerbs):
    """Draws what is known; asks nobody but the replica."""

    waits: dict[str, Timer]

    def listing_drawn(self) -> None:
        """Tabs, marks and the pane's title follow the list."""
        shown = [View(each.label, self.listing.total(each)) for each in self.views]
        active = self.views.index(self.listing.view) + 1 if self.listing.view in self.views else 0
        self.tabs.set_views(shown, active)
        self.nav.set_views(shown, active)
        self.row.set_counts(self.listing.by_status)
        self.bar.set_unread(self.desk.replica.unread)
        if self.previews and self.list.cursor_id != self.reading.conversation_id:
            self.later("preview", PREVIEW_DELAY, self.preview)
        self.draw_footer()

    def preview(self) -> None:
        """Show the conversation under the cursor below the list or beside it, without opening it."""
        cursor = self.list.cursor_id
        if cursor is not None and not self.reading_mode:
            self.work(self._load_preview(cursor), "open", exclusive=True)

    def close_conversation(self, sentence: str = "", hint: str = "") -> None:
        """Go back to the list; where it previews, what is under its cursor is shown next."""
        super().close_conversation(sentence, hint)
        self.draw_conversation()  # nobody's facts any more
        if self.previews:
            self.later("preview", PREVIEW_DELAY, self.preview)

    async def _load_preview(self, conversation_id: str) -> None:
        await self.reading.open(conversation_id, preview=True)
        self.draw_conversation()

    def draw_conversation(self) -> None:
        """Title and facts of what is shown."""
        conversation = self.reading.conversation
        own = self.desk.replica.own_ids
        self.sidebar.show(conversation, own)
        self.facts.show(conversation, own)
        self.set_class(conversation is not None and conversation.kind is Kind.GROUP, "-room")
        if conversation is not None and conversation.kind is not Kind.SUPPORT:
            left, right = heading(
                conversation, self.desk.replica, self.app, self.styles.background, self.now()
            )
            self.thread.set_frame(left=left, right=right)
        elif conversation is not None:
            title = conversation.subject or (conversation.ticket.subject if conversation.ticket else "")
            left = [(f"#{conversation.number} ", "$muted"), (title or tr("Conversation"), "bold")]
            state = [tr(conversation.status.value)]
            if conversation.priority != "normal":
                state.append(tr(conversation.priority.value))
            if conversation.escalated:
                state.append(tr("⚑ escalated"))
            if old := as_of(self.desk.stale_since(conversation.id), self.now()):
                state.append(old)
            self.thread.set_frame(left=left, right=[(" · ".join(state), "$muted")])

    def draw_person(self) -> None:
        """Who is signed in, and who else is there."""
        role = "admin" if is_admin(self.me) else "staff"
        self.bar.set_person(self.me.organization.name, self.me.name, tr(role))
        here = Presence.ONLINE if self.desk.connection.online else Presence.OFFLINE
        agents = [
            replace(each, presence=here) if each.id == self.me.member_id and each.presence != "away" else each
            for each in self.desk.replica.roster.members.values()
            if each.role is not Role.CUSTOMER and not each.disabled
        ]
        self.nav.set_members(sorted(agents, key=lambda each: each.name))
        self.draw_places()

    def draw_places(self) -> None:
        """One's rooms and direct messages, in the pane of the views."""
        replica = self.desk.replica
        self.list.set_own(replica.own_ids)
        drafts = self.writing.drafts.conversations

        def typing(conversation_id: str) -> bool:
            return bool(replica.attention.typing(conversation_id, self.now()))

        places = [
            place_of(each, replica.own_ids, drafts, presence_of(each, replica), typing=typing(each.id))
            for each in replica.inbox(DIRECT.filter)
        ]
        self.tabs.set_direct(sum(1 for each in places if each.unread))
        self.nav.set_places(places, self.reading.conversation_id if self.reading_mode else None)

    def show_following(self, hints: list[tuple[str, str]]) -> None:
        """Which keys complete a chord, above the footer."""
        from deskterm.widgets.chrome.following import Following  # not before somebody hesitates

        self.query(Following).remove()
        self.set_class(bool(hints), "-following")
        if hints:
            self.mount(Following([(key, known(label)) for key, label in hints]))

    def draw_selection(self) -> None:
        """Some commands are for several only."""
        super().draw_selection()
        self.draw_footer()

    def draw_footer(self) -> None:
        """What can be done where the keyboard is."""
        exist = {command.id for command in self.offered()}
        wanted = [BY_ID[each] for each in self.hinted() if each in exist and self.applies(BY_ID[each])]
        keys: dict[str, list[str]] = {}
        for each in self.keymap.all(wanted):
            if each.shown_key:
                keys.setdefault(each.label, []).append(each.shown_key)
        hints = [(" ".join(typed), label) for label, typed in keys.items()]
        self.footer.set_hints(hints, ends=self.keymap.ends(typing=self.context not in READING))

    def hinted(self) -> Sequence[str]:
        """The commands that the footer is for, the most useful first."""
        return FOOTER[self.context]

    def keys_changed(self) -> None:
        """The hints name other keys now."""
        self.draw_footer()

    def later(self, name: str, seconds: float, do: Callable[[], None], *, restart: bool = True) -> None:
        """Do something after a while, once: a second call starts the wait anew, or is let go."""
        waiting = self.waits.get(name)
        if waiting is not None:
            if not restart:
                return
            waiting.stop()

        def done() -> None:
            self.waits.pop(name, None)
            do()

        self.waits[name] = self.set_timer(max(seconds, _LEAST_WAIT), done)
