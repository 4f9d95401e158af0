"""What happens beside support: personas, direct messages, rooms, notifications."""

from collections.abc import Awaitable, Callable
from random import Random

from tests.server.live.story.http import Json
from tests.server.live.story.model import Model, Place, Said, Voice
from tests.server.live.story.people import Person

#: Does a request; answers whether it was accepted, and what was answered.
Do = Callable[[Person, str, str, Json | None], Awaitable[tuple[bool, Json]]]


class Community:
    """Draws who does what with whom. What the rules refuse changes nothing."""

    def __init__(
        self,
        draw: Random,
        people: list[Person],
        model: Model,
        do: Do,
        words: Callable[[], str],
        new_id: Callable[[], str],
    ) -> None:
        self._draw, self._people, self._model = draw, people, model
        self._do, self._words, self._new_id = do, words, new_id

    async def one(self) -> None:
        """One command by somebody."""
        commands: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (2, self._persona),
            (3, self._open),
            (8, self._say),
            (2, self._moderate),
            (2, self._room),
            (2, self._mute),
            (2, self._notify),
            (3, self._read),
        ]
        [command] = self._draw.choices([each for _, each in commands], [weight for weight, _ in commands])
        await command()

    def _who(self, *roles: str) -> Person | None:
        found = [each for each in self._people if each.role in roles and each.token is not None]
        return self._draw.choice(found) if found else None

    def _place(self, *kinds: str) -> Place | None:
        found = [each for each in self._model.places.values() if each.kind in kinds]
        return self._draw.choice(found[-5:]) if found else None

    async def _persona(self) -> None:
        admin = self._who("admin")
        agents = [each.member for each in self._people if each.is_agent and not each.disabled]
        if admin is None:
            return
        operators = self._draw.sample(agents, self._draw.randrange(min(3, len(agents) + 1)))
        voice = self._draw.choice([None, *self._model.voices.values()])
        body: Json = {"operator_ids": operators, "open": self._draw.random() < 0.8}
        if voice is None:
            ok, made = await self._do(admin, "POST", "personas", body | {"name": self._words()})
            if ok:
                self._model.voices[made["id"]] = Voice(made["id"], set(operators), body["open"])
        elif self._draw.random() < 0.8:
            ok, _ = await self._do(admin, "PATCH", f"personas/{voice.id}", body)
            if ok:
                voice.operators, voice.open = set(operators), body["open"]
        else:
            ok, _ = await self._do(admin, "DELETE", f"personas/{voice.id}", None)
            voice.open = voice.open and not ok

    async def _open(self) -> None:
        who, other = self._who("admin", "staff", "customer"), self._draw.choice(self._people)
        voices = list(self._model.voices)
        if who is None:
            return
        own = who.member if who.is_agent else who.contact
        if voices and self._draw.random() < 0.6:
            persona = self._draw.choice(voices)
            ok, made = await self._do(who, "POST", "direct-messages", {"persona_id": persona})
            place = Place(made.get("id", ""), "direct", {own or ""}, persona)
        else:
            ok, made = await self._do(who, "POST", "direct-messages", {"member_id": other.member})
            theirs = other.member if other.is_agent else other.contact
            place = Place(made.get("id", ""), "direct", {own or "", theirs or ""})
        if ok:
            self._model.places.setdefault(made["id"], place)

    async def _say(self) -> None:
        who, place = self._who("admin", "staff", "customer"), self._place("direct", "group", "personal")
        if who is None or place is None:
            return
        message = {"id": self._new_id(), "body": self._words()}
        ok, sent = await self._do(who, "POST", f"conversations/{place.id}/messages", message)
        if ok:
            assert self._model.sees_place(who.role, who.member, who.contact, place)
            assert place.kind != "personal"
            assert who.role == "admin" or who.member not in place.muted
            held = sent.get("held_until") is not None
            said = Said(message["id"], place.id, who.actor, message["body"], held=held)
            self._model.said[message["id"]] = said

    async def _moderate(self) -> None:
        admin, place = self._who("admin"), self._place("group")
        said = [each for each in self._model.said.values() if place and each.talk == place.id]
        if admin is None or not said:
            return
        message = self._draw.choice(said[-4:])
        ok, _ = await self._do(admin, "DELETE", f"messages/{message.id}", None)
        message.deleted = message.deleted or ok

    async def _room(self) -> None:
        admin, place = self._who("admin"), self._place("group")
        everybody = {each.member for each in self._people}
        some = set(self._draw.sample(sorted(everybody), 2))
        if admin is None:
            return
        if place is None or self._draw.random() < 0.3:
            everyone = self._draw.random() < 0.3
            body = {"name": self._words(), "everyone": everyone, "member_ids": sorted(some)}
            ok, made = await self._do(admin, "POST", "groups", body)
            if ok:
                inside = everybody if everyone else some
                self._model.places[made["id"]] = Place(made["id"], "group", inside, everyone=everyone)
            return
        changes: list[Json] = [
            {"add_member_ids": sorted(some)},
            {"remove_member_ids": sorted(some)},
            {"everyone": self._draw.random() < 0.5},
            {"description": self._words()},
        ]
        body = self._draw.choice(changes)
        ok, _ = await self._do(admin, "PATCH", f"groups/{place.id}", body)
        if ok:
            place.everyone = bool(body.get("everyone", place.everyone))
            place.people |= everybody if place.everyone else some if "add_member_ids" in body else set()
            gone = some if "remove_member_ids" in body else set()
            place.people -= gone
            place.muted -= gone

    async def _mute(self) -> None:
        admin, place, other = self._who("admin"), self._place("group"), self._draw.choice(self._people)
        if admin is None or place is None:
            return
        method = self._draw.choice(["PUT", "DELETE"])
        ok, _ = await self._do(admin, method, f"groups/{place.id}/members/{other.member}/mute", None)
        if ok:
            (place.muted.add if method == "PUT" else place.muted.discard)(other.member)

    async def _notify(self) -> None:
        admin = self._who("admin")
        contacts = [each.contact for each in self._people if each.contact is not None]
        if admin is None:
            return
        wanted = self._draw.sample(contacts, self._draw.randrange(1, len(contacts) + 1))
        body = {"contact_ids": wanted, "body": self._words(), "style": {"template": "info"}}
        ok, _ = await self._do(admin, "POST", "notifications", body)
        for each in wanted if ok else ():
            path = f"conversations?kind=personal&contact_id={each}"
            _, found = await self._do(admin, "GET", path, None)
            [thread] = found["items"]
            place = self._model.places.setdefault(thread["id"], Place(thread["id"], "personal", {each}))
            place.notifications += 1

    async def _read(self) -> None:
        who, place = self._who("admin", "staff", "customer"), self._place("direct", "group", "personal")
        if who is not None and place is not None:
            seq = self._draw.choice([self._draw.randrange(200), 10**6])
            await self._do(who, "PUT", f"conversations/{place.id}/read", {"seq": seq})
