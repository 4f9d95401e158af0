"""What should be there after every accepted command, and who may see it.

Written from the rules, not from the code: the table of states, and "who sees what". Nothing here asks the
server's policy.
"""

from dataclasses import dataclass, field

ACTIVE = ("open", "pending", "snoozed")


@dataclass
class Talk:
    """A support conversation."""

    id: str
    contact: str
    status: str = "open"
    assignee: str | None = None
    priority: str = "normal"
    subject: str | None = None
    tags: frozenset[str] = frozenset()


@dataclass
class Said:
    """A message that somebody wrote; `held` while it waits to go out."""

    id: str
    talk: str
    author: str
    body: str
    internal: bool = False
    held: bool = False
    deleted: bool = False


@dataclass
class Merged:
    """A conversation that is in another one: what it was, what came along, how the other one stood."""

    talk: Talk
    into: str
    said: list[str]
    status: str
    assignee: str | None


@dataclass
class Voice:
    """A persona and who speaks as it."""

    id: str
    operators: set[str]
    open: bool


@dataclass
class Place:
    """A direct conversation, a room, or a contact's notifications; `people` are members and contacts."""

    id: str
    kind: str
    people: set[str]
    persona: str | None = None
    muted: set[str] = field(default_factory=set)
    everyone: bool = False
    notifications: int = 0


@dataclass
class Canned:
    """A canned reply; without an owner it is shared."""

    id: str
    body: str
    owner: str | None


@dataclass
class Model:
    """One organization."""

    staff_sees: str = "assigned"
    hold: int = 0
    talks: dict[str, Talk] = field(default_factory=dict)
    said: dict[str, Said] = field(default_factory=dict)
    merged: dict[str, Merged] = field(default_factory=dict)
    canned: dict[str, Canned] = field(default_factory=dict)
    voices: dict[str, Voice] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    drafts: dict[tuple[str, str, bool], str] = field(default_factory=dict)  # by actor, talk, internal

    # What commands do

    def contact_writes(self, talk: Talk, message: Said) -> None:
        """It opens again what is not ended; snoozed, pending and resolved alike."""
        self.said[message.id] = message
        if talk.status != "closed":
            talk.status = "open"

    def opens(self, id_: str, contact: str, *, takes_over: bool = True) -> Talk:
        """A new conversation closes the contact's active one and takes over assignee, priority and tags."""
        made = self.talks[id_] = Talk(id_, contact)
        before = [each for each in self.talks.values() if each.contact == contact and each.id != id_]
        for each in before:
            if each.status in ACTIVE:
                each.status = "closed"
                if takes_over:
                    made.assignee, made.priority, made.tags = each.assignee, each.priority, each.tags
        return made

    def leaves(self, member: str) -> None:
        """What they had in work waits for somebody else."""
        for each in self.talks.values():
            if each.assignee == member and each.status in ACTIVE:
                each.assignee = None

    def merges(self, source: Talk, target: Talk, *, works: bool) -> None:
        """Its messages go along; so does its work, if the target has ended and its agent still `works`."""
        moved = [each.id for each in self.said.values() if each.talk == source.id]
        self.merged[source.id] = Merged(source, target.id, moved, target.status, target.assignee)
        if source.status in ACTIVE and target.status not in ACTIVE:
            target.status = source.status
            target.assignee = source.assignee if source.assignee and works else target.assignee
        for each in moved:
            self.said[each].talk = target.id
        del self.talks[source.id]

    def comes_apart(self, merged: Merged, *, works: bool) -> None:
        """Everything that came along goes back; so does the work, if both would be worked on."""
        target = self.talks[merged.into]
        if merged.talk.status in ACTIVE and target.status in ACTIVE:
            target.status = merged.status
            target.assignee = merged.assignee if works else target.assignee
        for each in merged.said:
            self.said[each].talk = merged.talk.id
        self.talks[merged.talk.id] = merged.talk
        del self.merged[merged.talk.id]

    def changes(self, talk: Talk, patch: dict[str, object]) -> None:
        """A patch that was accepted."""
        for name in ("status", "priority", "subject"):
            if name in patch:
                setattr(talk, name, patch[name])
        if "assignee_id" in patch:
            talk.assignee = None if patch["assignee_id"] is None else str(patch["assignee_id"])
        added, removed = patch.get("add_tags", ()), patch.get("remove_tags", ())
        assert isinstance(added, list | tuple)
        assert isinstance(removed, list | tuple)
        talk.tags = (talk.tags | frozenset(added)) - frozenset(removed)

    def time_passed(self) -> None:
        """Every hold and every snooze has ended."""
        for message in self.said.values():
            message.held = message.held and message.deleted
        for talk in self.talks.values():
            if talk.status == "snoozed":
                talk.status = "open"

    # Who sees what

    def sees(self, role: str, member: str, contact: str | None, talk: Talk) -> bool:
        """Admins everything; staff what is theirs, and by setting the queue or all; contacts their own."""
        if role == "admin":
            return True
        if role == "customer":
            return talk.contact == contact
        if self.staff_sees == "all":
            return True
        return talk.assignee == member or (self.staff_sees == "unassigned" and talk.assignee is None)

    def sees_place(self, role: str, member: str, contact: str | None, place: Place) -> bool:
        """Admins all; who takes part; agents also where a persona that they operate does."""
        if role == "admin" or member in place.people or contact in place.people:
            return True
        voice = self.voices.get(place.persona or "")
        return role == "staff" and voice is not None and member in voice.operators

    def reads(self, role: str, message: Said) -> bool:
        """Agents everything in a conversation that they see; contacts what is public and out."""
        return role != "customer" or not (message.internal or message.held)
