"""Server addresses: what people type, made into one canonical form."""

import ipaddress
from urllib.parse import urlsplit, urlunsplit

from deskterm.client.errors import BadAddress

API = "/api/v1"


def normalise(text: str) -> str:
    """`desk.example.com/` → `https://desk.example.com`; loopback without a scheme gets http.

    A path stays (a server mounted below one), without a trailing slash and without `/api/v1`. User names,
    passwords, queries and fragments are refused: BadAddress.
    """
    text = text.strip()
    bare = text if "://" in text else f"//{text}"
    try:
        parts = urlsplit(bare)
        host, port = parts.hostname, parts.port
    except ValueError:
        raise BadAddress(text) from None
    if (
        not host
        or parts.scheme not in ("", "http", "https")
        or parts.query
        or parts.fragment
        or "@" in parts.netloc
        or any(character.isspace() or not character.isprintable() for character in text)
    ):
        raise BadAddress(text)
    scheme = parts.scheme or ("http" if is_loopback(host) else "https")
    name = f"[{host}]" if ":" in host else host
    path = parts.path.rstrip("/").removesuffix(API)
    return urlunsplit((scheme, f"{name}:{port}" if port else name, path, "", ""))


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, so that no proxy and no TLS is called for."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def live_address(server: str) -> str:
    """The WebSocket address of the live stream of a normalised server."""
    return "ws" + server.removeprefix("http") + API + "/live"
