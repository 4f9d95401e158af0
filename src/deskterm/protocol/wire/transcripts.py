"""How a transcript is asked for."""

from typing import Literal

from deskterm.protocol.wire.requests import Request


class TranscriptQuery(Request):
    """`GET /conversations/{id}/transcript`"""

    format: Literal["text", "md", "json"] = "text"
