"""What admins do about members: asking somebody in, role, maximum, access, a new password."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from textual import work

from deskterm.client.errors import ApiError, ClientError
from deskterm.protocol.records import Member, Role
from deskterm.screens.people.taking_back import TakesBack
from deskterm.screens.questions import Ask, Choose, ChooseFound
from deskterm.screens.sentences import brief
from deskterm.text.safe import safe_line
from deskterm.text.times import clock
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field
from deskterm.widgets.asking.picker import Choice

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

_ROLES = ("staff", "admin", "customer")


class ManagesMembers(TakesBack[dict[str, str] | None]):
    """Asks, and tells the server; what changes comes back through the roster."""

    _desk: "Desk"
    _now: Callable[[], datetime]

    # --- asking somebody in ------------------------------------------------------------------------------

    def invite(self) -> None:
        """Ask for an address and a role, and show the token once."""
        fields = [
            Field("email", "E-mail", "", tr("their address")),
            Field("role", tr("Role"), "staff", tr("staff, admin, customer")),
        ]
        self.app.push_screen(Ask(tr("Invite somebody"), fields, _check_invitation), self._invited)

    def _invited(self, values: Mapping[str, str] | None) -> None:
        if values is not None:
            self._send_invitation(values["email"].strip(), values["role"].strip().lower())

    @work(group="members", exit_on_error=False)
    async def _send_invitation(self, email: str, role: str) -> None:
        try:
            made = await self._desk.api.invite(email, role)
        except ClientError as error:
            self.complain(error)
            return
        self._show(tr("{email} joins with this token, once:", email=safe_line(made.email)), made.token)
        said = tr("{email} is asked in", email=safe_line(made.email))
        self.changed(said, lambda: self._take_invitation_back(made.id))

    async def _take_invitation_back(self, invitation_id: str) -> str:
        await self._desk.api.revoke_invitation(invitation_id)
        return ""

    def show_invitations(self) -> None:
        """Who was asked in and has not answered; whoever is chosen can be asked no longer."""

        async def find() -> list[Choice]:
            found = (await self._desk.api.invitations()).items
            rows = [
                Choice(
                    each.id,
                    each.email,
                    f"{tr(each.role.value)} · {tr('until {time}', time=clock(each.expires_at, self._now()))}",
                )
                for each in found
            ]
            return rows or [Choice("", tr("Nobody is asked in at the moment."), disabled=True)]

        self.app.push_screen(ChooseFound(tr("Asked in · ⏎ takes it back"), find), self._invitation_chosen)

    def _invitation_chosen(self, invitation_id: str | None) -> None:
        if invitation_id:
            self._revoke_invitation(invitation_id)

    @work(group="members", exit_on_error=False)
    async def _revoke_invitation(self, invitation_id: str) -> None:
        try:
            await self._desk.api.revoke_invitation(invitation_id)
        except ClientError as error:
            self.complain(error)
            return
        self.notify(
            tr("The invitation is taken back; {key} invites anew.", key=self.key("people.invite")),
            timeout=6,
            markup=False,
        )

    # --- a member ----------------------------------------------------------------------------------------

    def manage(self, member: Member) -> None:
        """Choose what to do about somebody."""
        maximum = tr("none") if member.max_concurrent is None else str(member.max_concurrent)
        choices = [
            *(
                Choice(f"role:{each}", tr("Make them {role}", role=tr(each)))
                for each in _ROLES
                if each != member.role.value
            ),
            Choice("maximum", tr("Most conversations at once…"), maximum),
            Choice("back", tr("Enable again")) if member.disabled else Choice("disable", tr("Disable")),
            Choice("reset", tr("A token for a new password")),
        ]

        def chosen(what: str | None) -> None:
            if what is not None:
                self._do(member, what)

        self.app.push_screen(Choose(safe_line(member.name), choices), chosen)

    def _do(self, member: Member, what: str) -> None:
        verb, _, value = what.partition(":")
        if verb == "role":
            self._change(member, role=value)
        elif verb == "reset":
            self._reset(member)
        elif verb == "maximum":
            self._ask_maximum(member)
        else:
            self._change(member, disabled=verb == "disable")

    def _ask_maximum(self, member: Member) -> None:
        now = "" if member.max_concurrent is None else str(member.max_concurrent)
        empty = tr("empty = nothing automatically") if member.role is Role.ADMIN else tr("empty = no maximum")
        field = Field("maximum", tr("At most"), now, empty, required=False)

        def asked(values: Mapping[str, str] | None) -> None:
            if values is not None:
                text = values["maximum"].strip()
                self._change(member, max_concurrent=int(text) if text else None)

        self.app.push_screen(Ask(tr("Most conversations at once"), [field], _check_maximum), asked)

    @work(group="members", exit_on_error=False)
    async def _change(self, member: Member, **fields: Any) -> None:
        try:
            await self._desk.change_member(member.id, **fields)
        except ClientError as error:
            self.complain(error)
            return
        before = {each: getattr(member, each) for each in fields}
        self.changed(
            tr("{name} is changed", name=safe_line(member.name)),
            lambda: self._change_back(member.id, before, fields),
        )

    async def _change_back(self, member_id: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
        member = self._desk.replica.roster.members.get(member_id)
        if member is None or any(getattr(member, each) != value for each, value in after.items()):
            return tr("Somebody else changed that since.")
        await self._desk.change_member(member_id, **before)
        return ""

    @work(group="members", exit_on_error=False)
    async def _reset(self, member: Member) -> None:
        try:
            made = await self._desk.api.make_reset(member.id)
        except ClientError as error:
            self.complain(error)
            return
        self._show(tr("{name} sets a new password with this:", name=safe_line(member.name)), made.token)

    def _show(self, words: str, token: str) -> None:
        """The token stands in a field, where it can be read and copied."""
        note = tr("It is shown only now, and works for 15 minutes: sign-in, {@sign_in.token:F4}.")
        self.app.push_screen(Ask(words, [Field("token", tr("Token"), token)], note=note))

    def complain(self, error: ClientError) -> None:
        """Say what is in the way."""
        conflict = isinstance(error, ApiError) and error.code == "conflict"
        self.notify(error.sentence if conflict else brief(error), timeout=6, markup=False)


def _check_invitation(values: Mapping[str, str]) -> str | None:
    role = values["role"].strip().lower()
    return None if role in _ROLES else tr("The role is staff, admin or customer.")


def _check_maximum(values: Mapping[str, str]) -> str | None:
    text = values["maximum"].strip()
    right = not text or (text.isascii() and text.isdigit() and len(text) < 5)
    return None if right else tr("A number, or nothing.")
