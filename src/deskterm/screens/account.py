"""Who is signed in, where; and out again."""

from typing import TYPE_CHECKING

from deskterm.protocol.records import Presence
from deskterm.screens.questions import Choose
from deskterm.widgets.picker import Choice

if TYPE_CHECKING:
    from deskterm.client.desk import Desk

SIGN_OUT = "sign-out"
AWAY = "away"
BACK = "back"
STAY = "stay"


def account(desk: "Desk") -> Choose:
    """Asks what to do with the account; answers one of this module's words."""
    me = desk.replica.me
    if me is None:
        raise ValueError("nobody is signed in")
    choices = [Choice(STAY, "Stay", f"{me.email or me.name} at {desk.api.server}")]
    if me.member_id is not None:
        away = desk.replica.roster.presence(me.member_id) is Presence.AWAY
        choices.append(
            Choice(BACK, "Be back", "you are set away") if away else Choice(AWAY, "Be away", "others see it")
        )
    choices.append(Choice(SIGN_OUT, "Sign out", "the saved sign-in is forgotten, drafts are kept"))
    role = me.role.value if me.role else "visitor"
    return Choose(f"{me.name} · {role} · {me.organization.name}", choices)
