"""Standard Webhooks: who receives a delivery can tell that it is ours, whole, and not an old one."""

import base64
import hashlib
import hmac

from deskterm.protocol.ids import to_text
from deskterm.server.root_secret import RootSecret

PURPOSE = "webhook"
_PREFIX = "whsec_"


def secret_of(root: RootSecret, webhook_id: bytes) -> str:
    """What an endpoint checks by; shown when it is made, and derived whenever it is needed."""
    key = base64.urlsafe_b64decode(root.derive(PURPOSE, webhook_id) + "=")
    return _PREFIX + base64.b64encode(key).decode()


def signed_headers(secret: str, event_id: bytes, seconds: int, body: bytes) -> dict[str, str]:
    """The three headers of one attempt at `seconds` since 1970."""
    name = f"evt_{to_text(event_id)}"
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    digest = hmac.digest(key, f"{name}.{seconds}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": name,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
