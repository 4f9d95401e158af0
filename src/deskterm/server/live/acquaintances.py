"""Who knows whom: a contact's presence is told in their direct conversations, and nowhere else."""

from collections.abc import Iterable

from deskterm.protocol.records import Presence
from deskterm.server.live.audience import Audiences
from deskterm.server.live.dispatch import Group, Groups
from deskterm.server.live.ephemeral import Told, contacts_frame
from deskterm.server.live.presence import PresenceBoard
from deskterm.server.principal import Principal
from deskterm.server.storage import directs
from deskterm.server.storage.database import Reader


def around(
    audiences: Audiences, groups: Groups, contact_id: bytes, threads: Iterable[bytes], presence: Presence
) -> list[Told]:
    """The others who see one of these conversations, each once."""
    frame = contacts_frame([contact_id]) if presence is Presence.ONLINE else contacts_frame([], [contact_id])
    found: dict[bytes, Group] = {}
    for conversation_id in threads:
        for group in groups.around(conversation_id, audiences):
            other = group.principal
            if other.contact_id != contact_id and audiences.sees(other, conversation_id):
                found[other.actor_id] = group
    return [Told(group, frame) for group in found.values()]


def known(reader: Reader, principal: Principal, contacts: PresenceBoard) -> list[bytes]:
    """The contacts whom somebody may know to be there: admins all, others those they have one with."""
    if principal.is_admin:
        return contacts.of(principal.organization_id)
    met = directs.met(reader, principal)
    return [each for each in met if each != principal.contact_id and contacts(each) is Presence.ONLINE]
