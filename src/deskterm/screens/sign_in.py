"""Where one signs in: server, e-mail, password, and the organization when a person is in several."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.timer import Timer
from textual.widgets import Input

from deskterm.client.entrance import Entrance, Known, organizations, probe
from deskterm.client.errors import ApiError, ClientError
from deskterm.protocol.records import Role
from deskterm.screens.base import PATIENCE, DeskScreen, SignedIn
from deskterm.widgets.aside import Aside
from deskterm.widgets.footer import FittingFooter, Hint
from deskterm.widgets.form import Field, Form

_HINTS: tuple[Hint, ...] = (("⏎", "sign in"), ("Tab", "next"), ("F2", "show password"))
_ENDS: tuple[Hint, ...] = (("^Q", "quit"),)

#: Refusals in calm words; `{wait}` is a time in words.
_REFUSALS = {
    "invalid_credentials": "E-mail and password do not fit together.",
    "rate_limited": "Too many attempts. Try again in {wait}.",
    "overloaded": "Many people are signing in just now. Try again in {wait}.",
    "draining": "The server is restarting. Try again in {wait}.",
    "storage_full": "The server cannot write just now. Try again in {wait}.",
}


class SignInScreen(DeskScreen):
    """The form, and below it where the sign-in will be kept. `reason` says why one is here again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f2", "reveal", "show password", id="form.reveal", show=False, priority=True),
    ]

    def __init__(self, entrance: Entrance, reason: str = "") -> None:
        super().__init__()
        self._entrance = entrance
        self._reason = reason
        self._known = entrance.known()
        self._form = self._make_form(self._known, organization=bool(self._known.organization))
        self._place = Aside(id="place")
        self._probed = ""
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        """Everything in the middle."""
        with Vertical(id="sign-in"):
            yield Aside("deskterm — customer support in your terminal", id="product")
            yield self._form
            yield self._place
        footer = FittingFooter()
        footer.set_hints(_HINTS, ends=_ENDS)
        yield footer

    def on_mount(self) -> None:
        """Go to the first empty field; say what is known already."""
        self._begin()
        if self._reason:
            self._form.show_error(self._reason)
        self._say_place()
        self._look_at(self._form.values["server"])

    def action_reveal(self) -> None:
        """Show the password, or hide it again."""
        self._form.action_reveal()

    def _make_form(self, known: Known, *, organization: bool, password: str = "") -> Form:
        fields = [
            Field("server", "Server", known.server, "https://desk.example.com"),
            *(
                [Field("organization", "Organization", known.organization, "its short name")]
                if organization
                else []
            ),
            Field("email", "E-mail", known.email, "you@example.com"),
            Field("password", "Password", password, secret=True),
        ]
        return Form("Sign in", fields, button="⏎ sign in", classes="pane")

    def _begin(self) -> None:
        values = self._form.values
        empty = next((name for name, value in values.items() if not value), "password")
        self.set_focus(self._form.field(empty))

    @work(exclusive=True, group="place", exit_on_error=False, thread=True)
    def _say_place(self) -> None:
        """Look where a token would be kept: a keyring may take seconds to say that it is none."""
        where = self._entrance.credentials.describe()
        self.app.call_from_thread(
            self._place.say, (f"You stay signed in: the token is kept in {where}.", "$muted")
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
            self._form.show_note(f"● deskterm {version} answers there")

    # --- signing in --------------------------------------------------------------------------------------

    @property
    def _busy(self) -> bool:
        return self._waiting is not None

    @on(Form.Submitted)
    def _submitted(self, event: Form.Submitted) -> None:
        event.stop()
        if not self._busy:
            self._waiting = self.set_timer(PATIENCE, lambda: self._form.set_busy(True, "Signing in…"))
            self._sign_in(dict(event.values))

    @on(Form.Cancelled)
    def _cancelled(self, event: Form.Cancelled) -> None:
        event.stop()

    @work(exclusive=True, group="sign-in", exit_on_error=False)
    async def _sign_in(self, values: dict[str, str]) -> None:
        try:
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
        said = " ".join([*kept.troubles, f"The token is kept in {kept.where}."])
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
            words = _REFUSALS.get(error.code, error.sentence)
            wait = _in_words(error.retry_after)
            self._form.show_error(words.format(wait=wait) if error.code in _REFUSALS else words, "password")
        else:
            self._form.show_error(error.sentence, "server")

    async def _ask_for_organization(self, values: dict[str, str], slugs: str) -> None:
        """Show one field more, with everything that was typed."""
        if "organization" not in values:
            known = Known(values["server"], values["email"])
            form = self._make_form(known, organization=True, password=values["password"])
            await self.query_one("#sign-in").mount(form, after=self._form)
            await self._form.remove()
            self._form = form
        self._form.show_error(f"Which organization? You are in {slugs}.", "organization")


def _in_words(seconds: float | None) -> str:
    if seconds is None or seconds <= 1:
        return "a second"
    if seconds < 120:
        return f"{seconds:.0f} seconds"
    return f"{seconds / 60:.0f} minutes"
