"""What is not logged: who types, who looks, who is there. The same people are told as of content.

Each function answers whom to write which frame to; nothing here touches a socket.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.protocol.records import Kind, Visibility
from deskterm.protocol.wire.frames import Typing
from deskterm.server import policy
from deskterm.server.desk.personas import open_personas
from deskterm.server.live.audience import Audiences, Scene
from deskterm.server.live.dispatch import Group, Groups
from deskterm.server.live.frames import json_frame
from deskterm.server.live.presence import PresenceBoard, PresenceChange
from deskterm.server.principal import Eyes, Principal
from deskterm.server.storage import contacts, conversations, organizations, personas
from deskterm.server.storage.database import Reader
from deskterm.server.views import people
from deskterm.server.views.times import rfc3339
from deskterm.server.views.viewer import Viewer

#: For how long a sign of typing holds.
TYPING_MS = 6_000


class Told(NamedTuple):
    """A frame for everybody in a group."""

    group: Group
    frame: bytes
    about: bytes | None = None  # the conversation of which it says how things stand


def ephemeral_frame(kind: str, data: Mapping[str, Any]) -> bytes:
    """The whole text frame."""
    return json_frame({"type": "ephemeral", "kind": kind, "data": data})


def whisper(told: Iterable[Told]) -> None:
    """Write each frame to everybody it is for."""
    for group, frame, about in told:
        for receiver in tuple(group.receivers):  # who cannot take it leaves
            receiver.whisper(frame, about)


def typing(
    reader: Reader, audiences: Audiences, groups: Groups, sender: Principal, frame: Typing, now: int
) -> list[Told]:
    """Who is told that `sender` types, and under which name; empty if they may not write there.

    `now` is wall time in milliseconds.
    """
    conversation_id = to_bytes(frame.conversation_id)
    scene = audiences.scene(conversation_id)
    internal = frame.visibility is Visibility.INTERNAL
    if scene is None or not audiences.sees(sender, conversation_id) or (internal and not sender.is_agent):
        return []
    row = conversations.by_id(reader, sender, conversation_id)
    if row is None or not policy.may_write(sender, row.kind, row.silenced):
        return []
    voice = Voice(reader, sender, scene, frame.persona_id)
    frames: dict[Eyes, bytes | None] = {}
    told = []
    for group in groups.around(conversation_id, audiences):
        receiver = group.principal
        if receiver.actor_id == sender.actor_id or (internal and not receiver.is_agent):
            continue
        if not audiences.sees(receiver, conversation_id):
            continue
        if receiver.eyes not in frames:
            frames[receiver.eyes] = _typing_frame(frame, voice.name_for(receiver.eyes), receiver.eyes, now)
        made = frames[receiver.eyes]
        if made is not None:
            told.append(Told(group, made))
    return told


def viewing(
    audiences: Audiences, groups: Groups, conversation_id: bytes, lookers: Iterable[Principal]
) -> list[Told]:
    """The agents who see the conversation are told which of them have it open."""
    frame = viewing_frame(audiences, conversation_id, lookers)
    if frame is None:
        return []
    return [
        Told(group, frame, conversation_id)
        for group in groups.around(conversation_id, audiences)
        if group.principal.is_agent and audiences.sees(group.principal, conversation_id)
    ]


def viewing_frame(audiences: Audiences, conversation_id: bytes, lookers: Iterable[Principal]) -> bytes | None:
    """Who has the conversation open, of those who see it; None where nobody is told who they are."""
    scene = audiences.scene(conversation_id)
    if scene is not None and scene.hides_operators:
        return None
    seen = {
        each.member_id: each.name
        for each in lookers
        if each.is_agent and audiences.sees(each, conversation_id)
    }
    agents = [{"id": to_text(id_), "name": name} for id_, name in sorted(seen.items()) if id_ is not None]
    return ephemeral_frame("viewing", {"conversation_id": to_text(conversation_id), "agents": agents})


def presence_frame(change: PresenceChange) -> bytes:
    """Who is there, or not any more."""
    data = {"member_id": to_text(change.person_id), "presence": change.presence}
    return ephemeral_frame("presence", data)


def contacts_frame(online: Iterable[bytes], offline: Iterable[bytes] | None = ()) -> bytes:
    """Which contacts are there, and which not any more; None = all others."""
    gone = None if offline is None else [to_text(each) for each in offline]
    return ephemeral_frame("contacts", {"online": [to_text(each) for each in online], "offline": gone})


def presence(groups: Groups, changes: Iterable[PresenceChange]) -> list[Told]:
    """All agents are told, of all of them with one write."""
    frames = b"".join(map(presence_frame, changes))
    return [Told(group, frames) for group in groups.all() if group.principal.is_agent]


def support(reader: Reader, groups: Groups, presence: PresenceBoard, organization_id: int) -> list[Told]:
    """Contacts are told that somebody of support is there, or nobody any more; never who."""
    row = organizations.by_key(reader, organization_id)
    contacts = [group for group in groups.all() if not group.principal.is_agent]
    if row is None or not contacts:
        return []
    shown = people.organization(reader, Viewer(contacts[0].principal, presence), row)
    frame = ephemeral_frame("organization.updated", {"organization": shown})
    return [Told(group, frame) for group in contacts]


def personas_there(
    reader: Reader, groups: Groups, presence: PresenceBoard, organization_id: int, told: dict[bytes, bool]
) -> list[Told]:
    """Contacts are told behind which personas somebody is there, or nobody any more: not as in `told`."""
    frames: list[bytes] = []
    for seen in open_personas(reader, organization_id):
        shown = people.seen_persona(seen, presence)
        if told.get(seen.row.id) is not shown["online"]:
            told[seen.row.id] = shown["online"]
            frames.append(ephemeral_frame("persona.updated", {"persona": shown}))
    contacts = [group for group in groups.all() if not group.principal.is_agent]
    return [Told(group, frame) for group in contacts for frame in frames]


def _typing_frame(frame: Typing, who: dict[str, Any] | None, eyes: Eyes, now: int) -> bytes | None:
    if who is None:
        return None
    data: dict[str, Any] = {"conversation_id": frame.conversation_id, "who": who}
    if eyes is not Eyes.CONTACT:
        data["visibility"] = frame.visibility
    return ephemeral_frame("typing", data | {"until": rfc3339(now + TYPING_MS)})


class Voice:
    """Under which name somebody who types is shown to whom: the same names as over their messages."""

    def __init__(self, reader: Reader, sender: Principal, scene: Scene, persona_id: str | None) -> None:
        self._reader = reader
        self._sender = sender
        self._scene = scene
        self._persona = to_bytes(persona_id) if persona_id is not None else _only_voice(sender, scene)

    def name_for(self, eyes: Eyes) -> dict[str, Any] | None:
        """Kind, id and name as these eyes may know them; None = they are not told."""
        sender = self._sender
        if not sender.is_agent:
            return _who("contact", sender.actor_id, self._contact())
        if self._persona is not None:
            return self._as_persona(self._persona, eyes)
        if eyes is not Eyes.CONTACT:
            return _who("agent", sender.actor_id, sender.name)
        return self._to_contacts()

    def _contact(self) -> str:
        row = contacts.by_id(self._reader, self._sender.organization_id, self._sender.actor_id)
        return (row and people.contact_name(row)) or self._sender.name

    def _as_persona(self, persona_id: bytes, eyes: Eyes) -> dict[str, Any] | None:
        sender = self._sender
        operators = personas.operators(self._reader, sender.organization_id).get(persona_id, [])
        name = self._name_of(persona_id)
        if name is None or not policy.may_speak_as(sender, sender.member_id in operators):
            return None
        who = _who("persona", persona_id, name)
        if eyes is Eyes.ADMIN:
            who["operator"] = {"id": to_text(sender.actor_id), "name": sender.name}
        return who

    def _to_contacts(self) -> dict[str, Any]:
        """A direct conversation speaks as its persona; elsewhere the organization's setting decides.

        Where no persona speaks, contacts read the agent's own name, as over the message that follows.
        """
        sender, row = self._sender, self._scene.row
        every = personas.all_of(self._reader, sender.organization_id)
        if row.kind == Kind.DIRECT:
            voices = [persona for persona in every if persona.id == row.persona_id]
        else:
            settings = organizations.settings(self._reader, sender.organization_id)
            voices = [persona for persona in every if persona.support and settings.voice == "persona"]
        if voices:
            return _who("persona", voices[0].id, voices[0].name)
        return _who("agent", sender.actor_id, sender.name)

    def _name_of(self, persona_id: bytes) -> str | None:
        every = personas.all_of(self._reader, self._sender.organization_id)
        return next((persona.name for persona in every if persona.id == persona_id), None)


def _only_voice(sender: Principal, scene: Scene) -> bytes | None:
    """The persona that has no other name than its own: to an agent who writes with it."""
    return scene.row.persona_id if scene.hides_operators and not scene.in_person(sender) else None


def _who(kind: str, id_: bytes, name: str) -> dict[str, Any]:
    return {"kind": kind, "id": to_text(id_), "name": name}
