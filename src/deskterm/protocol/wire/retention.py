"""How long things are kept, and what a run of retention takes."""

from typing import Annotated

from pydantic import Field

from deskterm.protocol.wire.requests import Request
from deskterm.protocol.wire.responses.base import Response

Days = Annotated[int, Field(ge=0, le=36_500)]


class PatchRetention(Request):
    """`settings.retention` to change, in days; 0 = never, an absent field stays."""

    archive_days: Days = 0
    visitor_days: Days = 0


class RunRetention(Request):
    """`POST /retention/run`"""


class Retention(Response):
    """What is old enough to go now, or went; `backup` is the file that was made before."""

    archive_days: int
    visitor_days: int
    conversations: int
    visitors: int
    backup: str | None
