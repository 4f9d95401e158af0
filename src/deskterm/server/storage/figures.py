"""Figures for whoever watches the server: how far the logs are, what waits to go out."""

from typing import NamedTuple

from deskterm.server.storage.database import Reader, statement


class LogHead(NamedTuple):
    """An organization's last log position."""

    organization_id: int
    slug: str
    seq: int


class Figures(NamedTuple):
    """What is stored and not done yet; `search_behind` counts log positions."""

    heads: list[LogHead]
    webhooks: int
    mails: int
    search_behind: int


_HEADS = statement("""
    SELECT o.organization_id, o.slug, c.seq FROM organization o
    JOIN organization_counter c ON c.organization_id = o.organization_id ORDER BY o.slug""")
_WEBHOOKS = statement("""
    SELECT count(*) FROM webhook w JOIN webhook_delivery d
        ON d.organization_id = w.organization_id AND d.webhook_id = w.id AND d.finished_at IS NULL
    WHERE w.paused_at IS NULL AND w.deleted_at IS NULL""")
_MAILS = statement("SELECT count(*) FROM mail WHERE finished_at IS NULL")
_SEARCH = statement("""
    SELECT coalesce(sum(c.seq - coalesce(f.seq, 0)), 0) FROM organization_counter c
    LEFT JOIN search_followed f ON f.organization_id = c.organization_id""")


def figures(reader: Reader) -> Figures:
    """All of them, of one moment."""
    return Figures(
        reader.all(LogHead, _HEADS),
        int(reader.value(_WEBHOOKS)),
        int(reader.value(_MAILS)),
        int(reader.value(_SEARCH)),
    )
