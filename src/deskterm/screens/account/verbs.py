"""What one can do about one's own account, from its screen."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from deskterm.client.accounts.address import is_loopback
from deskterm.client.accounts.guests import Present
from deskterm.client.errors import ClientError
from deskterm.protocol.records import Role
from deskterm.screens.account.switching import Switching
from deskterm.screens.base import DeskScreen, SignedOut
from deskterm.text.words import tr, trn

if TYPE_CHECKING:
    from deskterm.client.replica.outgoing import Item
    from deskterm.screens.questions import Choose

_YES, _NO = "yes", "no"
_SAID_SECONDS = 8


class AccountVerbs(Switching):
    """An app with an account screen."""

    _forget: Callable[[], None]

    def action_account(self) -> None:
        """Who is signed in, every other account, and what can be done about one's own."""
        from deskterm.screens.account.screen import AccountScreen  # not before the first frame

        entrance = self._entrance
        accounts = entrance.accounts
        screen = AccountScreen(
            self.desk, entrance.present, accounts, self.elsewhere, self.clock, self.settings.outbox
        )
        self.push_screen(screen, self._account_chosen)
        if len(accounts) > 1:
            self.run_worker(self.elsewhere.look(), group="elsewhere", exit_on_error=False)

    def action_organization(self) -> None:
        """What holds for everybody in the organization, for its admins."""
        me = self.desk.replica.me if self.desk else None
        if self.desk is not None and me is not None and me.role is Role.ADMIN:
            from deskterm.screens.settings.organization import OrganizationScreen

            self.push_screen(OrganizationScreen(self.desk))

    async def _account_chosen(self, choice: str | None) -> None:
        from deskterm.screens.account import screen as words

        word, _, rest = (choice or words.STAY).partition(":")
        if f"{word}:" == words.SWITCH:
            self.action_switch_account(int(rest))
        elif f"{word}:" == words.JOIN:
            self.run_worker(self._join(rest), group="switch", exclusive=True, exit_on_error=False)
        elif choice == words.ADD:
            self.push_screen(self.sign_in_screen(adding=True))
        elif choice in (words.AWAY, words.BACK):
            await self._be(away=choice == words.AWAY)
        elif choice == words.ORGANIZATION:
            self.action_organization()
        elif choice == words.SIGN_OUT:
            self._ask_before_signing_out()
        elif self._entrance.present is not None:
            self._about_own(choice, self._entrance.present)

    def _about_own(self, choice: str | None, present: Present) -> None:
        from deskterm.screens.account import screen as words

        if choice == words.PASSWORD:
            from deskterm.screens.account.own_password import PasswordScreen

            self.push_screen(PasswordScreen(present), self._password_changed)
        elif choice == words.DEVICES:
            from deskterm.screens.account.devices import DevicesScreen

            self.push_screen(DevicesScreen(present, self.clock))
        elif choice == words.INVITE:
            self.push_screen(_invitation(present), self._copy_invitation)

    async def _join(self, organization: str) -> None:
        try:
            account = await self._entrance.join(organization)
        except ClientError as error:
            self.notify(error.sentence, severity="error", markup=False)
            return
        await self._go(account)

    async def _be(self, *, away: bool) -> None:
        if self.desk is None:
            return
        try:
            await self.desk.be(away=away)
        except ClientError as error:
            self.notify(error.sentence, severity="error", markup=False)

    def _password_changed(self, changed: bool | None) -> None:
        if changed:
            self.say_of_accounts(tr("Your password is changed; your other devices are signed out."))
            self.follow_elsewhere()

    async def _copy_invitation(self, command: str | None) -> None:
        from deskterm.terminal.clipboard import copy

        if command:
            route = await copy(command, self.copy_to_clipboard)
            self.notify(
                f"{command}\n{tr(route.value)}", title=tr("Copied"), timeout=_SAID_SECONDS, markup=False
            )

    def _ask_before_signing_out(self) -> None:
        """Ask where something written has not gone out: who signs out may not come back soon."""
        if self.desk is None:
            return
        drafts = sum(screen.kept for screen in self.screen_stack if isinstance(screen, DeskScreen))
        left = self.desk.replica.outgoing.unsettled()
        waiting = drafts + sum(not each.kept for each in left)
        if any(each.kept for each in left):
            self._ask_about_outbox(left)
            return
        if not waiting:
            self.run_worker(self._sign_out(), group="switch", exit_on_error=False)
            return
        from deskterm.screens.questions import Choose
        from deskterm.widgets.asking.picker import Choice

        title = trn("{count} text is not sent. Sign out?", "{count} texts are not sent. Sign out?", waiting)
        choices = [
            Choice(_NO, tr("Stay"), tr("send it first")),
            Choice(_YES, tr("Sign out"), tr("kept on this machine for the next time")),
        ]
        self.push_screen(Choose(title, choices), self._sign_out_if)

    def _ask_about_outbox(self, left: "Sequence[Item]") -> None:
        """Name what waits: it is thrown away by signing out."""
        from deskterm.screens.questions import Choose
        from deskterm.screens.waiting.waiting import counted
        from deskterm.widgets.asking.picker import Choice

        choices = [
            Choice(_NO, tr("Stay"), tr("it goes out once connected")),
            Choice(_YES, tr("Sign out"), tr("what was not sent is thrown away")),
        ]
        self.push_screen(
            Choose(tr("Not sent yet: {what}. Sign out?", what=counted(left)), choices), self._sign_out_if
        )

    def _sign_out_if(self, answer: str | None) -> None:
        if answer == _YES:
            self.run_worker(self._sign_out(), group="switch", exit_on_error=False)

    async def _sign_out(self) -> None:
        desk = self.desk
        if desk is None:
            return
        await desk.wipe_outbox()
        await desk.wipe_copy()
        await self.save()
        self._parting = tr("You are signed out.")
        try:
            await desk.api.logout()
        except ClientError as error:
            self.notify(error.sentence, severity="error", markup=False)
        self._wipe_page()
        self._forget()
        self.post_message(SignedOut(self._parting))


def _invitation(present: Present) -> "Choose":
    """The command lines with which others come in; taking one copies it."""
    from deskterm.screens.questions import Choose  # not before the first frame
    from deskterm.widgets.asking.picker import Choice

    server = present.account.server
    title = tr("How others join: they type this and sign in")
    if is_loopback(urlsplit(server).hostname or ""):
        title = tr("How others join, on this machine alone")
    return Choose(
        title,
        [
            Choice(f"deskterm --server {server}", f"deskterm --server {server}", "colleagues"),
            Choice(f"deskterm chat --server {server}", f"deskterm chat --server {server}", "customers"),
        ],
        placeholder=tr("⏎ copies it"),
    )
