"""Where the server sends e-mail: options of `serve`, also from the environment; the password only there."""

import argparse
import os
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from deskterm.server.config import Mail

PASSWORD, PASSWORD_FILE = "DESKTERM_SMTP_PASSWORD", "DESKTERM_SMTP_PASSWORD_FILE"
_SECURITY: dict[str, tuple[Literal["starttls", "tls", "none"], int]] = {
    "smtp": ("starttls", 587),
    "smtps": ("tls", 465),
    "smtp+plain": ("none", 25),
}


def add_mail_arguments(parser: argparse.ArgumentParser) -> None:
    """`--smtp`, `--mail-from`, `--desk-url`."""
    parser.add_argument(
        "--smtp",
        metavar="URL",
        default=os.environ.get("DESKTERM_SMTP"),
        help="send e-mail by smtp://[user@]host[:port] (STARTTLS), smtps://… or, on this machine only, "
        f"smtp+plain://…; the password comes from {PASSWORD} or the file {PASSWORD_FILE} names",
    )
    parser.add_argument("--mail-from", metavar="ADDRESS", default=os.environ.get("DESKTERM_MAIL_FROM"))
    parser.add_argument(
        "--desk-url",
        metavar="URL",
        default=os.environ.get("DESKTERM_DESK_URL"),
        help="under which people reach this server, for e-mail",
    )


def mail_settings(arguments: argparse.Namespace) -> Mail | None:
    """None where nothing is said of e-mail; ValueError for what does not go together."""
    if not arguments.smtp:
        return None
    url = urlsplit(arguments.smtp)
    if url.scheme not in _SECURITY or not url.hostname or url.password is not None:
        raise ValueError("--smtp is a URL like smtp://user@host:587, without a password in it.")
    if not arguments.mail_from or "@" not in arguments.mail_from or not arguments.desk_url:
        raise ValueError("--smtp needs --mail-from ADDRESS and --desk-url URL.")
    security, port = _SECURITY[url.scheme]
    password = _password()
    if security == "none" and (password or url.hostname not in ("localhost", "127.0.0.1", "::1")):
        raise ValueError("smtp+plain is for a mail server on this machine, and without a password.")
    return Mail(
        host=url.hostname,
        port=url.port or port,
        security=security,
        user=unquote(url.username) if url.username else None,
        password=password,
        sender=arguments.mail_from,
        desk_url=arguments.desk_url.rstrip("/"),
    )


def _password() -> str | None:
    file = os.environ.get(PASSWORD_FILE)
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get(PASSWORD)
