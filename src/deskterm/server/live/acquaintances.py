"""Who knows whom: a contact's presence is told in their direct conversations, and nowhere else."""

from collections.abc import Iterable

from deskterm.protocol.records import Presence
from deskterm.server.live.audience import Audiences
from deskterm.server.live.dispatch import Group, Groups
from deskterm.server.live.ephemeral import Told, contacts_frame
from deskterm.server.live.presence import PresenceBoard
from deskterm.server.principal import Principal
from deskterm.server.storage import directs, personas
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
    organization_id = principal.organization_id
    if principal.is_admin:
        return contacts.of(organization_id)
    sides = [principal.actor_id]
    if principal.is_agent:
        sides += personas.operated_by(reader, organization_id, principal.actor_id)
    met = {each for side in sides for each in directs.met(reader, organization_id, side)}
    return [each for each in met if contacts(each) is Presence.ONLINE]
