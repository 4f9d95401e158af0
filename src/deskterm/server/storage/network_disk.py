"""Whether a folder lies on another machine: SQLite needs locks and shared memory, which do not hold there."""

import re
from pathlib import Path
from typing import Final

from deskterm.server.errors import Conflict

#: What this machine has mounted where; other systems have no such file, and nothing is known there.
MOUNTS = Path("/proc/self/mountinfo")
#: File systems of other machines, as the kernel names them; those in user space say `fuse.` before.
_REMOTE: Final = re.compile(
    r"nfs4?|cifs|smb3?|smbfs|ncpfs|afs|coda|davfs|ceph|glusterfs|lustre|beegfs|orangefs"
    r"|fuse\.(sshfs|ceph|ceph-fuse|glusterfs|s3fs|rclone|davfs2?|smbnetfs|juicefs|gcsfuse|curlftpfs)"
)
_ESCAPED: Final = re.compile(r"\\([0-7]{3})")


class NetworkDisk(Conflict):
    """The database would lie on a network file system; the command line ends with exit code 9."""

    title = "The database is on a network file system"


def require_local(database: Path) -> None:
    """Raises `NetworkDisk` where two machines could write to one database and neither would notice."""
    kind = network_kind(database.parent)
    if kind is not None:
        raise NetworkDisk(
            f"{database.parent} is on a network file system ({kind}), and SQLite needs a disk of this"
            " machine. Move the folder there, or use another --data directory, or PostgreSQL."
        )


def network_kind(folder: Path) -> str | None:
    """The network file system that a folder, there or not yet, is on; None = none that is known."""
    try:
        lines = MOUNTS.read_text(errors="surrogateescape").splitlines()
    except OSError:
        return None
    place, kind, longest = folder.resolve(), "", -1
    for line in lines:
        before, _, after = line.partition(" - ")
        where = Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), before.split()[4]))
        if place.is_relative_to(where) and len(where.parts) >= longest:  # the later one lies above
            kind, longest = after.split()[0], len(where.parts)
    return kind if _REMOTE.fullmatch(kind) else None
