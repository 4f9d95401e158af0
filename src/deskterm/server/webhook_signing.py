"""Standard Webhooks: who receives a delivery can tell that it is ours, whole, and not an old one."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from deskterm.protocol.ids import to_text
from deskterm.server.root_secret import RootSecret
from deskterm.server.storage.webhooks import WebhookRow

PURPOSE = "webhook"
_PREFIX = "whsec_"
#: Milliseconds for which deliveries are signed by the secret before, too.
OVERLAP: Final = 24 * 3600 * 1_000


def secret_of(root: RootSecret, row: WebhookRow) -> str:
    """What an endpoint checks by; shown when it is made, and derived whenever it is needed."""
    return _secret(root, row.id, row.secret_number)


def secrets_of(root: RootSecret, row: WebhookRow, now: int) -> list[str]:
    """What a delivery is signed by: the secret, and for a day after a change the one before."""
    found = [secret_of(root, row)]
    if row.rotated_at is not None and now - row.rotated_at < OVERLAP:
        found.append(_secret(root, row.id, row.secret_number - 1))
    return found


def signed_headers(secrets: Sequence[str], event_id: bytes, seconds: int, body: bytes) -> dict[str, str]:
    """The three headers of one attempt at `seconds` since 1970, with a signature by each secret."""
    name = f"evt_{to_text(event_id)}"
    told = f"{name}.{seconds}.".encode() + body
    return {
        "webhook-id": name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{_signature(each, told)}" for each in secrets),
    }


def _signature(secret: str, told: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    return base64.b64encode(hmac.digest(key, told, hashlib.sha256)).decode()


def _secret(root: RootSecret, webhook_id: bytes, number: int) -> str:
    key = base64.urlsafe_b64decode(root.derive(f"{PURPOSE} {number}", webhook_id) + "=")
    return _PREFIX + base64.b64encode(key).decode()
