"""Tokens that work once and go by e-mail: derived from the server's secret, so that the queue stores none."""

from deskterm.server.root_secret import RootSecret
from deskterm.server.sessions import INVITATION_PREFIX, RESET_PREFIX


class LinkTokens:
    """The token that belongs to a row; storage keeps its SHA-256 as of any other."""

    def __init__(self, root: RootSecret) -> None:
        self._root = root

    def invitation(self, invitation_id: bytes) -> str:
        """What joins by this invitation."""
        return INVITATION_PREFIX + self._root.derive("invitation", invitation_id)

    def reset(self, reset_id: bytes) -> str:
        """What sets a new password by this mailed reset."""
        return RESET_PREFIX + self._root.derive("password_reset", reset_id)
