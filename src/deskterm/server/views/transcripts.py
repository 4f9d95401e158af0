"""A conversation from its first message to its last, to be kept outside of the desk. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic_core import to_json

Shown = dict[str, Any]


def as_json(conversation: Shown, messages: Sequence[Shown]) -> str:
    """Both as the API shows them."""
    return to_json({"conversation": conversation, "messages": messages}).decode()


def as_text(conversation: Shown, messages: Sequence[Shown]) -> str:
    """Plain lines: who, when, and what was said."""
    parts = [_title(conversation), *(f"{_head(each)}\n{_body(each)}" for each in messages)]
    return "\n\n".join(parts) + "\n"


def as_markdown(conversation: Shown, messages: Sequence[Shown]) -> str:
    """The same with headings; what was said stands in quotes, so that it changes nothing around it."""
    parts = [f"# {_escaped(_title(conversation))}"]
    for each in messages:
        parts += [f"## {_escaped(_head(each))}", "\n".join(f"> {line}" for line in _lines(_body(each)))]
    return "\n\n".join(parts) + "\n"


def _title(conversation: Shown) -> str:
    contact = conversation["contact"]
    who = (contact and (contact["name"] or contact["email"])) or ""
    said = " · ".join(part for part in (conversation["subject"] or "", who, conversation["status"]) if part)
    return f"#{conversation['number']} {said}"


def _head(message: Shown) -> str:
    author, operator = message["author"], message["operator"]
    name = author["name"] or author["kind"]
    behind = f" ({operator['name']})" if operator else ""
    note = ", internal note" if message["visibility"] == "internal" else ""
    return f"{name}{behind}{note}, {message['created_at'][:16].replace('T', ' ')} UTC"


def _body(message: Shown) -> str:
    if message["deleted"]:
        return "(deleted)"
    files = (f"[{each['filename']}, {each['size']} bytes]" for each in message["attachments"])
    return "\n".join(_filled((message["body"], *files)))


def _filled(parts: Iterable[str]) -> Iterator[str]:
    return (each for each in parts if each)


def _lines(text: str) -> list[str]:
    return text.splitlines() or [""]


def _escaped(line: str) -> str:
    return "".join(f"\\{each}" if each in "\\`*_[]<>#" else each for each in line)
