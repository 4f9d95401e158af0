"""The commands of admins who look after the chat on websites and what else reaches the desk."""

from typing import Final

from deskterm.commands.model import Command, Group, Need

_PAGES = (
    (
        "goto.website",
        "g>W",
        "website",
        "Chat on your website…",
        "Its look, a preview, the line",
        "website_chat",
    ),
    ("goto.keys", "g>k", "API keys", "API keys…", "Look, make, revoke; when they were used", "api_keys"),
    ("goto.webhooks", "g>h", "webhooks", "Webhooks…", "Where events go, what was sent, again", "webhooks"),
    ("goto.blocks", "g>x", "blocked", "Blocked…", "Visitors and networks; block, unblock", "blocks"),
)
_BLOCK = ("ticket.block", "X", "block", "Block visitor…", "The visitor of it, or their address", "block")

WEBSITE: Final = (
    *(Command(*row, Group.APP, need=Need.ADMIN) for row in _PAGES),
    Command(*_BLOCK, Group.CONVERSATION, need=Need.ADMIN),
)
