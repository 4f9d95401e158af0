"""What went wrong, as short as a pane has room for."""

from deskterm.client.errors import ApiError, ClientError, Offline
from deskterm.text.words import tr


def brief(error: ClientError) -> str:
    """One sentence without the address: the banner and the account say where one is signed in."""
    return tr("The server {why}.", why=error.why) if isinstance(error, Offline) else error.sentence


def refused(error: ClientError) -> str:
    """The same, with what exactly is wrong in a value that was not taken."""
    if isinstance(error, ApiError) and error.code == "invalid":
        wrong = [str(each.get("msg", "")) for each in error.extra.get("errors", ()) if isinstance(each, dict)]
        return "; ".join(each for each in wrong if each) or error.sentence
    return brief(error)
