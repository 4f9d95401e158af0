"""What `deskterm doctor` finds in a database on PostgreSQL: it only reads, so a server may be running."""

from collections.abc import Iterable

from deskterm.terminal.findings import Finding, Verdict


def database_findings(address: str) -> Iterable[Finding]:
    """Everything about the database at this address."""
    try:
        from deskterm.server.storage.engines.postgres.examining import look_at
    except ImportError:
        yield Finding("database", "psycopg is missing", Verdict.PROBLEM, "pip install 'deskterm[postgres]'")
        return
    found = look_at(address)
    if isinstance(found, str):
        yield Finding("database", found, Verdict.PROBLEM, "look after the address, the server and its rights")
        return
    yield Finding("data", _servers(found.servers))
    if not found.is_fenced:
        said = "this role passes the second fence between organizations (row-level security)"
        yield Finding("database", said, Verdict.NOTE, "give deskterm a role that is no superuser")
    said = f"schema {found.schema}, PostgreSQL {found.version}, {found.size / 1_000_000:,.1f} MB"
    if found.schema > found.newest:
        knows = f"this deskterm knows {found.newest}: install a newer one"
        yield Finding("database", said, Verdict.PROBLEM, knows)
    elif found.schema < found.newest:
        yield Finding("database", said, Verdict.NOTE, f"the next start migrates it to {found.newest}")
    else:
        yield Finding("database", said)
        for each in found.damage:
            yield Finding("database", each, Verdict.PROBLEM, "stop the server and restore a backup")
        if not found.damage:
            yield Finding("database", "logs, counts and active conversations are in order")
        yield _files(found.files, found.outside)


def _files(count: int, outside: int) -> Finding:
    if not outside:
        return Finding("files", f"all {count:,} files of messages are in it")
    said = f"{outside:,} of {count:,} files of messages are not in it"
    return Finding("files", said, Verdict.NOTE, "they are in the folder that `serve --files` names, or lost")


def _servers(count: int) -> str:
    if count > 1:
        return f"{count} servers run on this database"
    return "a server runs on this database" if count else "no server runs on it"
