"""What clients and server agree on about the chat on websites."""

import html


def script_line(server: str, key: str) -> str:
    """The one line that a website's owner pastes; `server` is the address that browsers reach."""
    source = html.escape(f"{server.rstrip('/')}/widget.js")
    return f'<script src="{source}" data-key="{html.escape(key)}" async></script>'
