"""Frames of the server as text."""

import json
from typing import Any

from pydantic_core import to_jsonable_python

from deskterm.client.live.state import (
    Action,
    Send,
)

SERVER = "https://desk.example.com"


def frame(frame_type: str, /, **fields: Any) -> str:
    return json.dumps({"type": frame_type, **to_jsonable_python(fields)})


def event(previous: str, cursor: str, kind: str, **data: Any) -> str:
    return frame("event", previous=previous, cursor=cursor, kind=kind, data=data)


def hello(actions: list[Action]) -> dict[str, Any]:
    [sent] = actions
    assert isinstance(sent, Send)
    said: dict[str, Any] = json.loads(sent.text)
    return said
