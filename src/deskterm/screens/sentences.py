"""What went wrong, as short as a pane has room for."""

from deskterm.client.errors import ClientError, Offline
from deskterm.text.words import tr


def brief(error: ClientError) -> str:
    """One sentence without the address: the banner and the account say where one is signed in."""
    return tr("The server {why}.", why=error.why) if isinstance(error, Offline) else error.sentence
