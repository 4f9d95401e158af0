"""Tokens that go by e-mail: derived from the server's secret, so that the queue stores none."""

import hmac
import re
from typing import NamedTuple

from deskterm.server.root_secret import RootSecret
from deskterm.server.sessions import INVITATION_PREFIX, RESET_PREFIX

BACK_PREFIX, OFF_PREFIX = "dk_b_", "dk_o_"
_NAMED = re.compile(r"dk_[bo]_([0-7][0-9a-f]{7})([0-9a-f]{32})([\w-]{43})", re.ASCII)


class Named(NamedTuple):
    """What a token says that it opens, which nobody has checked."""

    key: int  # of the organization
    id: bytes


class LinkTokens:
    """The token that belongs to a row; storage keeps its SHA-256 as of any other, or nothing at all."""

    def __init__(self, root: RootSecret) -> None:
        self._root = root

    def invitation(self, invitation_id: bytes) -> str:
        """What joins by this invitation."""
        return INVITATION_PREFIX + self._root.derive("invitation", invitation_id)

    def reset(self, reset_id: bytes) -> str:
        """What sets a new password by this mailed reset."""
        return RESET_PREFIX + self._root.derive("password_reset", reset_id)

    def way_back(self, organization_id: int, mail_id: bytes, email: str) -> str:
        """What leads from an e-mail back into its thread, as long as the address is still the reader's."""
        return BACK_PREFIX + self._named("way_back", organization_id, mail_id, email)

    def mail_off(self, organization_id: int, contact_id: bytes) -> str:
        """What ends e-mail about replies."""
        return OFF_PREFIX + self._named("mail_off", organization_id, contact_id)

    def _named(self, purpose: str, organization_id: int, id: bytes, email: str = "") -> str:
        place = organization_id.to_bytes(4) + id
        return place.hex() + self._root.derive(purpose, place + email.encode())


def named(token: str, prefix: str) -> Named | None:
    """What a token of this prefix is about; None for what is none."""
    found = _NAMED.fullmatch(token)
    if found is None or not token.startswith(prefix):
        return None
    return Named(int(found[1], 16), bytes.fromhex(found[2]))


def same(given: str, right: str) -> bool:
    """Compared without telling by the time it takes where they differ."""
    return hmac.compare_digest(given.encode(), right.encode())
