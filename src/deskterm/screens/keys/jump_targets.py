"""What one can jump to in the inbox: panes, views, rows, messages, and the links in them."""

from collections.abc import Callable, Iterator
from functools import partial

from textual.widget import Widget

from deskterm.commands.model import Context
from deskterm.protocol.records import MessageKind
from deskterm.screens.conversation.copying import Copying
from deskterm.screens.keys.jump import Target, place_targets
from deskterm.text.links import links
from deskterm.text.width import cells
from deskterm.widgets.thread.message import MessageView

#: So much of an address tells where it begins in a line.
_BEGINNING = 12


def targets(screen: "Copying") -> list[Target]:
    """Everything to go to in the inbox, from the upper left to the lower right of each kind."""
    return [
        *_panes(screen),
        *_views(screen),
        *_places(screen),
        *_rows(screen),
        *_cards(screen),
        *_messages(screen),
        *(place_targets(screen.people, screen.go_to) if screen.people in screen.panes() else ()),
    ]


def _panes(screen: "Copying") -> Iterator[Target]:
    for focus, pane in (
        (screen.list, screen.list),
        (screen.board, screen.board),
        (screen.thread.stream, screen.thread),
        (screen.composer.field, screen.composer),
    ):
        if focus in screen.panes() and pane.region:
            yield Target(pane.region.x, pane.region.y, partial(screen.go_to, focus))


def _views(screen: "Copying") -> Iterator[Target]:
    """Views are called by their numbers, which are in sight already."""
    for views in (screen.tabs, screen.nav):
        region = views.content_region
        if views.display and region:
            for number, x, y in views.spots():
                show: Callable[[], None] = partial(screen.action_view, number)
                yield Target(region.x + x, region.y + y, show, str(number))


def _places(screen: "Copying") -> Iterator[Target]:
    """Rooms and direct messages beside the list."""
    region = screen.nav.content_region
    if screen.nav.display and region:
        for place_id, y in screen.nav.place_spots():
            yield Target(region.x, region.y + y, partial(screen.open_id, place_id))


def _cards(screen: "Copying") -> Iterator[Target]:
    region = screen.board.content_region
    if screen.board.display and region:
        for lane, conversation_id, x, y in screen.board.cards_in_view():
            yield Target(region.x + x, region.y + y, partial(_to_card, screen, lane, conversation_id))


def _to_card(screen: "Copying", lane: str, conversation_id: str) -> None:
    screen.go_to(screen.board)
    screen.board.enter(lane, conversation_id)
    screen.list.move_to(conversation_id)


def _rows(screen: "Copying") -> Iterator[Target]:
    region = screen.list.content_region
    if screen.list.display and region:
        for conversation_id, y in screen.list.rows_in_view():
            yield Target(region.x, region.y + y, partial(_to_row, screen, conversation_id))


def _to_row(screen: "Copying", conversation_id: str) -> None:
    """Put the cursor there; whoever reads goes on reading there."""
    reads = screen.context is Context.THREAD
    screen.list.move_to(conversation_id)
    if reads:
        screen.open_id(conversation_id)
    else:
        screen.go_to(screen.list)


def _messages(screen: "Copying") -> Iterator[Target]:
    if not screen.reading_mode:
        return
    pane = screen.thread.stream.region
    for view in screen.thread.stream.query(MessageView):
        region = view.content_region
        message = view.entry.message
        if message.kind is not MessageKind.ACTIVITY and pane.contains(region.x, region.y):
            yield Target(max(region.x - 1, 0), region.y, partial(_to_message, screen, message.id))
        if not message.deleted:
            for x, y, address in _addresses(view, message.body):
                if pane.contains(region.x + x, region.y + y):
                    yield Target(region.x + x, region.y + y, partial(screen.take_link, address))


def _to_message(screen: "Copying", message_id: str) -> None:
    screen.go_to(screen.thread.stream)
    screen.thread.point_at(message_id)


def _addresses(view: Widget, body: str) -> Iterator[tuple[int, int, str]]:
    """Where each address of a text begins in the lines of a widget: column, line, address."""
    waiting = links(body)
    if not waiting:
        return
    lines = [view.render_line(y).text for y in range(view.content_region.height)]
    for y, text in enumerate(lines):
        for address in list(waiting):
            place = text.find(address[:_BEGINNING])
            if place >= 0:
                waiting.remove(address)
                yield cells(text[:place]), y, address
