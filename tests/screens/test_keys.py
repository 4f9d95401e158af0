"""Every key of the table does what it says, in a console on a small desk; a command without a case fails."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from deskterm.commands.accounts import MOST
from deskterm.commands.model import Command, Context
from deskterm.commands.table import BY_ID, COMMANDS
from deskterm.protocol.records import Member, Visibility
from deskterm.screens.account.screen import AccountScreen
from deskterm.screens.guide.help import HelpScreen
from deskterm.screens.inbox.views import ESCALATED
from deskterm.screens.keys.jump import JumpScreen
from deskterm.screens.questions import Ask, Choose
from deskterm.screens.settings.organization import OrganizationScreen
from deskterm.screens.settings.screen import SettingsScreen
from deskterm.screens.waiting.tray import Tray
from deskterm.screens.writing.canned_chooser import ChooseCanned
from deskterm.screens.writing.rewriting import Rewriting
from tests.screens.console import Driven, console
from tests.screens.world import DANA, SARAH, World, cid

Check = Callable[[Driven], None]
FIRST, SECOND, THIRD, FOURTH, LAST = cid(4821), cid(4820), cid(4817), cid(4815), cid(4811)


@dataclass(frozen=True)
class Case:
    """Keys that lead there, what holds after the command's key, and keys that finish it."""

    check: Check
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    who: Member = SARAH
    settings: dict[str, int] | None = None
    keys: tuple[tuple[str, ...], ...] = ()


def patched(**patch: object) -> Check:
    """The first conversation was changed by exactly this."""

    def check(driven: Driven) -> None:
        assert driven.world.called("patch") == [(FIRST, patch)]

    return check


def copied(text: str) -> Check:
    """That text is on the clipboard, and the reader was told how it came there."""

    def check(driven: Driven) -> None:
        assert driven.app.clipboard == text
        assert "sent to your terminal" in " ".join(driven.text().split())

    return check


def said(words: str) -> Check:
    """These words are on the screen."""

    def check(driven: Driven) -> None:
        assert words in driven.text()

    return check


def quotes(driven: Driven) -> None:
    """The reply begins with the contact's newest message, and the keyboard is below it."""
    text = driven.inbox.composer.text()
    assert text == "> any news? I have a demo at 13:00\n\n"
    assert driven.inbox.composer.field.cursor_location == (2, 0)
    assert driven.inbox.context is Context.COMPOSER


def at(conversation_id: str) -> Check:
    """The cursor stands there."""

    def check(driven: Driven) -> None:
        assert driven.inbox.list.cursor_id == conversation_id

    return check


def reads(conversation_id: str) -> Check:
    """That conversation is open, with the keyboard in its thread."""

    def check(driven: Driven) -> None:
        assert driven.inbox.reading.conversation_id == conversation_id
        assert driven.inbox.reading_mode
        assert driven.inbox.context is Context.THREAD

    return check


def view(number: int) -> Check:
    """That view is shown."""

    def check(driven: Driven) -> None:
        assert driven.inbox.listing.view is driven.inbox.views[number - 1]
        assert driven.inbox.context is Context.LIST

    return check


def writes(kind: Visibility) -> Check:
    """The keyboard is in that text of the first conversation."""

    def check(driven: Driven) -> None:
        assert driven.inbox.reading.conversation_id == FIRST
        assert driven.inbox.context is Context.COMPOSER
        assert driven.inbox.composer.visibility is kind

    return check


def selected(*ids: str) -> Check:
    """Exactly these are chosen, and the screen says how many."""

    def check(driven: Driven) -> None:
        assert [each.id for each in driven.inbox.selected] == list(ids)
        assert f"▣ {len(ids)} selected" in driven.text()

    return check


def focused(name: str) -> Check:
    """The keyboard is in that widget."""

    def check(driven: Driven) -> None:
        assert type(driven.app.focused).__name__ == name

    return check


def sent(text: str, kind: Visibility) -> Check:
    """That was sent, and is not in the composer any more."""

    def check(driven: Driven) -> None:
        assert [(call[0], call[1], call[2]["visibility"]) for call in driven.world.called("send")] == [
            (FIRST, text, kind)
        ]
        assert driven.inbox.composer.text(kind) == ""
        assert driven.world.messages[FIRST][-1].body == text

    return check


def escalated(driven: Driven) -> None:
    patch = {"escalated": True, "escalated_reason": "vip"}
    assert driven.world.called("patch") == [(FIRST, patch)]


def new_conversation(driven: Driven) -> None:
    assert driven.world.called("create") == [{"contact_id": "c-ana", "subject": "hi"}]
    assert driven.inbox.reading.conversation_id == cid(900)


def undone(driven: Driven) -> None:
    back = {"priority": "high", "if_rev": driven.world.rev - 1}
    assert driven.world.called("patch") == [(FIRST, back)]
    assert "Taken back: #4821 has urgent priority" in driven.text()


def on_a_new_line(driven: Driven) -> None:
    assert driven.inbox.composer.text() == "hi\n"


def discarded(driven: Driven) -> None:
    assert driven.inbox.composer.text() == ""
    assert len(driven.inbox.writing.drafts) == 0
    assert "F7 brings it back" in driven.text()


def unsent(driven: Driven) -> None:
    assert len(driven.world.called("delete")) == 1
    assert driven.inbox.composer.text() == "hi"


def resolved_and_next(driven: Driven) -> None:
    assert driven.world.called("patch") == [(FIRST, {"status": "resolved"})]
    reads(SECOND)(driven)


def reopened(driven: Driven) -> None:
    assert driven.world.called("patch") == [(cid(4700), {"status": "open"})]


def snoozed(driven: Driven) -> None:
    [(where, patch)] = driven.world.called("patch")
    assert (where, patch["status"], f"{patch['snoozed_until']:%a %H:%M}") == (FIRST, "snoozed", "Sat 09:00")


def narrowed(driven: Driven) -> None:
    assert driven.inbox.listing.said == "priority:urgent"
    assert [each.id for each in driven.inbox.listing.rows] == [FOURTH]
    assert "Mine · priority:urgent" in driven.text()


def sorted_by_priority(driven: Driven) -> None:
    assert [each.id for each in driven.inbox.listing.rows][:2] == [FOURTH, FIRST]


def sidebar(driven: Driven) -> None:
    assert driven.inbox.sidebar.display
    assert "Ana Souza" in driven.text().split("Customer")[-1]


def signed_out(driven: Driven) -> None:
    assert isinstance(driven.top, AccountScreen)
    assert "sarah@designpi.com at https://desk.example.com" in driven.text()


def scrolled_to(place: float) -> Check:
    """The thread stands there: 0 is its start, 1 its end."""

    def check(driven: Driven) -> None:
        stream = driven.inbox.thread.stream
        assert stream.max_scroll_y > 0
        assert stream.scroll_y == place * stream.max_scroll_y

    return check


def quit_(driven: Driven) -> None:
    assert driven.app.return_code == 0
    assert not driven.app.is_running


def shows(screen: type, words: str) -> Check:
    """That question is open and says so."""

    def check(driven: Driven) -> None:
        assert isinstance(driven.top, screen)
        assert words in driven.text()

    return check


def refreshed(driven: Driven) -> None:
    assert driven.world.live is not None
    assert driven.world.live.woken == 1


def redrawn(driven: Driven) -> None:
    assert "Ana Souza" in driven.text()


LOOKS = "looks like the SSO rollout — checking with #infra"
TRIED = "Since this morning's update I only get ERR_AUTH_42. I tried:"


def points_at(words: str) -> Check:
    """The bar stands before that message."""

    def check(driven: Driven) -> None:
        pointed = driven.inbox.thread.pointed
        assert pointed is not None
        assert pointed.body.splitlines()[0] == words
        assert f"▌{words}" in driven.text()

    return check


def searches(driven: Driven) -> None:
    assert driven.inbox.context is Context.SEARCH
    assert "1 of 2" in driven.text()


def fills_the_screen(driven: Driven) -> None:
    assert not driven.inbox.list.display
    assert driven.inbox.thread.size.width == 98  # and a blank at each side
    assert "┃" not in driven.text()


#: The board by assignee, with the cursor on the first conversation, in Sarah's lane.
TO_BOARD = ("g", "t", "b")


def shifted(driven: Driven) -> None:
    assert driven.world.called("patch") == [(cid(4790), {"assignee_id": "m-sarah"})]


CASES: dict[str, Case] = {
    "ticket.open": Case(reads(FIRST)),
    "ticket.reply": Case(writes(Visibility.PUBLIC)),
    "ticket.note": Case(writes(Visibility.INTERNAL)),
    "ticket.assign": Case(patched(assignee_id="m-mike"), after=("m", "i", "k", "enter"), who=DANA),
    "ticket.take": Case(patched(assignee_id=None), after=("enter",)),
    "ticket.status": Case(patched(status="pending"), after=("p", "e", "n", "enter")),
    "ticket.priority": Case(patched(priority="urgent"), after=("enter",)),
    "ticket.tags": Case(
        patched(add_tags=["vip"], remove_tags=["login"]),
        after=("home", "delete", "delete", "delete", "delete", "delete", "v", "i", "p", "enter"),
    ),
    "ticket.resolve": Case(resolved_and_next, before=("enter",)),
    "ticket.reopen": Case(reopened, before=("3",)),
    "ticket.snooze": Case(snoozed, after=("down", "enter")),
    "ticket.escalate": Case(escalated, after=("v", "i", "p", "enter")),
    "ticket.mark_read": Case(patched(unread=False)),
    "ticket.mark_unread": Case(patched(unread=True), before=("m", "r")),
    "ticket.merge": Case(said("Nothing else of Ana Souza")),  # with others: test_taking_back
    "ticket.new": Case(new_conversation, after=("a", "n", "a", "enter", "h", "i", "enter", "enter")),
    "undo": Case(undone, before=("p", "enter")),
    "select.one": Case(selected(FIRST)),
    "select.range": Case(selected(FIRST, SECOND, THIRD), after=("j", "j")),
    "select.all": Case(selected(FIRST, SECOND, THIRD, FOURTH, cid(4802), LAST)),
    "ticket.most_urgent": Case(reads(FOURTH), before=("enter",)),
    "goto.triage": Case(said("Load"), who=DANA),
    "triage.group": Case(said("triage · by assignee"), before=("g", "t"), who=DANA),
    "triage.left": Case(at(cid(4790)), before=TO_BOARD, who=DANA),
    "triage.right": Case(at(FIRST), before=(*TO_BOARD, "h"), who=DANA),
    "triage.back": Case(patched(assignee_id="m-mike"), before=TO_BOARD, who=DANA),
    "triage.on": Case(shifted, before=(*TO_BOARD, "h"), who=DANA),
    "triage.balance": Case(said("Sarah Johnson gets 3"), before=("*",), who=DANA),
    "ticket.quote": Case(quotes, before=("enter",)),
    "copy.message": Case(copied("any news? I have a demo at 13:00"), before=("enter",)),
    "copy.ticket": Case(copied("#4821")),
    "copy.link": Case(said("There is no link to copy here.")),
    "copy.email": Case(copied("ana@example.com")),
    "file.save": Case(said("There is no file here."), before=("enter",)),
    "file.open": Case(said("There is no file here."), before=("enter",)),
    "file.show": Case(said("There is no picture here."), before=("enter",)),
    "compose.attach": Case(shows(Ask, "A file that the customer gets"), before=("r",)),
    "link.open": Case(said("There is no link in #4821.")),
    "compose.editor": Case(said("editor"), before=("r",)),
    "thread.source": Case(said("Messages are shown as they were written."), before=("enter",)),
    "compose.snippet": Case(shows(ChooseCanned, "No canned replies yet."), before=("r",)),
    "canned.manage": Case(shows(ChooseCanned, "No canned replies yet.")),
    "compose.send": Case(sent("Hi", Visibility.PUBLIC), before=("r", "H", "i")),
    "compose.newline": Case(on_a_new_line, before=("r", "h", "i")),
    "compose.reread": Case(focused("ThreadStream"), before=("r",)),
    "compose.discard": Case(discarded, before=("r", "h", "i")),
    "compose.kind": Case(writes(Visibility.INTERNAL), before=("r",)),
    "compose.unsend": Case(unsent, before=("r", "h", "i", "ctrl+s"), settings={"send_hold_seconds": 5}),
    "message.edit": Case(shows(Rewriting, "Change your note"), before=("n", "h", "i", "ctrl+s", "escape")),
    "message.delete": Case(said("u brings it back"), before=("n", "h", "i", "ctrl+s", "escape")),
    "message.previous": Case(points_at("any news? I have a demo at 13:00"), before=("enter",)),
    "message.next": Case(points_at("any news? I have a demo at 13:00"), before=("enter", "{", "{")),
    "message.menu": Case(shows(Choose, "Quote it in a reply"), before=("enter",)),
    "thread.search": Case(searches, before=("enter",), after=("t", "h", "e")),
    "thread.full": Case(fills_the_screen, before=("enter",)),
    "search.older": Case(points_at(TRIED), before=("enter", "/", "t", "h", "e")),
    "search.newer": Case(points_at(LOOKS), before=("enter", "/", "t", "h", "e", "enter")),
    "list.down": Case(at(SECOND)),
    "list.up": Case(at(FIRST), before=("j",)),
    "list.half_down": Case(at(LAST)),
    "list.half_up": Case(at(FIRST), before=("G",)),
    "list.page_down": Case(at(LAST)),
    "list.page_up": Case(at(FIRST), before=("G",)),
    "goto.top": Case(at(FIRST), before=("G",)),
    "goto.bottom": Case(at(LAST)),
    "ticket.next": Case(reads(SECOND), before=("enter",)),
    "ticket.previous": Case(reads(FIRST), before=("j", "enter")),
    "list.unread_next": Case(at(SECOND)),
    "list.unread_previous": Case(at(FOURTH)),
    "focus.next": Case(focused("ComposerText"), before=("enter",)),
    "focus.previous": Case(focused("ConversationList"), before=("enter",)),
    "back": Case(focused("ConversationList"), before=("enter",)),
    "view.1": Case(view(1), before=("2",)),
    "view.2": Case(view(2)),
    "view.3": Case(view(3)),
    "view.4": Case(view(4), who=DANA),
    "view.5": Case(view(5), who=DANA),
    "list.filter": Case(narrowed, after=("u", "r", "g", "e", "tab", "enter")),
    "list.sort": Case(sorted_by_priority, after=("u", "r", "g", "enter")),
    "goto.inbox": Case(view(1), before=("3",)),
    "goto.unassigned": Case(lambda driven: view(2)(driven), who=DANA),
    "goto.escalations": Case(lambda driven: shows_nothing(driven), after=()),
    "goto.outbox": Case(shows(Tray, "Nothing waits: all is sent.")),
    "view.sidebar": Case(sidebar, before=("enter",)),
    "app.refresh": Case(refreshed),
    "goto.settings": Case(shows(SettingsScreen, "The colours of everything.")),
    "app.organization": Case(shows(OrganizationScreen, "Replies wait"), who=DANA),
    "app.account": Case(signed_out),
    "account.other": Case(said("There is no other account")),
    **{f"account.{number}": Case(said(f"There is no account {number}")) for number in range(1, MOST + 1)},
    "app.redraw": Case(redrawn),
    "app.quit": Case(quit_),
    "app.palette": Case(shows(Choose, "Conversation: Reply")),
    "app.help": Case(shows(HelpScreen, "Internal note")),
    "app.jump": Case(shows(JumpScreen, "Ana Souza")),
    "app.keys": Case(shows(Choose, "All keys")),
    "app.reload_keys": Case(said("No keys of your own in keys.toml.")),
    "app.tour": Case(said("First steps")),
}


def shows_nothing(driven: Driven) -> None:
    assert driven.inbox.listing.view is ESCALATED
    assert "Nothing is escalated." in driven.text()


#: tests/screens/test_direct.py, test_notifications.py, test_saved_views.py, test_people.py.
#: Rooms, direct messages, personas and notifications: tests/screens/test_direct.py, test_notifications.py;
#: the chat on websites, keys, webhooks and blocks: test_website.py.
ELSEWHERE = {
    "goto.website",
    "goto.keys",
    "goto.webhooks",
    "goto.blocks",
    "ticket.block",
    "compose.persona",
    "goto.direct",
    "goto.all_direct",
    "goto.people",
    "goto.tickets",
    "goto.contacts",
    "goto.audit",
    "saved.open",
    "saved.save",
    "saved.rename",
    "saved.share",
    "saved.delete",
    "ticket.notify",
    "notify.sent",
    "room.new",
    "room.rename",
    "room.mute",
    "people.write",
    "app.guide",
    "app.filters",
}


def test_every_command_has_a_case() -> None:
    assert set(CASES) | ELSEWHERE == set(BY_ID)


def ways(command: Command) -> list[tuple[str, ...]]:
    """Every way to type a command."""
    return [*((key,) for key in command.keys), *command.chords]


@pytest.mark.parametrize(
    ("name", "typed"),
    [(each.id, typed) for each in COMMANDS if each.id not in ELSEWHERE for typed in ways(each)],
    ids=lambda value: value if isinstance(value, str) else ">".join(value),
)
async def test_a_key_does_what_it_says(
    name: str, typed: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    async with console(monkeypatch, World(case.who, case.settings)) as driven:
        for key in case.before:
            await driven.press(key)
        driven.world.calls.clear()
        await driven.press(*typed)
        for key in case.after:
            await driven.press(key)
        case.check(driven)


@pytest.mark.parametrize(
    "name", [each.id for each in COMMANDS if not each.typed and each.id not in ELSEWHERE]
)
async def test_a_command_without_a_key_is_run_from_the_palette(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with console(monkeypatch, World(CASES[name].who)) as driven:
        for key in CASES[name].before:
            await driven.press(key)
        title = BY_ID[name].title.rstrip("…")
        await driven.press(":", *("space" if letter == " " else letter for letter in title), "enter")
        CASES[name].check(driven)
