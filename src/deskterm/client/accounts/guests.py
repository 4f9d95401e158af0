"""Who comes in: what was said, what this machine knows, and whose desk is open. Asks no server."""

from dataclasses import field, replace
from typing import TYPE_CHECKING

from deskterm.client.accounts.address import normalise
from deskterm.client.accounts.credentials import ENVIRONMENT, Credentials, environment_server
from deskterm.client.accounts.known import Account, KnownAccount
from deskterm.client.errors import BadAddress
from deskterm.client.local.first_page import Owner
from deskterm.protocol.records import Role
from deskterm.record import record

if TYPE_CHECKING:
    from deskterm.client.accounts.own_account import OwnAccount
    from deskterm.protocol.demo import DemoPerson
    from deskterm.protocol.records import Me


@record
class Wish:
    """Where somebody wants to go, and as whom, as far as they said so.

    `server` is as typed; of the `email` of a known account the beginning is enough. `person` signs in without
    asking, as the demo does; `people` are offered to choose from instead of a sign-in, and `join` is what to
    type in a second terminal to come in as somebody else. `customers_only` refuses agents.
    """

    server: str | None = None
    organization: str | None = None
    email: str | None = None
    person: "DemoPerson | None" = None
    people: "tuple[DemoPerson, ...]" = ()
    join: str = ""
    customers_only: bool = False


@record
class Known:
    """What can stand in the sign-in form from the start."""

    server: str = ""
    email: str = ""
    organization: str = ""


@record
class Present:
    """Whose desk is open: the account, its token, and where that came from."""

    account: Account
    token: str = field(repr=False)
    store: str
    where: str


class Guests:
    """The accounts that may come in.

    `wanted` is the account that somebody asked for last, None = whoever comes first; `present` the one whose
    desk is on the screen.
    """

    def __init__(self, wish: Wish | None = None, credentials: Credentials | None = None) -> None:
        self.wish = wish or Wish()
        self.credentials = credentials or Credentials()
        self.wanted: Account | None = None
        self.present: Present | None = None

    @property
    def remembers(self) -> bool:
        """Whether the inbox that was last seen here may be shown before it is known who comes."""
        wish = self.wish
        return wish.person is None and not (wish.people or wish.customers_only)

    @property
    def accounts(self) -> tuple[KnownAccount, ...]:
        """The accounts that one may go to, in an order that stays; none in the demo."""
        wish = self.wish
        if wish.person or wish.people:
            return ()
        known = self.credentials.accounts.numbered()
        if wish.customers_only:
            return tuple(each for each in known if each.role in (Role.CUSTOMER, None))
        return known

    def owner(self) -> Owner:
        """Who will come in first, as far as this machine knows."""
        chosen = self.chosen()
        said = self.wish.server or environment_server()
        try:
            server = normalise(said or (chosen.account.server if chosen else ""))
        except BadAddress:
            return Owner.of("", "")
        account = chosen.account if chosen else Account(server, "")
        return Owner.of(server, account.email, organization=account.organization)

    def owner_of(self, account: Account) -> Owner:
        """Whose first page it is that this account shows; never the environment's."""
        return Owner.of(account.server, account.email, {}, account.organization)

    def present_owner(self) -> Owner | None:
        """Whose page the present desk keeps; None where nothing says so."""
        present = self.present
        if present is None:
            return None
        if present.store == ENVIRONMENT:
            return Owner.of(present.account.server, "", {"DESKTERM_TOKEN": present.token})
        return self.owner_of(present.account)

    def known(self) -> Known:
        """What was said, or asked for, or used here last. Reads one small file."""
        if self.wanted is not None:
            several = self.credentials.accounts.fitting(self.wanted.server, email=self.wanted.email)
            ask = self.wanted.organization if len(several) > 1 else ""
            return Known(self.wanted.server, self.wanted.email, ask)
        said = self.wish.server or environment_server()
        chosen = self.chosen()
        typed = self.wish.email or ""
        return Known(
            server=said or (chosen.account.server if chosen else ""),
            email=chosen.account.email if chosen else typed if "@" in typed else "",
            organization=self.wish.organization or "",
        )

    def remember(self, account: Account, store: str, me: "Me | None") -> None:
        """The account used last is the first of the list; written only where something is new."""
        known = self.credentials.accounts.get(account) or KnownAccount(account)
        fresh = replace(known, store=store)
        if me is not None:
            role = me.role.value if me.role else None
            fresh = replace(fresh, name=me.organization.name, person=me.name, role=role)
        if self.credentials.accounts.all()[:1] != (fresh,):
            self.credentials.remember(fresh)

    def chosen(self) -> KnownAccount | None:
        """The account that fits what was said best: of several the one used last."""
        said = self.wish.server or environment_server()
        try:
            server = normalise(said) if said else None
        except BadAddress:
            return None
        fitting = self.credentials.accounts.fitting(server, self.wish.organization, self.wish.email)
        if self.wish.customers_only:
            fitting = tuple(each for each in fitting if each.role in (Role.CUSTOMER, None)) or fitting
        return fitting[0] if fitting else None


def belongs(me: "Me", account: Account) -> bool:
    """Whether a session is of the account that its token was kept for."""
    email = (me.email or account.email).lower()
    return email == account.email and me.organization.slug in (None, "", account.organization or None)


def own_account(present: Present) -> "OwnAccount":
    """What one may ask about the present account; close it."""
    from deskterm.client.accounts.own_account import OwnAccount

    return OwnAccount(present.account.server, present.token)
