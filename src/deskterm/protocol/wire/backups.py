"""Backups that admins ask for."""

from deskterm.protocol.wire.requests import Request
from deskterm.protocol.wire.responses.base import Response


class MakeBackup(Request):
    """`POST /backup`"""


class MadeBackup(Response):
    """The file's name among the server's backups."""

    name: str
