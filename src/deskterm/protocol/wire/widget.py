"""The widget's settings, and what a website's launcher and page read of them."""

from typing import Annotated

from pydantic import BeforeValidator, StringConstraints

from deskterm.protocol.wire.api_keys import Origins
from deskterm.protocol.wire.requests import Request
from deskterm.protocol.wire.responses.base import Response
from deskterm.protocol.wire.responses.people import Position, Theme
from deskterm.text.clean import clean, clean_line


def _cleaned(value: object) -> object:
    return clean(value).strip() if isinstance(value, str) else value


def _one_line(value: object) -> object:
    return clean_line(value).strip() if isinstance(value, str) else value


Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$", to_lower=True)]


class PatchWidget(Request):
    """`settings.widget` to change; an absent field stays. An empty `welcome` is the organization's own."""

    enabled: bool = True
    origins: Origins = []
    theme: Theme = "auto"
    color: Color = "#1f4fbf"
    position: Position = "bottom-right"
    welcome: Annotated[str, BeforeValidator(_cleaned), StringConstraints(max_length=1_000)] = ""
    avatar: bool = True
    collect_name: bool = False
    collect_email: bool = False
    offline_text: Annotated[str, BeforeValidator(_one_line), StringConstraints(max_length=200)] = ""


class WidgetPersona(Response):
    """Who answers, as visitors read it."""

    name: str
    initials: str | None
    color: str | None


class Widget(Response):
    """`GET /widget`: what a website shows. `page` is relative to the server's root."""

    enabled: bool
    name: str
    theme: Theme
    color: str
    position: Position
    welcome: str
    avatar: bool
    collect_name: bool
    collect_email: bool
    online: bool
    offline_text: str
    persona: WidgetPersona | None
    page: str
