"""Who is signed in, where, since when; every other account; and what one can do about one's own."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from deskterm.client.accounts.elsewhere import Elsewhere
from deskterm.client.accounts.guests import Present, own_account
from deskterm.client.accounts.known import Account, KnownAccount
from deskterm.client.answers import Session
from deskterm.client.errors import ClientError
from deskterm.commands.accounts import MOST
from deskterm.protocol.records import Me, Presence, Role
from deskterm.screens.over import Over
from deskterm.text.times import clock
from deskterm.text.words import tr
from deskterm.widgets.asking.picker import Choice, Picker
from deskterm.widgets.chrome.account_facts import AccountFacts

if TYPE_CHECKING:
    from deskterm.client.accounts.own_account import Place
    from deskterm.client.desk import Desk

SIGN_OUT, AWAY, BACK, STAY = "sign-out", "away", "back", "stay"
ADD, PASSWORD, DEVICES, INVITE = "add", "password", "devices", "invite"
ORGANIZATION = "organization"
#: What goes before the number of an account, and before the short name of an organization.
SWITCH, JOIN = "switch:", "join:"


class AccountScreen(Over[str | None]):
    """Answers what to do, in one of this module's words; Escape answers None."""

    def __init__(
        self,
        desk: "Desk | None",
        present: Present | None,
        accounts: Sequence[KnownAccount],
        elsewhere: Elsewhere,
        now: Callable[[], datetime],
        outbox: Path | None = None,
    ) -> None:
        super().__init__()
        self._desk = desk
        self._me: Me | None = desk.replica.me if desk else None
        self._present = present
        self._accounts = tuple(accounts)
        self._elsewhere = elsewhere
        self._now = now
        self._outbox = outbox
        self._unsent: dict[Account, int] = {}
        self._places: tuple[Place, ...] = ()
        self._devices: tuple[Session, ...] | None = None
        self._facts = AccountFacts(self._title(), id="facts", classes="pane")
        self._picker = Picker(
            tr("Account"), self._choices(), placeholder=tr("what do you want to do?"), classes="pane"
        )

    def compose(self) -> ComposeResult:
        """What is known above what can be done."""
        with Vertical(id="account"):
            yield self._facts
            yield self._picker

    def on_mount(self) -> None:
        """Choose at once; the server is asked meanwhile."""
        self.set_focus(self._picker.field)
        self._facts.display = self._me is not None
        self._facts.show(self._lines())
        if self._outbox is not None:
            self.run_worker(self._count_unsent(self._outbox), exit_on_error=False)
        if self._present is not None:
            self.run_worker(self._ask(self._present), exit_on_error=False)

    def news(self) -> None:
        """The count of another account changed, or something unsent there went out."""
        self._picker.set_choices(self._choices())
        if self._outbox is not None:
            self.run_worker(
                self._count_unsent(self._outbox), group="unsent", exclusive=True, exit_on_error=False
            )

    async def _count_unsent(self, folder: Path) -> None:
        """What waits in the outbox of an account: on its way, or refused and for its author to decide."""
        from deskterm.client.outbox.file import left_in, outbox_file  # sqlite3: not before it is needed

        for known in self._accounts:
            account = known.account
            path = outbox_file(folder, account.server, account.email)
            self._unsent[account] = await asyncio.to_thread(left_in, path, account.organization)
        self._picker.set_choices(self._choices())

    async def _ask(self, present: Present) -> None:
        """What only the server knows; without it the screen is complete enough."""
        own = own_account(present)
        try:
            self._devices = await own.devices()
            self._facts.show(self._lines())
            self._places = await own.organizations()
        except ClientError:
            return
        finally:
            await own.close()
            self._picker.set_choices(self._choices())

    # --- what is shown -----------------------------------------------------------------------------------

    def _title(self) -> str:
        me = self._me
        if me is None:
            return tr("Nobody is signed in")
        return f"{me.name} · {tr(me.role.value) if me.role else tr('visitor')} · {me.organization.name}"

    def _lines(self) -> list[tuple[str, str]]:
        me, desk = self._me, self._desk
        if me is None or desk is None:
            return []
        lines = [
            (tr("Signed in"), tr("{email} at {server}", email=me.email or me.name, server=desk.api.server))
        ]
        if me.organization.slug:
            lines.append((tr("Organization"), f"{me.organization.name} ({me.organization.slug})"))
        if self._present is not None:
            lines.append((tr("Token"), tr("kept in {where}", where=self._present.where)))
            lines.append((tr("Since"), self._since()))
        return lines

    def _since(self) -> str:
        if self._devices is None:
            return "…"
        here = next((each for each in self._devices if each.current), None)
        others = len(self._devices) - (here is not None)
        signed_in = f"{clock(here.created_at, self._now())} · " if here else ""
        return signed_in + (
            tr("no other device") if not others else tr("{count} more signed in elsewhere", count=others)
        )

    def _choices(self) -> list[Choice]:
        choices = self._account_choices()
        me, desk = self._me, self._desk
        if me is None or desk is None:
            return choices
        if me.member_id is not None:
            customer = me.role is Role.CUSTOMER
            away = me.away if customer else desk.replica.roster.presence(me.member_id) is Presence.AWAY
            seen = tr("you are seen as not here") if customer else tr("others see it")
            choices.append(
                Choice(BACK, tr("Be back"), tr("you are set away"))
                if away
                else Choice(AWAY, tr("Be away"), seen)
            )
        if me.role is Role.ADMIN:
            choices.append(
                Choice(ORGANIZATION, tr("Organization…"), tr("who sees what, voice, holding replies"))
            )
        if self._present is not None:
            more = len(self._devices or ()) - 1
            choices += [
                Choice(
                    DEVICES, tr("Devices…"), tr("{more} more", more=more) if more > 0 else tr("only this one")
                ),
                Choice(PASSWORD, tr("Change password…"), tr("other devices are signed out")),
                Choice(INVITE, tr("How others join…"), tr("what they type")),
            ]
        return [
            *choices,
            Choice(SIGN_OUT, tr("Sign out"), tr("the saved sign-in is forgotten, drafts are kept")),
        ]

    def _account_choices(self) -> list[Choice]:
        """The accounts by number, the present one first only where it is alone."""
        present = self._present.account if self._present else None
        choices = [
            Choice(STAY, each.label, tr("you are here"), ("●", "$presence-online"))
            if each.account == present
            else self._other(number, each)
            for number, each in enumerate(self._accounts, 1)
        ]
        if self._me is not None and not any(each.id == STAY for each in choices):
            choices.insert(0, Choice(STAY, tr("Stay"), tr("you are here"), ("●", "$presence-online")))
        if self._present is not None and self._present.store != "demo":
            known = {each.account.organization for each in self._accounts if self._same_person(each)}
            choices += [
                Choice(
                    f"{JOIN}{each.slug}",
                    tr("Go to {name} too", name=each.name),
                    tr("you are {role} there", role=tr(each.role.value)),
                    "+",
                )
                for each in self._places
                if not each.current and each.slug not in known
            ]
            choices.append(Choice(ADD, tr("Add an account…"), tr("another server or person"), "+"))
        return choices

    def _other(self, number: int, known: KnownAccount) -> Choice:
        seen = self._elsewhere.seen(known.account)
        signed_in = bool(known.store or known.token_command)
        waiting = f"✉ {seen.unread}" if seen.unread else ""
        trouble = seen.trouble if signed_in else tr("signed out")
        key = f"g {number}" if number <= MOST else ""
        left = self._unsent.get(known.account, 0)
        unsent = tr("{count} unsent", count=left) if left else ""
        detail = " · ".join(each for each in (unsent, waiting, trouble, key) if each)
        return Choice(f"{SWITCH}{number}", known.label, detail, "✉" if seen.unread else "○")

    def _same_person(self, known: KnownAccount) -> bool:
        present = self._present
        return present is not None and (known.account.server, known.account.email) == (
            present.account.server,
            present.account.email,
        )

    # --- what is chosen ----------------------------------------------------------------------------------

    @on(Picker.Picked)
    def _picked(self, event: Picker.Picked) -> None:
        event.stop()
        self.dismiss(event.choice_id)

    @on(Picker.Cancelled)
    def _cancelled(self, event: Picker.Cancelled) -> None:
        event.stop()
        self.dismiss(None)
