"""The forms of the way in: by password, by a token, and by one that works once."""

from collections.abc import Mapping

from deskterm.client.accounts.entrance import Known
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field, Form

#: What tokens begin with that work once: of an invitation, for a new password, of an e-mail.
INVITATION, RESET, BACK = "dk_i_", "dk_r_", "dk_b_"


def password_form(known: Known, *, adding: bool, organization: bool, password: str) -> Form:
    """Server, e-mail and password; the organization where somebody is in several."""
    place = [Field("organization", tr("Organization"), known.organization, tr("its short name"))]
    fields = [
        _server(known.server),
        *(place if organization else []),
        Field("email", "E-mail", known.email, "you@example.com"),
        Field("password", tr("Password"), password, secret=True),
    ]
    title = tr("Add an account") if adding else tr("Sign in")
    return Form(title, fields, button=tr("⏎ sign in  F4 use a token"), classes="pane")


def token_form(server: str) -> Form:
    """Any token: of a session, of an invitation, or for a new password."""
    token = Field("token", tr("Token"), "", tr("dk_… also of an e-mail or an invitation"), secret=True)
    button = tr("⏎ sign in  F4 password")
    return Form(tr("Sign in with a token"), [_server(server), token], button=button, classes="pane")


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
    return Form(title, fields, button=tr("⏎ come in  F4 password"), classes="pane")


def _server(address: str) -> Field:
    return Field("server", tr("Server"), address, "https://desk.example.com")
