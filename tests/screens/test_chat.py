"""The customers' screen: what they see, what they can do, and that nothing they wrote is ever lost."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from textual.pilot import Pilot

from deskterm.app import DesktermApp
from deskterm.client.answers import Update
from deskterm.client.errors import ApiError, Offline
from deskterm.protocol.records import Status
from deskterm.screens.chat.screen import ChatScreen
from deskterm.settings import Settings
from tests.screens.console import screen_text
from tests.screens.customer import JOHN, NUMBER, OWN, CustomerWorld, opener
from tests.screens.world import NOW, ago


@dataclass
class Chat:
    """A running customers' screen."""

    pilot: Pilot[int]
    world: CustomerWorld

    @property
    def text(self) -> str:
        """What stands on the screen."""
        return screen_text(self.pilot.app)

    @property
    def screen(self) -> ChatScreen:
        """The screen."""
        screen = self.pilot.app.screen
        assert isinstance(screen, ChatScreen)
        return screen

    async def press(self, *keys: str) -> None:
        """Type, and let everything that follows happen."""
        await self.pilot.press(*keys)
        await self.rest()

    async def rest(self) -> None:
        """Let everything that was begun come to its end."""
        for _ in range(3):
            await self.pilot.app.workers.wait_for_complete(
                [each for each in self.pilot.app.workers if each.group not in ("save",)]
            )
            await self.pilot.pause()


Open = Callable[..., AbstractAsyncContextManager[Chat]]


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Open:
    """Opens the screen over a world."""

    @asynccontextmanager
    async def start(
        world: CustomerWorld | None = None,
        size: tuple[int, int] = (80, 24),
        *,
        rested: bool = True,
        keys: str = "",
    ) -> AsyncIterator[Chat]:
        world = world or CustomerWorld()
        (tmp_path / "keys.toml").write_text(keys)
        settings = Settings(
            motion="none", read_delay=0.01, home=tmp_path / "home", file=tmp_path / "settings.toml"
        )
        app = DesktermApp(opener(world, monkeypatch), settings, clock=lambda: NOW)
        async with app.run_test(size=size) as pilot:
            running = Chat(pilot, world)
            if rested:
                await running.rest()
            yield running

    return start


async def test_a_customer_reads_their_thread(chat: Open) -> None:
    async with chat() as john:
        for words in ("DesignPi", "we usually reply in about 7 min", "● connected", "To Support", "1 new"):
            assert words in john.text
        assert "It is out. Could you log in again, please?" in john.text
        assert "You" in john.text
        assert "John Doe" not in john.text
        for hint in ("⏎ send", "^J new line", "^N new request", "F3 my requests", "F1 help", "^Q quit"):
            assert hint in john.text


async def test_enter_sends_and_ctrl_j_starts_a_line(chat: Open) -> None:
    async with chat() as john:
        await john.press(*"one", "ctrl+j", *"two", "enter")
        assert john.world.called("send") == [(OWN, "one\ntwo")]
        assert john.screen.composer.text() == ""
        assert "✓ 12:07" in john.text


async def test_keys_that_edit_are_not_overtaken_by_letters_typed_right_behind_them(chat: Open) -> None:
    async with chat() as running:
        for key in ("a", "b", "c", "backspace", "d", "left", "X", "home", "1", "ctrl+j", "2", "end", "3"):
            running.pilot.app.simulate_key(key)
        await running.rest()
        assert running.screen.composer.text() == "1\n2abXd3"


async def test_what_is_typed_right_behind_enter_belongs_to_the_next_message(chat: Open) -> None:
    async with chat() as running:
        for key in ("o", "n", "e", "enter", "t", "w", "o"):
            running.pilot.app.simulate_key(key)
        await running.rest()
        assert running.world.called("send") == [(OWN, "one")]
        assert running.screen.composer.text() == "two"


async def test_what_was_seen_says_so(chat: Open) -> None:
    async with chat() as john:
        assert "✓✓ 11:52" in john.text


async def test_an_answer_arrives_while_typing(chat: Open) -> None:
    async with chat() as john:
        await john.press(*"half a w")
        john.world.support_types()
        await john.pilot.pause()
        assert "Support is typing" in john.text
        john.world.answers("Here is your answer.")
        await john.rest()
        assert "Here is your answer." in john.text
        assert "is typing" not in john.text
        assert john.screen.composer.text() == "half a w"


async def test_typing_that_ended_is_taken_away(chat: Open) -> None:
    async with chat() as john:
        john.world.support_types(ago=7)
        await john.rest()
        assert "is typing" not in john.text


async def test_what_is_in_view_counts_as_read(chat: Open) -> None:
    async with chat() as john:
        while not john.world.called("read"):
            await john.pilot.pause(0.01)
        assert john.world.called("read") == [OWN]


async def test_a_window_without_the_keyboard_reads_nothing(chat: Open) -> None:
    async with chat() as john:
        while not john.world.called("read"):
            await john.pilot.pause(0.01)
        john.pilot.app.app_focus = False
        john.world.answers("Are you there?")
        await john.pilot.pause(0.05)
        assert john.world.called("read") == [OWN]


async def test_offline_is_calm_and_what_failed_goes_out_later(chat: Open) -> None:
    async with chat() as john:
        john.world.offline()
        await john.press(*"hello?", "enter")
        assert "○ offline since 12:07 — retrying · 1 message waiting" in john.text
        assert "Not sent yet: it goes out once you are connected again." in john.text
        await john.press(*"more")
        assert john.screen.composer.text() == "more"
        john.world.back(3)
        await john.rest()
        assert [body for _, body in john.world.called("send")] == ["hello?", "hello?"]
        assert "Not sent yet" not in john.text
        assert "back · 3 updates" in john.text


async def test_a_refused_text_stays_with_its_reason(chat: Open) -> None:
    async with chat() as john:
        john.world.refuse("send", ApiError("invalid", 422, "This cannot be sent."))
        await john.press(*"again and again", "enter")
        assert "again and again" in john.text
        assert "✗ This cannot be sent. F5 sends it again." in john.text
        john.world.failures.clear()
        await john.press("f5")
        assert "This cannot be sent" not in john.text
        assert john.world.messages[OWN][-1].body == "again and again"


async def test_sentences_name_the_keys_of_ones_own(chat: Open) -> None:
    own = '"chat.refresh" = "f12"\n"chat.earlier" = "ctrl+x"\n"app.refresh" = "f11"'
    async with chat(keys=own) as john:
        john.world.refuse("send", ApiError("invalid", 422, "This cannot be sent."))
        await john.press(*"again", "enter")
        assert "✗ This cannot be sent. F12 sends it again." in john.text
        john.world.offline()
        await john.rest()
        assert "offline since 12:07 — retrying · 1 message waiting · F12 now" in john.text
        await john.press("f1", "w")
        assert "`^X` shows what you asked before" in " ".join(john.text.replace("┃", "").split())


async def test_a_text_to_a_request_that_is_gone_comes_back_to_where_one_writes(chat: Open) -> None:
    """As after a backup was restored: the request is not there, a new one is."""
    async with chat() as john:
        john.world.offline()
        await john.press(*"hello?", "enter", *"and more")
        john.world.back(1)
        john.world.refuse("send", ApiError("not_found", 404, "There is nothing here."))
        john.world.active = john.world.request(NUMBER + 7, Status.OPEN)
        john.world.arrives(Update("conversation.created", conversation=john.world.active))
        await john.rest()
        assert john.screen.shown.conversation_id == john.world.active.id
        assert john.screen.composer.text() == "hello?\n\nand more"
        assert "Your text is here again." in john.text
        await john.press("ctrl+q")
    async with chat(john.world) as john:
        assert john.screen.composer.text() == "hello?\n\nand more"
        john.world.failures.clear()
        await john.press("enter")
        assert john.world.messages[john.world.active.id][-1].body == "hello?\n\nand more"


async def test_what_was_not_sent_goes_out_at_the_next_start(chat: Open) -> None:
    async with chat() as john:
        john.world.refuse("send", Offline(john.world.server))
        await john.press(*"first", "enter", *"second")
        await john.press("ctrl+q")
        assert john.pilot.app.kept == 1  # type: ignore[attr-defined]
        assert john.pilot.app.left == 1  # type: ignore[attr-defined]
    async with chat() as john:
        assert john.screen.composer.text() == "second"
        while not john.world.called("send"):
            await john.pilot.pause(0.01)
        assert [body for _, body in john.world.called("send")] == ["first"]


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (Status.RESOLVED, "If it is not solved, just write"),
        (Status.CLOSED, "What you write now starts a new request."),
    ],
)
async def test_the_end_of_a_request_is_said_neutrally(chat: Open, status: Status, words: str) -> None:
    async with chat() as john:
        john.world.becomes(status, "This request was completed.")
        await john.rest()
        assert words in john.text
        assert "This request was completed." in john.text


async def test_writing_to_a_closed_request_goes_on_in_the_next(chat: Open) -> None:
    async with chat() as john:
        john.world.becomes(Status.CLOSED, "This request was closed.")
        await john.rest()
        await john.press(*"one more thing", "enter")
        assert john.screen.shown.conversation_id == john.world.active.id != OWN
        assert "one more thing" in john.text
        assert "What you write now starts a new request." not in john.text


async def test_a_request_moved_elsewhere_keeps_what_is_being_typed(chat: Open) -> None:
    async with chat() as john:
        await john.press(*"in the middle")
        new = john.world.successor()
        await john.rest()
        assert john.screen.shown.conversation_id == new.id
        assert john.screen.composer.text() == "in the middle"


async def test_a_new_request_asks_once(chat: Open) -> None:
    async with chat() as john:
        await john.press("ctrl+n")
        assert "A new request closes the present one." in john.text
        await john.press("escape")
        assert john.world.called("create") == []
        await john.press("ctrl+n", "enter")
        assert john.world.called("create") == [{}]
        assert john.screen.shown.conversation_id == john.world.active.id != OWN
        await john.press("ctrl+n")
        assert "This is a new request already" in john.text


async def test_earlier_requests_can_be_read(chat: Open) -> None:
    world = CustomerWorld()
    old = world.request(4700, Status.CLOSED, preview="Invoice copy", last_message_at=ago(9000))
    world.add_message(old.id, "Please send me a copy.", ago(9000), JOHN)
    async with chat(world) as john:
        await john.press("f3")
        assert "#4700  Invoice copy" in john.text
        assert "this one" in john.text
        await john.press(*"copy", "enter")
        assert "Please send me a copy." in john.text
        assert "Request #4700" in john.text
        await john.press("escape")
        assert f"#{NUMBER}" not in john.text
        assert "It is out." in john.text


async def test_help_names_every_key(chat: Open) -> None:
    async with chat(size=(120, 40)) as john:
        await john.press("f1")
        for words in ("New request", "My requests", "Scroll up", "Accounts, sign out", "Send"):
            assert words in john.text


async def test_help_has_columns_of_like_height(chat: Open) -> None:
    async with chat(size=(120, 26)) as john:
        await john.press("f1")
        for words in ("Scroll up", "Send", "New request", "Quit"):
            assert words in john.text  # without scrolling


async def test_the_first_visit_is_welcomed(chat: Open) -> None:
    async with chat(CustomerWorld(empty=True)) as john:
        assert "How can we help?" in john.text
        await john.press(*"hello", "enter")
        assert "hello" in john.text
        assert "How can we help?" not in john.text


async def test_a_slow_server_shows_a_skeleton_and_what_is_sent_early_goes_out_once(chat: Open) -> None:
    world = CustomerWorld()
    world.hold()
    async with chat(world, rested=False) as john:
        while "░" not in john.text:
            await john.pilot.pause(0.02)
        await john.pilot.press(*"early", "enter")
        assert "Goes out as soon as your conversation is here." in john.text
        assert john.screen.composer.text() == ""
        await john.pilot.press("enter")
        world.release()
        await john.rest()
        assert "It is out." in john.text
        assert [body for _, body in world.called("send")] == ["early"]
        assert john.screen.composer.text() == ""


async def test_what_was_sent_early_goes_out_in_order_and_what_is_written_since_stays(chat: Open) -> None:
    world = CustomerWorld()
    world.hold()
    async with chat(world, rested=False) as john:
        while "░" not in john.text:
            await john.pilot.pause(0.02)
        await john.pilot.press(*"early", "enter", *"bird", "enter", *"worm")
        world.release()
        await john.rest()
        assert [body for _, body in world.called("send")] == ["early", "bird"]
        assert john.screen.composer.text() == "worm"


async def test_what_was_sent_early_and_found_no_conversation_is_there_the_next_time(chat: Open) -> None:
    world = CustomerWorld()
    world.hold()
    async with chat(world, rested=False) as john:
        while "░" not in john.text:
            await john.pilot.pause(0.02)
        await john.pilot.press(*"early", "enter", *"bird", "ctrl+q")
    world.release()
    async with chat(world) as john:
        assert john.screen.composer.text() == "early\n\nbird"
        assert world.called("send") == []


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (40, 12), (80, 24), (200, 50)])
async def test_any_size_will_do(chat: Open, size: tuple[int, int]) -> None:
    async with chat(size=size) as john:
        await john.press(*"hi", "enter")
        await john.pilot.resize_terminal(120, 36)
        assert "hi" in john.text
