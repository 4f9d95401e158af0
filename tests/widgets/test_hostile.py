"""An attacker's text, in every field of every widget, reaches no strip as it is; brackets break nothing."""

import unicodedata
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest
from textual.widget import Widget

from deskterm.protocol.notifications import Notification
from deskterm.protocol.records import (
    Assignee,
    Attachment,
    Author,
    Contact,
    Conversation,
    Kind,
    Member,
    Message,
    MessageKind,
    Named,
    Participant,
    Persona,
    Presence,
    Role,
    TicketSummary,
    Visibility,
)
from deskterm.widgets.asking.form import Field, Form
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.chrome.context_row import ContextRow
from deskterm.widgets.chrome.footer import FittingFooter
from deskterm.widgets.chrome.notice import Notice
from deskterm.widgets.chrome.places import Heading, Place, PlaceList
from deskterm.widgets.chrome.support_title import SupportTitle
from deskterm.widgets.chrome.title_bar import TitleBar
from deskterm.widgets.chrome.views import NavPane, View, ViewTabs
from deskterm.widgets.composer.pane import Composer
from deskterm.widgets.conversations.facts import FactsLine, TicketSidebar
from deskterm.widgets.conversations.list import ConversationList
from deskterm.widgets.notify.panel import NotifyPanel
from deskterm.widgets.notify.sheet import NotificationSheet
from deskterm.widgets.people.persona_panel import PersonaPanel
from deskterm.widgets.thread.pane import Thread
from deskterm.widgets.thread.plan import Delivery, Reading
from tests.widgets.desk import opened, talk
from tests.widgets.sample import HOSTILE, NOW, Host, conversation, text_of

ODD = "\n\t" + HOSTILE + "\r\n\u200b\u2028\x85\ud800"
MARK = "\u241b]52;c;"


def spoiled(record: Any) -> Any:
    """A record with hostile text in every field that holds any text but an id, a colour or a choice."""
    if isinstance(record, str) and not isinstance(record, Enum):
        return ODD
    if isinstance(record, tuple):
        return tuple(spoiled(each) for each in record)
    if not is_dataclass(record) or isinstance(record, type):
        return record
    kept = {"id", "conversation_id"}
    values = {each.name: getattr(record, each.name) for each in fields(record) if each.name not in kept}
    return replace(record, **{name: spoiled(value) for name, value in values.items()})


CONVERSATION: Conversation = spoiled(
    replace(
        opened(),
        ticket=TicketSummary("t", "Ticket", opened().status, opened().priority),
        preview="preview",
        escalated=True,
        escalated_reason="reason",
        page_url="https://page.example",
        referrer="https://referrer.example",
        participants=(Participant(talk()[0].author.kind, "p", "name"),),
        persona=Persona("p", "Persona"),
        unread=1,
    )
)
CONVERSATION = replace(CONVERSATION, metadata={ODD: ODD})
MESSAGES: list[Message] = [
    spoiled(replace(each, operator=Named("o", "operator"), attachments=(Attachment("a", "file", "type", 1),)))
    for each in talk()
]
MEMBER: Member = spoiled(Member("m", "name", Role.STAFF, Presence.AWAY))


def conversation_list() -> ConversationList:
    made = ConversationList(lambda: NOW, show_assignee=True, classes="pane")
    made.set_heading(ODD)
    without_contact = replace(CONVERSATION, id="other", contact=None)
    nameless = replace(
        CONVERSATION, id="third", contact=replace(CONVERSATION.contact or _contact(), name=None)
    )
    made.set_rows([CONVERSATION, without_contact, nameless])
    return made


def _contact() -> Contact:
    made = conversation(1).contact
    assert made is not None
    return made


def empty_list() -> ConversationList:
    made = ConversationList(lambda: NOW)
    made.show_error(ODD)
    return made


def filtered_list() -> ConversationList:
    made = ConversationList(lambda: NOW)
    made.set_empty(ODD, ODD, ODD)
    made.set_rows([])
    return made


def thread() -> Thread:
    made = Thread(lambda: NOW, classes="pane")
    made.set_frame(left=[ODD], right=[ODD], foot=[ODD])
    deliveries = {each.id: (Delivery.FAILED, ODD) for each in MESSAGES}
    made.show(MESSAGES, Reading(own_ids=frozenset({ODD}), deliveries=deliveries))
    made.set_typing([ODD], [ODD, ODD])
    return made


def styled_notification() -> Thread:
    made = Thread(lambda: NOW)
    style = {"background_color": ODD, "text_color": "red] [", "border_color": 7, "template": ODD}
    made.show([replace(MESSAGES[0], kind=MessageKind.NOTIFICATION, style=style)], Reading())
    return made


def sentence() -> Thread:
    made = Thread(lambda: NOW)
    made.show_sentence(ODD, ODD, failed=True)
    return made


def composer() -> Composer:
    made = Composer(classes="pane")
    made.set_audience(ODD, ODD)
    made.set_text(ODD)
    made.set_saved(ODD)
    return made


def note() -> Composer:
    made = Composer(classes="pane")
    made.set_text(ODD, Visibility.INTERNAL)
    made.switch(Visibility.INTERNAL)
    return made


def disabled_composer() -> Composer:
    made = Composer()
    made.disable(ODD)
    return made


def sidebar() -> TicketSidebar:
    made = TicketSidebar(lambda: NOW, classes="pane")
    made.show(CONVERSATION)
    return made


def facts() -> FactsLine:
    made = FactsLine(lambda: NOW)
    made.show(replace(CONVERSATION, contact=None, assignee=Assignee("a", ODD), participants=()))
    return made


def title() -> TitleBar:
    made = TitleBar(product=ODD)
    made.set_person(ODD, ODD, ODD)
    return made


def context() -> ContextRow:
    made = ContextRow()
    made.set_filter(ODD, ODD, ODD)
    return made


def banner() -> ContextRow:
    made = ContextRow()
    made.show_offline(ODD, 1)
    return made


def tabs() -> ViewTabs:
    made = ViewTabs()
    made.set_views([View(ODD, 1)], 1)
    return made


def nav() -> NavPane:
    made = NavPane(classes="pane")
    made.set_views([View(ODD, 1)], 1)
    made.set_members([MEMBER])
    return made


def places() -> PlaceList:
    made = PlaceList(ODD, classes="pane")
    place = Place("p", ODD, ODD, ODD, ODD, 1, ODD)
    made.set_rows([Heading(ODD), place, replace(place, id="q")], "q")
    return made


def nav_with_places() -> NavPane:
    made = nav()
    made.set_places([Place("p", ODD, ODD, ODD, ODD, 1, ODD)], "p")
    return made


def support_title() -> SupportTitle:
    made = SupportTitle()
    made.set_support(ODD, ODD, ODD, ODD)
    made.set_presence(True, ODD)
    return made


def directs() -> ConversationList:
    made = ConversationList(lambda: NOW, classes="pane")
    kinds = (Kind.DIRECT, Kind.GROUP)
    rows = [replace(CONVERSATION, id=kind, kind=kind) for kind in kinds]
    made.set_rows([*rows, replace(rows[0], id="between", persona=None)])
    return made


def room_sidebar() -> TicketSidebar:
    made = TicketSidebar(lambda: NOW, classes="pane")
    made.show(replace(CONVERSATION, kind=Kind.DIRECT))
    return made


def persona_panel() -> PersonaPanel:
    made = PersonaPanel(spoiled(Persona("p", "Persona", "title", "PP", "#112233")))
    made.set_operators([ODD])
    made.show_error(ODD)
    return made


def notify_panel() -> NotifyPanel:
    made = NotifyPanel(lambda: NOW)
    made.set_recipients(ODD)
    made.say(ODD)
    return made


def notification_sheet() -> NotificationSheet:
    sender = Named("n", ODD)
    sent = Notification("n", ODD, sender, 1, 1, 1, NOW, 1, {"template": ODD})
    return NotificationSheet(sent, lambda: NOW)


def footer() -> FittingFooter:
    made = FittingFooter()
    made.set_hints([(ODD, ODD)])
    return made


def picker() -> Picker:
    return Picker(ODD, [Choice("c", ODD, ODD, (ODD, ""))], placeholder=ODD, classes="pane")


def form() -> Form:
    made = Form(ODD, [Field("f", ODD, ODD, ODD), Field("g", ODD, "", ODD)], button=ODD, classes="pane")
    made.show_error(ODD)
    made.show_note(ODD)
    return made


def notice() -> Notice:
    return Notice(ODD, [(ODD, ODD)], mark=ODD)


WIDGETS: list[Callable[[], Widget]] = [
    places,
    nav_with_places,
    support_title,
    directs,
    room_sidebar,
    persona_panel,
    notify_panel,
    notification_sheet,
    conversation_list,
    empty_list,
    filtered_list,
    thread,
    styled_notification,
    sentence,
    composer,
    note,
    disabled_composer,
    sidebar,
    facts,
    title,
    context,
    banner,
    tabs,
    nav,
    footer,
    picker,
    form,
    notice,
]


@pytest.mark.parametrize("width", [240, 46])
@pytest.mark.parametrize("make", WIDGETS, ids=lambda each: each.__name__)
async def test_nothing_hostile_is_drawn(make: Callable[[], Widget], width: int) -> None:
    app = Host(build=lambda: [make()])
    async with app.run_test(size=(width, 90)) as pilot:
        await pilot.pause()
        widget = app.screen.children[0]
        if isinstance(widget, Composer) and make is not disabled_composer:
            widget.show_trouble(ODD)
        await pilot.pause()
        assert isinstance(widget, Widget)
        drawn = text_of(widget)
    bad = {each for each in drawn if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")} - {"\n"}
    assert not bad
    if width == 240 and make is not styled_notification:
        assert MARK in drawn


def test_the_sample_is_what_it_claims_to_be() -> None:
    assert isinstance(CONVERSATION.contact, Contact)
    assert isinstance(CONVERSATION.assignee, Assignee)
    assert isinstance(MESSAGES[0].author, Author)
    assert CONVERSATION.contact.email == CONVERSATION.tags[0] == MESSAGES[0].body == ODD
