"""The scrolling part of a thread: one widget per message or line, kept, moved and replaced by key."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from deskterm.text.words import tr
from deskterm.widgets.chrome.scroller import Scroller
from deskterm.widgets.chrome.stand_in import StandIn
from deskterm.widgets.conversations.states import Sentence
from deskterm.widgets.paint import fitted, line
from deskterm.widgets.thread.message import MessageView
from deskterm.widgets.thread.plan import Day, Entry, Item, Unread
from deskterm.widgets.thread.pointed_message import PointedMessage


class Divider(Widget):
    """A line between messages: a new day, or where the unread ones begin."""

    def __init__(self, item: Day | Unread, cells: int) -> None:
        super().__init__(markup=False)
        self._item = item
        self._cells = cells

    def update(self, item: Day | Unread) -> None:
        """Shows another label."""
        self._item = item
        self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """One line."""
        return 1

    def render(self) -> Content:
        """The line."""
        width = min(self.size.width, self._cells)
        if isinstance(self._item, Day):
            label = line(("── ", "$frame"), (self._item.label, "$muted"), (" ──", "$frame"))
            return label.pad_left(max((width - label.cell_length) // 2, 0))
        new = tr("{count} new", count=self._item.count) if self._item.count else tr("new")
        words = f" {new} "
        side = max((width - len(words)) // 2, 0)
        rest = max(width - side - len(words), 0)
        return fitted(
            [("─" * side, "$unread"), (words, "$unread bold"), ("─" * rest, "$unread")], self.size.width
        )


class Filler(Widget):
    """Blank lines at the end of a thread that is shorter than its pane, so that it starts at the top."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """What the messages leave of the pane."""
        rest = container.height
        for sibling in reversed(self.parent.children if self.parent else ()):
            if isinstance(sibling, Widget) and sibling is not self:
                rest -= sibling.styles.margin.top + sibling.get_content_height(container, viewport, width)
            if rest <= 0:
                return 0
        return rest

    def render(self) -> Content:
        """Nothing."""
        return Content()


class ThreadStream(Scroller):
    """Messages from top to bottom. `follows` tells whether the end stays in view when messages come."""

    @dataclass
    class Scrolled(Message):
        """The view has moved, or what is in it has changed."""

        near_start: bool
        near_end: bool
        at_end: bool

    def __init__(self, cells: int) -> None:
        super().__init__()
        self.can_focus = True
        self.follows = True
        """Whether the end is in view and shall stay there."""
        self._cells = cells
        self._shown: dict[str, tuple[Item, MessageView | Divider]] = {}
        self._stand_in: StandIn | None = None
        self._filler = Filler()
        self._said: tuple[str, str] | str | None = None
        self._pointed: str | None = None

    def compose(self) -> ComposeResult:
        """Messages come before the filler."""
        yield self._filler

    def say(self, said: tuple[str, str] | str | None) -> None:
        """What to show while there are no messages: a sentence and its hint, `"loading"`, or nothing."""
        self._said = said

    def follow(self) -> None:
        """Goes to the end and stays there."""
        self.follows = True
        self.anchor()
        self.scroll_end(animate=False)

    def point_at(self, message_id: str | None) -> None:
        """Marks that message alone; None marks none."""
        for each in (self._pointed, message_id):
            view = self._view(each)
            if view is not None:
                view.set_pointed(each == message_id)
        self._pointed = message_id

    def reveal(self, message_id: str) -> None:
        """Brings a message into view, with what it is an answer to above it where there is room."""
        view = self._view(message_id)
        if view is None:
            return
        top, height = view.virtual_region.y, view.virtual_region.height
        if top < self.scroll_y or top + height > self.scroll_y + self.size.height:
            above = max((self.size.height - height) // 3, 0)
            self.release_anchor()
            self.scroll_to(y=max(top - above, 0), animate=False, immediate=True)

    def last_in_view(self) -> str | None:
        """The lowest message that is in view."""
        bottom = self.scroll_y + self.size.height
        seen = [key for key, (_, view) in self._shown.items() if view.virtual_region.y < bottom]
        return next((key for key in reversed(seen) if self._view(key) is not None), None)

    def _view(self, key: str | None) -> PointedMessage | None:
        view = self._shown[key][1] if key in self._shown else None
        return view if isinstance(view, PointedMessage) else None

    async def draw(self, items: Sequence[tuple[str, Item]], to_end: bool, reveal: str | None = None) -> None:
        """Shows `items`, each known by its key: mounts the new, updates the changed, removes the gone.

        Then goes to the end, or to the message `reveal`, or stays where it was.
        """
        wanted = dict(items)
        if reveal is not None:
            self.follows = to_end = False
            self.release_anchor()
        follows = self.follows or to_end
        held = None if follows or reveal else self._first_in_view(wanted)
        with self.app.batch_update():
            await self._remove_gone(wanted)
            self._update_changed(wanted)
            await self._mount_new(items)
            await self._show_stand_in(not items)
        self.point_at(self._pointed)
        if reveal is not None:
            self.call_after_refresh(self.reveal, reveal)
        elif follows:
            self.follow()
        elif held is not None:
            widget, line_in_view = held
            self.call_after_refresh(self._hold, widget, line_in_view)
        self.call_after_refresh(self._report)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Follows the end while it is in view, and says where the view is."""
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.follows = new_value >= self.max_scroll_y
            self._report()

    def on_resize(self, _: events.Resize) -> None:
        """Keeps the end in view in another size."""
        if self.follows:
            self.follow()

    async def action_bottom(self) -> None:
        """The newest message of all: for the thread to find."""
        if isinstance(self.parent, Widget):
            await self.parent.run_action("end")

    def _first_in_view(self, wanted: dict[str, Item]) -> tuple[Widget, float] | None:
        """The first message in view that stays, and the line of the view it is in."""
        for key, (item, widget) in self._shown.items():
            if isinstance(item, Entry) and key in wanted and widget.virtual_region.bottom > self.scroll_y:
                return widget, widget.virtual_region.y - self.scroll_y
        return None

    def _hold(self, widget: Widget, line_in_view: float) -> None:
        if widget.is_attached:
            self.scroll_to(y=widget.virtual_region.y - line_in_view, animate=False, immediate=True)

    async def _remove_gone(self, wanted: dict[str, Item]) -> None:
        gone = [key for key in self._shown if key not in wanted]
        if gone:
            await self.remove_children([self._shown.pop(key)[1] for key in gone])

    def _update_changed(self, wanted: dict[str, Item]) -> None:
        for key, (item, widget) in self._shown.items():
            if wanted[key] != item:
                self._shown[key] = (wanted[key], widget)
                widget.update(wanted[key])  # type: ignore[arg-type]

    async def _mount_new(self, items: Sequence[tuple[str, Item]]) -> None:
        """Mounts each run of new widgets before the kept one that follows it."""
        shown, run = {}, []
        for key, item in items:
            known = self._shown.get(key)
            if known is None:
                known = (item, _widget(item, self._cells))
                run.append(known[1])
            elif run:
                await self.mount_all(run, before=known[1])
                run = []
            shown[key] = known
        self._shown = shown
        if run:
            await self.mount_all(run, before=self._filler)

    async def _show_stand_in(self, empty: bool) -> None:
        if self._stand_in is not None:
            await self._stand_in.remove()
            self._stand_in = None
        if empty and self._said is not None:
            said = None if isinstance(self._said, str) else Sentence(*self._said)
            self._stand_in = StandIn(said)
            await self.mount(self._stand_in, before=self._filler)

    def _report(self) -> None:
        page = self.size.height
        self.post_message(
            self.Scrolled(
                near_start=self.scroll_y <= page,
                near_end=self.max_scroll_y - self.scroll_y <= page,
                at_end=self.scroll_y >= self.max_scroll_y,
            )
        )


def _widget(item: Item, cells: int) -> MessageView | Divider:
    return PointedMessage(item, cells) if isinstance(item, Entry) else Divider(item, cells)
