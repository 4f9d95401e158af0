"""Where one signs in: server, e-mail, password, and the organization when a person is in several.

Or with a token instead of e-mail and password; or by taking one of the accounts that are known here.
"""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Input

from deskterm.client.accounts.entrance import Entrance, Known, organizations, probe
from deskterm.client.accounts.known import KnownAccount
from deskterm.client.errors import ApiError, ClientError
from deskterm.commands.keys import bindings_of
from deskterm.commands.model import Command, Context
from deskterm.commands.panels import of_panel
from deskterm.commands.table import of_place
from deskterm.protocol.records import Role
from deskterm.screens.account.wanted import AccountWanted
from deskterm.screens.base import PATIENCE, DeskScreen, SignedIn
from deskterm.screens.questions import Choose
from deskterm.screens.way_in.forms import (
    BACK,
    INVITATION,
    RESET,
    done,
    forgotten,
    once_form,
    other_ways,
    password_form,
    state,
    token_form,
)
from deskterm.screens.way_in.refusals import REFUSALS, in_words
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Form
from deskterm.widgets.asking.picker import Choice
from deskterm.widgets.chrome.aside import Aside
from deskterm.widgets.chrome.footer import FittingFooter, Hint

#: Goes before the number of an account, and before a server at which somebody else signs in.
_ACCOUNT, _SERVER = "account:", "server:"


class SignInScreen(DeskScreen):
    """The form, and below it where the sign-in will be kept. `reason` says why one is here again."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of(of_panel(Context.SIGN_IN))]

    def __init__(self, entrance: Entrance, reason: str = "", *, adding: bool = False) -> None:
        """`adding` = one more account: nothing stands in the form, and Escape goes back."""
        super().__init__(classes="sign-in")
        self._entrance = entrance
        self._reason = reason
        self._adding = adding
        self._accounts = self._offered_accounts()
        known = Known() if adding else entrance.known()
        self._form = self._make_form(known, organization=bool(known.organization))
        self._footer = FittingFooter()
        self._place = Aside(id="place")
        self._probed = ""
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Everything in the middle."""
        with Vertical(id="sign-in"):
            yield Aside(tr("deskterm — customer support in your terminal"), id="product")
            yield self._form
            yield self._place
        yield self._footer

    def on_mount(self) -> None:
        """Go to the first empty field; say what is known already."""
        self._begin()
        self._hint()
        if self._reason:
            self._form.show_error(self._reason)
        self._say_place()
        self._look_at(self._form.values["server"])

    @property
    def context(self) -> Context:
        """One types."""
        return Context.SIGN_IN

    def offered(self) -> list[Command]:
        """Other ways in; known accounts where there are any."""
        commands = of_place(Context.SIGN_IN)
        return [each for each in commands if self._accounts or each.id != "sign_in.accounts"]

    def keys_changed(self) -> None:
        """Name the keys that are in force now."""
        self._hint()

    def action_reveal(self) -> None:
        """Show the password, or hide it again."""
        self._form.action_reveal()

    def _make_form(self, known: Known, *, organization: bool = False, password: str = "") -> Form:
        return password_form(known, adding=self._adding, organization=organization, password=password)

    def _begin(self) -> None:
        values = self._form.values
        empty = next((name for name, value in values.items() if not value), list(values)[-1])
        self.set_focus(self._form.field(empty))

    def _hint(self) -> None:
        hints: list[Hint] = [("Esc", "back")] if self._adding else []
        hints += [("⏎", tr("sign in")), ("Tab", "next")]
        words = other_ways(self._form.values, accounts=bool(self._accounts))
        hints += [(found[0], said) for name, said in words.items() if (found := self.keymap.hint(name))]
        quits = self.keymap.hint("app.quit")
        self._footer.set_hints(hints, ends=[quits] if quits else [])
        other = self.keymap.hint("sign_in.token")
        foot = [done(self._form.values), *([f"{other[0]} {words['sign_in.token']}"] if other else [])]
        self._form.set_frame(foot=[("  ".join(foot), "$muted")])

    async def _replace(self, form: Form) -> None:
        await self.query_one("#sign-in").mount(form, after=self._form)
        await self._form.remove()
        self._form = form
        self._begin()
        self._hint()

    # --- other ways in -----------------------------------------------------------------------------------

    async def action_token(self) -> None:
        """From password to token, and back; the server stays."""
        if not self._busy:
            values = self._form.values
            known = Known(values["server"], values.get("email", ""))
            await self._replace(self._make_form(known) if "token" in values else token_form(known.server))

    def action_forgot(self) -> None:
        """Have a token mailed that sets a new password."""
        values = self._form.values
        if self._busy or "email" not in values:
            return
        if "@" in values["email"]:
            self._mail_reset(values["server"], values["email"])
        else:
            self._form.show_error(tr("Say your e-mail address first."), "email")

    @work(exclusive=True, group="forgot", exit_on_error=False)
    async def _mail_reset(self, server: str, email: str) -> None:
        try:
            await self._entrance.mail_reset(server, email)
        except ClientError as error:
            await self._refused(error, {"server": server, "token": ""})
            return
        await self._replace(token_form(server))
        self._form.show_note(tr("A token comes, if the server knows you and sends mail."))

    def action_accounts(self) -> None:
        """Take one of the accounts that are known here."""
        if not self._accounts or self._busy:
            return
        choices = [
            Choice(f"{_ACCOUNT}{number}", each.label, state(each))
            for number, each in enumerate(self._accounts)
        ]
        servers = dict.fromkeys(each.account.server for each in self._accounts)
        choices += [
            Choice(f"{_SERVER}{each}", tr("Somebody else at {server}", server=each), mark="+")
            for each in servers
        ]
        self.app.push_screen(Choose(tr("Known accounts"), choices), self._taken)

    def _offered_accounts(self) -> tuple[KnownAccount, ...]:
        present = self._entrance.present
        return tuple(
            each for each in self._entrance.accounts if not present or each.account != present.account
        )

    async def _taken(self, choice: str | None) -> None:
        if choice is None:
            return
        if choice.startswith(_SERVER):
            await self._replace(self._make_form(Known(choice.removeprefix(_SERVER))))
            return
        known = self._accounts[int(choice.removeprefix(_ACCOUNT))]
        if known.store or known.token_command:
            self.post_message(AccountWanted(known.account))
        else:
            account = known.account
            await self._replace(self._make_form(Known(account.server, account.email)))

    @work(exclusive=True, group="place", exit_on_error=False, thread=True)
    def _say_place(self) -> None:
        """Look where a token would be kept: a keyring may take seconds to say that it is none."""
        where = self._entrance.credentials.describe_keeping()
        self.app.call_from_thread(
            self._place.say, (tr("You stay signed in: the token is kept in {where}.", where=where), "$muted")
        )

    # --- the server --------------------------------------------------------------------------------------

    @on(Input.Blurred)
    def _left(self, event: Input.Blurred) -> None:
        event.stop()
        if event.input is self._form.field("server"):
            self._look_at(event.value)

    def _look_at(self, address: str) -> None:
        if address.strip() and address != self._probed and not self._busy:
            self._probed = address
            self._probe(address)

    @work(exclusive=True, group="probe", exit_on_error=False)
    async def _probe(self, address: str) -> None:
        """Say early whether a desk is there."""
        try:
            version = await probe(address)
        except ClientError as error:
            self._probed = ""
            if self._form.values["server"] == address and not self._busy:
                self._form.show_note("")
                self._form.show_error(error.sentence)
            return
        if self._form.values["server"] == address and not self._busy:
            self._form.show_note(tr("● deskterm {version} answers there", version=version))

    # --- signing in --------------------------------------------------------------------------------------

    @property
    def _busy(self) -> bool:
        return self._waiting is not None

    @on(Form.Submitted)
    async def _submitted(self, event: Form.Submitted) -> None:
        event.stop()
        if not self._busy:
            values = dict(event.values)
            if "password" not in values and values["token"].strip().startswith((INVITATION, RESET)):
                await self._replace(once_form(values))
                return
            self._waiting = self.set_timer(PATIENCE, lambda: self._form.set_busy(True, tr("Signing in…")))
            self._sign_in(values)

    @on(Form.Cancelled)
    def _cancelled(self, event: Form.Cancelled) -> None:
        event.stop()
        if self._adding and self.app.screen is self:
            self.app.pop_screen()

    @work(exclusive=True, group="sign-in", exit_on_error=False)
    async def _sign_in(self, values: dict[str, str]) -> None:
        try:
            if "token" in values and "password" in values:
                given = values["server"], values["token"], values["password"], values.get("name", "")
                desk, kept = await self._entrance.come_in(*given)
            elif values.get("token", "").strip().startswith(BACK):
                desk, kept = await self._entrance.come_in(values["server"], values["token"], "", "")
            elif "token" in values:
                desk, kept = await self._entrance.sign_in_with_token(values["server"], values["token"])
            else:
                desk, kept = await self._entrance.sign_in(
                    values["server"], values["email"], values["password"], values.get("organization") or None
                )
        except ClientError as error:
            self._free()
            await self._refused(error, values)
            return
        except BaseException:
            self._free()
            raise
        me = desk.replica.me
        said = " ".join([*kept.troubles, tr("The token is kept in {where}.", where=kept.where)])
        self.post_message(SignedIn(desk, me.role if me and me.role else Role.CUSTOMER, said))

    def _free(self) -> None:
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        self._form.set_busy(False)

    async def _refused(self, error: ClientError, values: dict[str, str]) -> None:
        if isinstance(error, ApiError) and (slugs := organizations(error)):
            await self._ask_for_organization(values, slugs)
        elif isinstance(error, ApiError):
            words = REFUSALS.get(error.code, error.sentence)
            wait = in_words(error.retry_after)
            at_fault = "token" if "token" in values and error.code != "invalid_credentials" else "password"
            if at_fault == "password" and "token" not in values:
                self._form.show_note(forgotten(self.keymap.hint("sign_in.forgot")))
            self._form.show_error(tr(words, wait=wait) if error.code in REFUSALS else words, at_fault)
        else:
            self._form.show_error(error.sentence, "server")

    async def _ask_for_organization(self, values: dict[str, str], slugs: str) -> None:
        """Show one field more, with everything that was typed."""
        if "organization" not in values:
            known = Known(values["server"], values["email"])
            await self._replace(self._make_form(known, organization=True, password=values["password"]))
        self._form.show_error(tr("Which organization? You are in {slugs}.", slugs=slugs), "organization")
