"""The forms of the way in: by password, by a token, and by one that works once."""

from collections.abc import Mapping

from deskterm.client.accounts.entrance import Known
from deskterm.client.accounts.known import KnownAccount
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field, Form
from deskterm.widgets.chrome.footer import Hint

#: What tokens begin with that work once: of an invitation, for a new password, of an e-mail.
INVITATION, RESET, BACK = "dk_i_", "dk_r_", "dk_b_"


def password_form(known: Known, *, adding: bool, organization: bool, password: str) -> Form:
    """Server, e-mail and password; the organization where somebody is in several."""
    place = Field("organization", tr("Organization"), known.organization, tr("its short name"))
    fields = [
        _server(known.server),
        *([place] if organization and not password else []),
        Field("email", "E-mail", known.email, "you@example.com"),
        Field("password", tr("Password"), password, secret=True),
        *([place] if organization and password else []),  # the last thing that was asked: Enter signs in
    ]
    title = tr("Add an account") if adding else tr("Sign in")
    return Form(title, fields, classes="pane")


def token_form(server: str) -> Form:
    """Any token: of a session, of an invitation, or for a new password."""
    token = Field("token", tr("Token"), "", tr("dk_… also of an e-mail or an invitation"), secret=True)
    return Form(tr("Sign in with a token"), [_server(server), token], classes="pane")


def once_form(values: Mapping[str, str]) -> Form:
    """What goes with a token that works once: a name for who is new, and a password."""
    token = Field("token", tr("Token"), values["token"].strip(), secret=True)
    if token.value.startswith(RESET):
        title, name, label = tr("A new password"), [], tr("New password")
    else:
        title, label = tr("I have an invitation"), tr("Password")
        name = [Field("name", tr("Your name"), "", tr("if you are new there"), required=False)]
    password = Field("password", label, "", tr("8 characters or more"), secret=True)
    fields = [_server(values["server"]), token, *name, password]
    return Form(title, fields, classes="pane")


def done(values: Mapping[str, str]) -> str:
    """What Enter does at the end of a form with these fields."""
    return tr("⏎ come in") if "token" in values and "password" in values else tr("⏎ sign in")


def other_ways(values: Mapping[str, str], *, accounts: bool) -> dict[str, str]:
    """What else can be done beside a form with these fields, in words, by the id of its command."""
    token = "token" in values
    bare = token and "password" not in values
    return {
        "sign_in.reveal": tr("show token") if bare else tr("show password"),
        "sign_in.token": tr("use a password") if token else tr("use a token"),
        **({} if token else {"sign_in.forgot": tr("forgot it")}),
        **({"sign_in.accounts": tr("accounts")} if accounts else {}),
    }


def forgotten(mails: Hint | None) -> str:
    """What somebody does who has forgotten their password; `mails` is what has a token mailed."""
    if mails is None:
        return tr("Forgotten? An admin gives you a reset token.")
    return tr("Forgotten? {key} mails a token; an admin has one, too.", key=mails[0])


def state(known: KnownAccount) -> str:
    """Where an account is, and whether one has to sign in there again."""
    where = known.account.server.partition("://")[2]
    return where if known.store or known.token_command else tr("{where} · signed out", where=where)


def _server(address: str) -> Field:
    return Field("server", tr("Server"), address, "https://desk.example.com")
