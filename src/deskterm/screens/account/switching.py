"""From one account to another: whose desk is on the screen, who waits elsewhere, signing in and out.

Two rules: what was written stays with the account that it was written in, and a desk is shown only if it is
the one that was asked for last.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from deskterm.client.accounts.entrance import Entrance
from deskterm.client.accounts.known import Account
from deskterm.client.local.first_page import Owner, recall, wipe
from deskterm.commands.accounts import SWITCHES, number_of
from deskterm.commands.model import Command
from deskterm.screens.account.wanted import AccountWanted
from deskterm.screens.base import DeskScreen, SignedOut
from deskterm.screens.guide.guiding import Guiding
from deskterm.screens.inbox.first_page import FirstPageScreen
from deskterm.screens.way_in.beginning import Beginning
from deskterm.text.words import tr
from deskterm.widgets.chrome.title_bar import TitleBar

if TYPE_CHECKING:
    from deskterm.client.accounts.elsewhere import Elsewhere
    from deskterm.client.desk import Desk

#: Seconds that a text on its way is waited for before its account is left.
PATIENCE = 2.0


class Switching(Guiding, Beginning):
    """An app of one desk at a time, and of several accounts."""

    clock: Callable[[], datetime]
    desk: "Desk | None" = None
    #: How many unsent texts wait for the next time, and how much waits in the outbox.
    kept = 0
    left = 0
    _entrance: Entrance
    #: What is said when the desk closes because its owner wants it.
    _parting = ""
    _elsewhere: "Elsewhere | None" = None

    @property
    def elsewhere(self) -> "Elsewhere":
        """What waits in the other accounts."""
        if self._elsewhere is None:
            from deskterm.client.accounts.elsewhere import Elsewhere  # not before the first frame

            self._elsewhere = Elsewhere(self._entrance, self.show_elsewhere, outbox=self.settings.outbox)
        return self._elsewhere

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Where one signs in, F2 shows the password; there is nothing to jump to."""
        if action == "jump" and self.screen.has_class("sign-in"):
            return False
        return super().check_action(action, parameters)

    # --- which account -----------------------------------------------------------------------------------

    def action_switch_account(self, number: int) -> None:
        """Go to the account with this number."""
        accounts = self._entrance.accounts
        present = self._entrance.present
        if number > len(accounts):
            self.say_of_accounts(
                tr("There is no account {number}: {@app.account:g o} shows yours.", number=number)
            )
        elif present is not None and present.account == accounts[number - 1].account:
            self.say_of_accounts(tr("You are here already: {label}.", label=accounts[number - 1].label))
        else:
            self.go_to(accounts[number - 1].account)

    def action_other_account(self) -> None:
        """Go to the account that was used before this one."""
        present = self._entrance.present
        offered = {each.account for each in self._entrance.accounts}
        others = [
            each.account
            for each in self._entrance.credentials.accounts.all()
            if each.account in offered and (each.store or each.token_command)
        ]
        other = next((each for each in others if present is None or each != present.account), None)
        if other is None:
            self.say_of_accounts(tr("There is no other account: {@app.account:g o} adds one."))
        else:
            self.go_to(other)

    def on_account_wanted(self, event: AccountWanted) -> None:
        """Chosen where one signs in."""
        self.go_to(event.account)

    def go_to(self, account: Account) -> None:
        """Show another account's desk, as soon as what is being sent here has gone."""
        self.run_worker(self._go(account), group="switch", exclusive=True, exit_on_error=False)

    async def _go(self, account: Account) -> None:
        await self.leave_desk()
        self._entrance.present = None
        self._entrance.wanted = account
        self.show_alone(
            self._opening(partial(self._entrance.open_account, account), self._entrance.owner_of(account))
        )

    async def leave_desk(self) -> None:
        """Keep what was written here, with its account; the desk ends."""
        desk = self.desk
        if desk is None:
            return
        await _settled(desk)
        await self.save()
        self.desk = None
        self.run_worker(desk.close(), group="leaving", exit_on_error=False)

    def _opening(self, open_desk: "Callable[[], Awaitable[Desk]]", owner: Owner | None) -> Screen[None]:
        """What is there while a desk opens: the inbox as it was last seen here, if it was."""
        path = self.settings.first_page
        page = recall(path, owner) if path is not None and owner is not None else None
        if page is None:
            from deskterm.screens.way_in.start import StartScreen  # not before the first frame of an inbox

            return StartScreen(open_desk)
        return FirstPageScreen(open_desk, page, self.settings, self.clock)

    def show_alone(self, screen: Screen[None]) -> None:
        """This screen instead of everything that is there."""
        while len(self.screen_stack) > 2:  # the lowest is the first one, emptied
            self.pop_screen()
        self.show_instead(screen)

    async def save(self) -> None:
        """Keep every unsent text."""
        self.kept = 0
        self.left = sum(each.kept for each in self.desk.replica.outgoing.unsettled()) if self.desk else 0
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                await screen.leave()
                self.kept += screen.kept

    # --- what waits elsewhere ----------------------------------------------------------------------------

    def follow_elsewhere(self) -> None:
        """Another account is on the screen: follow the rest."""
        if len(self._entrance.accounts) > 1 or self._elsewhere is not None:
            self.run_worker(self._follow(), group="elsewhere", exit_on_error=False)

    async def _follow(self) -> None:
        """Then nobody else sends what waits in the account in front: it is for its own desk to take over."""
        await self.elsewhere.follow()
        if self.desk is not None:
            self.desk.retry_now()

    async def end_elsewhere(self) -> None:
        """The program ends."""
        if self._elsewhere is not None:
            await self._elsewhere.close()

    def show_elsewhere(self) -> None:
        """A count changed: the title bar has the sum, the chooser each one."""
        from deskterm.screens.account.screen import AccountScreen

        for screen in self.screen_stack:
            for bar in screen.query(TitleBar):
                bar.set_elsewhere(self.elsewhere.total)
            if isinstance(screen, AccountScreen):
                screen.news()

    def _offered(self) -> list[Command]:
        """The commands of the screen, and one for each account by its name."""
        offered = [each for each in super()._offered() if each not in SWITCHES]
        return [*offered, *self._switches()] if isinstance(self.screen, DeskScreen) else offered

    def _hint(self, following: list[tuple[str, Command]]) -> None:
        there = {each.id: each for each in self._switches()}
        named = [(key, there.get(each.id, each)) for key, each in following]
        super()._hint([(key, each) for key, each in named if each not in SWITCHES or each.id in there])

    def _switches(self) -> list[Command]:
        accounts = self._entrance.accounts
        present = self._entrance.present
        commands = []
        for command in SWITCHES:
            number = number_of(command)
            if number is None and len(accounts) > 1:
                commands.append(command)
            elif number is not None and number <= len(accounts):
                known = accounts[number - 1]
                if present is None or known.account != present.account:
                    count = self.elsewhere.seen(known.account).unread
                    waiting = f" (✉ {count})" if count else ""
                    title = tr("Switch to {name}{waiting}", name=known.label, waiting=waiting)
                    commands.append(replace(command, title=title, label=known.label + waiting))
        return commands

    def say_of_accounts(self, words: str) -> None:
        """Say something in passing; names of others are in it."""
        self.notify(words, timeout=4, markup=False)

    # --- out again ---------------------------------------------------------------------------------------

    async def on_signed_out(self, event: SignedOut) -> None:
        """Keep what was written, close the desk and ask who is next."""
        if self.desk is None and self.screen.has_class("sign-in"):
            return  # the live stream ends too when somebody signs out
        reason, self._parting = self._parting or event.reason, ""
        await self.save()
        self._wipe_page()
        entrance = self._entrance
        if entrance.present is not None:
            entrance.wanted = entrance.present.account
            entrance.present = None
        if self.desk is not None:
            await self.desk.wipe_copy()
            await self.desk.close()
            self.desk = None
        self.show_alone(self.sign_in_screen(reason))

    def keep_copy(self) -> None:
        """Keep what is read from now on, to be read while the server is not there."""
        owner = self._entrance.present_owner()
        if self.desk is not None and owner is not None:
            from deskterm.screens.account.local_copy import keep  # not before the first frame

            keep(self, self.desk, owner, self.settings)

    def _wipe_page(self) -> None:
        """Keep no first page of whoever was here, or came and was refused."""
        entrance = self._entrance
        owner = entrance.present_owner() or entrance.owner()
        if entrance.present is None and entrance.wanted is not None:
            owner = entrance.owner_of(entrance.wanted)
        if self.settings.first_page is not None:
            wipe(self.settings.first_page, owner)
        if self.settings.cache is not None:
            from deskterm.client.cache.file import cache_file, remove

            remove(cache_file(self.settings.cache, owner))

    def sign_in_screen(self, reason: str = "", *, adding: bool = False) -> Screen[None]:
        """Where one signs in; in the demo, the choice of its people. `adding` keeps the desk below."""
        if self._entrance.wish.people:
            from deskterm.screens.way_in.demo_people import DemoPeopleScreen

            return DemoPeopleScreen(self._entrance, reason)
        from deskterm.screens.way_in.sign_in import SignInScreen

        return SignInScreen(self._entrance, reason, adding=adding)


async def _settled(desk: "Desk") -> None:
    """Wait, for a moment, until what was just sent has arrived or not."""
    from deskterm.client.replica.outgoing import SendState  # not before the first frame

    changed = asyncio.Event()
    stop = desk.subscribe(lambda _: changed.set())
    try:
        async with asyncio.timeout(PATIENCE):
            while any(each.state is SendState.SENDING for each in desk.replica.outgoing.all()):
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return
    finally:
        stop()
