"""What a handler answers when all went well."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json


@dataclass(slots=True)
class Answer:
    """A success: its status and its payload (JSON-ready; bytes are JSON already; None = no body).

    A replayed answer may also be the refusal that was given the first time.
    """

    status: int
    payload: Mapping[str, Any] | bytes | None = None
    replayed: bool = False

    def encoded(self) -> bytes:
        """The body's bytes."""
        payload = self.payload
        if payload is None:
            return b""
        return payload if isinstance(payload, bytes) else to_json(payload)
