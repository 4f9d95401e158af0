"""What `deskterm doctor` finds in a database on PostgreSQL: it only reads, so a server may be running."""

from collections.abc import Iterable

from deskterm.terminal.findings import Finding, Verdict
from deskterm.text.words import tr


def database_findings(address: str) -> Iterable[Finding]:
    """Everything about the database at this address."""
    try:
        from deskterm.server.storage.engines.postgres.examining import look_at
    except ImportError:
        yield Finding(
            tr("database"), tr("psycopg is missing"), Verdict.PROBLEM, "pip install 'deskterm[postgres]'"
        )
        return
    found = look_at(address)
    if isinstance(found, str):
        yield Finding(
            tr("database"), found, Verdict.PROBLEM, tr("look after the address, the server and its rights")
        )
        return
    yield Finding(tr("data"), _servers(found.servers))
    if not found.is_fenced:
        said = tr("this role passes the second fence between organizations (row-level security)")
        what = tr("give deskterm a role that is no superuser")
        yield Finding(tr("database"), said, Verdict.NOTE, what)
    said = tr(
        "schema {schema}, PostgreSQL {version}, {amount} MB",
        schema=found.schema,
        version=found.version,
        amount=f"{found.size / 1_000_000:,.1f}",
    )
    if found.schema > found.newest:
        knows = tr("this deskterm knows {newest}: install a newer one", newest=found.newest)
        yield Finding(tr("database"), said, Verdict.PROBLEM, knows)
    elif found.schema < found.newest:
        yield Finding(
            tr("database"),
            said,
            Verdict.NOTE,
            tr("the next start migrates it to {newest}", newest=found.newest),
        )
    else:
        yield Finding(tr("database"), said)
        for each in found.damage:
            yield Finding(tr("database"), each, Verdict.PROBLEM, tr("stop the server and restore a backup"))
        if not found.damage:
            yield Finding(tr("database"), tr("logs, counts and active conversations are in order"))
        yield _files(found.files, found.outside)


def _files(count: int, outside: int) -> Finding:
    if not outside:
        return Finding(tr("files"), tr("all {count} files of messages are in it", count=f"{count:,}"))
    said = tr(
        "{outside} of {count} files of messages are not in it", outside=f"{outside:,}", count=f"{count:,}"
    )
    return Finding(
        tr("files"), said, Verdict.NOTE, tr("they are in the folder that `serve --files` names, or lost")
    )


def _servers(count: int) -> str:
    if count > 1:
        return tr("{count} servers run on this database", count=count)
    return tr("a server runs on this database") if count else tr("no server runs on it")
