"""What one commit batch means for the receivers of one organization: decided without touching a socket."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from deskterm.server.live.audience import Audiences
from deskterm.server.live.cohort import Cohort, Receiver, gather
from deskterm.server.live.cursor import Stamp
from deskterm.server.live.frames import Piece, Run
from deskterm.server.principal import Principal
from deskterm.server.storage.database import Audience, Event


class Rendering(Protocol):
    """Turns an event into the JSON that a principal may read; the same object for all who share it."""

    def piece(
        self,
        principal: Principal,
        event: Event,
        *,
        whole: bool = True,
        ticket: bool = False,
        skipped: int = 0,
    ) -> Piece | None: ...


@dataclass(slots=True)
class Group:
    """The live connections of one person: they see the same."""

    principal: Principal
    cohorts: list[Cohort]

    @property
    def receivers(self) -> Iterable[Receiver]:
        """All of them."""
        return (receiver for cohort in self.cohorts for receiver in cohort.receivers)

    def add(self, receiver: Receiver) -> None:
        """One more, with those at the same place if there are any."""
        stamp, place = receiver.stamp, receiver.place
        cohort = next((each for each in self.cohorts if each.takes(stamp, place)), None)
        if cohort is None:
            self.cohorts.append(Cohort(receiver))
        else:
            cohort.add(receiver)

    def discard(self, receiver: Receiver) -> None:
        """One less."""
        for cohort in self.cohorts:
            cohort.discard(receiver)
        self.cohorts = [each for each in self.cohorts if len(each)]


class Groups:
    """All live connections of an organization by person, so that most events look at few of them."""

    def __init__(self) -> None:
        self._by_actor: dict[bytes, Group] = {}
        self._admins: dict[bytes, Group] = {}
        self._named: dict[bytes, Group] = {}  # by member and by contact

    def __len__(self) -> int:
        return len(self._by_actor)

    def add(self, receiver: Receiver) -> None:
        """A connection is live from now on."""
        principal = receiver.principal
        group = self._by_actor.setdefault(principal.actor_id, Group(principal, []))
        group.add(receiver)
        for id_ in _ids(principal):
            self._named[id_] = group
        if principal.is_admin:
            self._admins[principal.actor_id] = group

    def discard(self, receiver: Receiver) -> None:
        """A connection is not live any more."""
        actor_id = receiver.principal.actor_id
        group = self._by_actor.get(actor_id)
        if group is None:
            return
        group.discard(receiver)
        if not group.cohorts:
            del self._by_actor[actor_id]
            self._admins.pop(actor_id, None)
            for id_ in _ids(group.principal):
                self._named.pop(id_, None)

    def all(self) -> Collection[Group]:
        """Everybody."""
        return self._by_actor.values()

    def candidates(self, event: Event, audiences: Audiences) -> Iterable[Group]:
        """Nobody outside of these may be told of the event; each of them is asked about all the same."""
        if event.audience in (Audience.MEMBER, Audience.CONTACT):
            return self._by_id(event.audience_id)
        about_conversation = event.audience in (Audience.CONVERSATION, Audience.AGENTS_OF_CONVERSATION)
        if not about_conversation or event.conversation_id is None:
            return self._by_actor.values()
        return self.around(event.conversation_id, audiences)

    def around(self, conversation_id: bytes, audiences: Audiences) -> Iterable[Group]:
        """Nobody outside of these can see the conversation; each of them is asked about all the same."""
        scene = audiences.scene(conversation_id)
        if scene is None or (scene.support and audiences.staff_sees != "assigned"):
            return self._by_actor.values()
        people = {*scene.people, *scene.operators, scene.row.assignee_id, scene.row.contact_id}
        if len(people) >= len(self._by_actor):
            return self._by_actor.values()
        found = dict(self._admins)
        for group in (each for id_ in people for each in self._by_id(id_)):
            found[group.principal.actor_id] = group
        return found.values()

    def _by_id(self, id_: bytes | None) -> Collection[Group]:
        """The connections of a member or contact."""
        group = None if id_ is None else self._named.get(id_)
        return () if group is None else (group,)


def _ids(principal: Principal) -> tuple[bytes, ...]:
    return tuple(each for each in (principal.member_id, principal.contact_id) if each is not None)


@dataclass(slots=True, frozen=True)
class Delivery:
    """Frames for connections of one person."""

    run: Run
    cohort: Cohort


def plan(
    events: Sequence[Event], groups: Groups, audiences: Audiences, rendering: Rendering
) -> list[Delivery]:
    """Who is sent what for these events. Bytes are shared by everybody who is sent the same."""
    told: dict[int, tuple[Group, list[Piece]]] = {}
    for event in coalesce(events):
        for group in groups.candidates(event, audiences):
            if not audiences.admits(group.principal, event):
                continue
            piece = rendering.piece(group.principal, event)
            if piece is not None:
                told.setdefault(id(group), (group, []))[1].append(piece)
    runs: dict[tuple[Stamp, tuple[int, ...]], Run] = {}
    return [delivery for group, pieces in told.values() for delivery in _deliver(group, pieces, runs)]


def _deliver(
    group: Group, pieces: list[Piece], runs: dict[tuple[Stamp, tuple[int, ...]], Run]
) -> Iterable[Delivery]:
    same = tuple(map(id, pieces))
    if len(group.cohorts) > 1:
        gather(group.cohorts)
    for cohort in group.cohorts:
        run = runs.get((cohort.stamp, same))
        if run is None:
            run = runs[(cohort.stamp, same)] = Run(pieces, cohort.stamp)
        yield Delivery(run, cohort)


def coalesce(events: Sequence[Event]) -> list[Event]:
    """The events without each `conversation.updated` that another one follows, of and to the same.

    Content is read when it is sent, so both would say the same.
    """
    told: set[tuple[bytes, int]] = set()
    kept = []
    for event in reversed(events):
        if event.kind == "conversation.updated":
            if (event.entity_id, event.audience) in told:
                continue
            told.add((event.entity_id, event.audience))
        kept.append(event)
    kept.reverse()
    return kept
