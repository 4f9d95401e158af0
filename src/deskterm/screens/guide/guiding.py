"""What leads people to the keys: help, palette, the list of all keys, jump mode, the tour, and tips."""

import asyncio
from typing import TYPE_CHECKING

from textual import events
from textual.screen import ModalScreen

from deskterm.client.local.learnt import Learnt
from deskterm.commands.keymap import EVERY, Keymap
from deskterm.commands.model import Command
from deskterm.screens.base import DeskScreen, LongWay
from deskterm.screens.keys.in_turn import Typed
from deskterm.screens.keys.keyboard import Keyboard
from deskterm.screens.keys.keyed import OwnKeys
from deskterm.text.words import tr

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deskterm.screens.guide.tour import Tour
    from deskterm.widgets.asking.picker import Choice

#: After so many runs by palette or mouse a tip names the key.
TIP_AFTER = 3
#: How long a tip and the end of the tour are said.
_SAID = 6.0


class Guiding(Keyboard):
    """An app that shows its keys."""

    _learnt: Learnt | None = None
    _tour: "Tour | None" = None
    _tour_for = ""
    """Whose tour is due as soon as there is something to show."""

    def action_help(self) -> None:
        """Show every key of the present screen."""
        from deskterm.screens.guide.help import (
            HelpScreen,
        )  # not before the first frame, like all that waits for a key

        commands = self.of_panel() if isinstance(self.screen, OwnKeys) else self._offered()
        self.push_screen(HelpScreen(commands or self._offered(), self.keymap), self._after_help)
        self._tour_sees("app.help")

    def _after_help(self, wanted: str | None) -> None:
        if wanted == "guide":
            self.action_guide()
        elif wanted == "filters":
            self.action_filter_page()

    def action_filter_page(self) -> None:
        """Tell what a filter may say."""
        from deskterm.commands.filter_page import FILTERS
        from deskterm.commands.handbook import paragraphs
        from deskterm.screens.text_page import TextPage

        self.push_screen(TextPage(tr("Filters"), "\n\n".join(map(tr, paragraphs(FILTERS)))))

    def action_guide(self) -> None:
        """Tell how things work, to customers or to agents."""
        from deskterm.commands.handbook import ADMINS, CUSTOMERS, paragraphs
        from deskterm.screens.text_page import TextPage

        agents = any(each.id == "ticket.reply" for each in self._offered())
        text = "\n\n".join(map(tr, paragraphs(ADMINS if agents else CUSTOMERS)))
        self.push_screen(TextPage(tr("How things work"), text))

    def action_command_palette(self) -> None:
        """Find a command by its name and run it."""
        from deskterm.screens.guide.palette import palette

        self.push_screen(
            palette(self._offered(), self.keymap, self._destinations(), self._known()), self._chosen
        )
        self._tour_sees("app.palette")

    def action_keys(self) -> None:
        """List every command with its keys."""
        from deskterm.screens.guide.palette import all_keys

        self.push_screen(all_keys(self._offered(), self.keymap), self._chosen)

    def action_jump(self) -> None:
        """Show letters on everything in sight."""
        from deskterm.screens.keys.jump import JumpScreen, choices

        screen = self.screen
        targets = screen.jump_targets() if isinstance(screen, DeskScreen) else choices(screen)
        if targets:
            self.push_screen(JumpScreen(targets))

    def action_tour(self) -> None:
        """Show the first three things to know, whoever saw them before."""
        self._end_tour()
        self._begin_tour("")

    def show_around(self, account: str) -> None:
        """Begin the tour for somebody who is new here, once there is a conversation to open."""
        if self.settings.home is None or not self.settings.tips or self._lessons().saw_tour(account):
            return
        self._tour_for = account
        self._tour_goes_on()

    def use_keymap(self, keymap: Keymap) -> None:
        """Follow other keys from now on."""
        super().use_keymap(keymap)
        if self._tour is not None:
            self._tour.draw()

    async def press(self, event: Typed) -> None:
        """Let the tour see what was done with a key, and end it by Escape."""
        if not isinstance(event, events.Key):
            await super().press(event)
            return
        asks = isinstance(self.screen, ModalScreen) or self._chords.waiting
        if self._tour is not None and event.key == "escape" and not asks and self._tour.skip():
            return
        await super().press(event)
        if self._tour is not None or self._tour_for:
            self.call_after_refresh(self._tour_goes_on)

    def on_composer_send(self) -> None:
        """A text goes out, in whichever way it was asked for."""
        if self._tour is not None:
            self._tour.sent()

    def on_long_way(self, event: LongWay) -> None:
        """Something was done with the mouse that has a key."""
        self._count_long_way(event.command_id)

    async def _chosen(self, command_id: str | None) -> None:
        screen = self.screen
        if command_id is not None and command_id not in EVERY and isinstance(screen, DeskScreen):
            screen.go_to_destination(command_id)
        elif command_id is not None:
            offered = {each.id: each for each in self._offered()}
            self._count_long_way(command_id)
            await self.run_command(offered.get(command_id) or EVERY[command_id])

    def _offered(self) -> list[Command]:
        """The commands that exist for this person on this screen."""
        below = (each for each in reversed(self.screen_stack) if isinstance(each, DeskScreen))
        screen = next(below, None)
        return screen.offered() if screen is not None else []

    def _destinations(self) -> "Sequence[Choice]":
        screen = self.screen
        return screen.destinations() if isinstance(screen, DeskScreen) else ()

    def _known(self) -> "Sequence[Choice]":
        screen = self.screen
        return screen.known() if isinstance(screen, DeskScreen) else ()

    # --- tips --------------------------------------------------------------------------------------------

    def _count_long_way(self, command_id: str) -> None:
        """After the third time, once, name the key."""
        command = self.keymap.of(EVERY[command_id])
        if not self.settings.tips or not command.typed:
            return
        if self._lessons().long_way(command_id) == TIP_AFTER:
            words = tr(command.title).rstrip("…")
            self.notify(
                tr("tip: {key} is {words}", key=command.shown_key, words=words), timeout=_SAID, markup=False
            )
        self._keep_lessons()

    def _lessons(self) -> Learnt:
        if self._learnt is None:
            home = self.settings.home
            self._learnt = Learnt(home / "learnt.json" if home else None)
        return self._learnt

    def _keep_lessons(self) -> None:
        self.run_worker(asyncio.to_thread(self._lessons().save), group="learnt", exit_on_error=False)

    # --- the tour ----------------------------------------------------------------------------------------

    def _tour_goes_on(self) -> None:
        if self._tour is not None:
            self._tour.look()
        elif self._tour_for:
            self._begin_tour(self._tour_for)

    def _tour_sees(self, command_id: str) -> None:
        if self._tour is not None:
            self._tour.opened(command_id)

    def _begin_tour(self, account: str) -> None:
        from deskterm.screens.guide.tour import Tour
        from deskterm.screens.inbox.layout import InboxLayout

        screen = self.screen
        if not isinstance(screen, InboxLayout) or screen.has_class("-tiny", "-short"):
            return  # no room for a card; it stays due
        if screen.list.cursor_id is not None:
            self._tour_for = ""
            if account:
                self._lessons().tour_seen(account)
                self._keep_lessons()
            self._tour = Tour(screen, self._tour_over)

    def _end_tour(self) -> None:
        if self._tour is not None:
            self._tour.end()
        self._tour, self._tour_for = None, ""

    def _tour_over(self, seen: bool) -> None:
        self._tour = None
        hint = self.keymap.hint("app.palette")
        where = tr("“Show the tour again” is in the commands ({key}).", key=hint[0]) if hint else ""
        said = [tr("That was all.")] if seen else []
        self.notify(
            " ".join([*said, where or tr("“Show the tour again” is in the commands.")]),
            timeout=_SAID,
            markup=False,
        )
