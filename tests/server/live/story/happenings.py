"""What happens in one organization: commands drawn at random, and what the model learns by it."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from random import Random

from tests.server.live.story.community import Community
from tests.server.live.story.http import Http, Json
from tests.server.live.story.model import Canned, Model, Said, Talk
from tests.server.live.story.people import Person, sign_in

PRIORITIES = ("low", "normal", "high", "urgent")
STATUSES = ("open", "open", "pending", "resolved", "closed")


class Happenings:
    """Draws who does what. What the rules refuse changes nothing."""

    def __init__(
        self, draw: Random, http: Http, people: list[Person], model: Model, now: Callable[[], int]
    ) -> None:
        self._draw, self._http, self._people, self._model, self._now = draw, http, people, model, now
        self._ids = 0
        self.accepted: Counter[str] = Counter()
        self._community = Community(draw, people, model, self._do, self._words, self._new_id)

    async def one(self) -> None:
        """One command by somebody."""
        commands: list[tuple[int, Callable[[], Awaitable[None]]]] = [
            (5, self._write_in),
            (4, self._reply),
            (3, self._note),
            (4, self._patch),
            (5, self._assign),
            (3, self._read),
            (3, self._edit),
            (1, self._new_conversation),
            (4, self._merge),
            (8, self._unmerge),  # mostly there is nothing to take apart
            (2, self._bulk),
            (2, self._draft),
            (1, self._canned),
            (7, self._community.one),
            (1, self._settings),
            (1, self._role),
            (1, self._access),
        ]
        [command] = self._draw.choices([each for _, each in commands], [weight for weight, _ in commands])
        await command()

    async def harmless(self) -> None:
        """A command that takes nobody's right to ask."""
        await self._draw.choice([self._write_in, self._reply, self._patch, self._assign, self._bulk])()

    # Drawing

    def _new_id(self) -> str:
        """An id as a client makes it, the same for the same seed."""
        self._ids += 1
        low = self._draw.getrandbits(60)
        return f"01a0c450-6c00-7000-8{low >> 48:03x}-{low & 0xFFFFFFFFFFFF:012x}"

    def _words(self) -> str:
        return f"w{self._draw.getrandbits(40):010x}"

    def _who(self, *roles: str) -> Person | None:
        found = [each for each in self._people if each.role in roles and each.token is not None]
        return self._draw.choice(found) if found else None

    def _talk(self) -> Talk | None:
        """One that is worked on, mostly."""
        talks = list(self._model.talks.values())[-8:]
        return self._draw.choice(talks) if talks else None

    async def _do(self, who: Person, method: str, path: str, body: Json | None = None) -> tuple[bool, Json]:
        assert who.token is not None
        status, answer = await self._http.call(who.token, method, path, body)
        if status < 300:
            self.accepted[_kind(path, body)] += 1
        return status < 300, answer or {}

    # Messages

    async def _write_in(self) -> None:
        who = self._who("customer")
        if who is None or who.contact is None:
            return
        own = [each for each in self._model.talks.values() if each.contact == who.contact]
        if not own or self._draw.random() < 0.2:
            _, portal = await self._do(who, "GET", "portal/conversation")
            if portal["id"] not in self._model.talks:
                self._model.opens(portal["id"], who.contact, takes_over=False)
            target = portal["id"]
        else:
            target = self._draw.choice(own).id
        message = {"id": self._new_id(), "body": self._words()}
        ok, sent = await self._do(who, "POST", f"conversations/{target}/messages", message)
        if ok:
            here = sent["conversation_id"]
            talk = self._model.talks.get(here) or self._model.opens(here, who.contact, takes_over=False)
            self._model.contact_writes(talk, Said(message["id"], here, who.actor, message["body"]))

    async def _reply(self) -> None:
        await self._say(internal=False)

    async def _note(self) -> None:
        await self._say(internal=True)

    async def _say(self, *, internal: bool) -> None:
        who, talk = self._who("admin", "staff"), self._talk()
        if who is None or talk is None:
            return
        visibility = "internal" if internal else "public"
        message = {"id": self._new_id(), "body": self._words(), "visibility": visibility}
        ok, sent = await self._do(who, "POST", f"conversations/{talk.id}/messages", message)
        if ok:
            held = sent["held_until"] is not None
            assert held == (self._model.hold > 0 and not internal)
            self._model.said[message["id"]] = Said(
                message["id"], talk.id, who.actor, message["body"], internal, held
            )

    async def _edit(self) -> None:
        said = [each for each in self._model.said.values() if not each.deleted]
        mine = [each for each in said if each.internal or each.held]
        if not mine:
            return
        message = self._draw.choice(mine[-6:])
        author = next((each for each in self._people if each.actor == message.author), None)
        if author is None or author.token is None:
            return
        if self._draw.random() < 0.6:
            words = self._words()
            ok, _ = await self._do(author, "PATCH", f"messages/{message.id}", {"body": words})
            message.body = words if ok else message.body
        else:
            ok, _ = await self._do(author, "DELETE", f"messages/{message.id}")
            message.deleted = message.deleted or ok

    # Conversations

    async def _patch(self) -> None:
        who, talk = self._who("admin", "staff"), self._talk()
        if who is None or talk is None:
            return
        patch = self._change()
        ok, _ = await self._do(who, "PATCH", f"conversations/{talk.id}", patch)
        if ok:
            self._model.changes(talk, patch)

    def _change(self) -> Json:
        draw = self._draw
        wanted: list[Json] = [
            {"status": draw.choice(STATUSES)},
            {"status": "snoozed", "snoozed_until": _in_a_minute(self._now())},
            {"priority": draw.choice(PRIORITIES)},
            {"add_tags": [draw.choice("abc")]},
            {"remove_tags": [draw.choice("abc")]},
            {"subject": self._words()},
        ]
        return draw.choice(wanted)

    async def _assign(self) -> None:
        who, talk = self._who("admin", "admin", "staff"), self._talk()
        if who is None or talk is None:
            return
        patch: Json = {"assignee_id": self._assignee()}
        ok, _ = await self._do(who, "PATCH", f"conversations/{talk.id}", patch)
        if ok:
            self._model.changes(talk, patch)

    def _assignee(self) -> str | None:
        return self._draw.choice([None, *(each.member for each in self._people if each.is_agent)])

    async def _bulk(self) -> None:
        who = self._who("admin", "staff")
        known = list(self._model.talks)
        if who is None or not known:
            return
        ids = self._draw.sample(known, min(len(known), self._draw.randrange(1, 5)))
        patch: Json = {"assignee_id": self._assignee()} if self._draw.random() < 0.5 else self._change()
        ok, report = await self._do(who, "POST", "conversations/bulk", {"ids": ids, "patch": patch})
        for each in report["applied"] if ok else ():
            self._model.changes(self._model.talks[each], patch)

    async def _new_conversation(self) -> None:
        who = self._who("admin", "staff", "customer")
        customer = self._draw.choice([each for each in self._people if each.contact is not None])
        if who is None:
            return
        body: Json = {"body": self._words(), "message_id": self._new_id()}
        if who.is_agent:
            body["contact_id"] = customer.contact
        contact = customer.contact if who.is_agent else who.contact
        ok, made = await self._do(who, "POST", "conversations", body)
        if ok and contact is not None:
            talk = self._model.opens(made["id"], contact)
            self._model.said[body["message_id"]] = Said(body["message_id"], talk.id, who.actor, body["body"])
            if not self._may_work(talk.assignee):
                talk.assignee = None
            if talk.assignee is None and who.role == "staff":
                talk.assignee = who.member

    async def _merge(self) -> None:
        who, source = self._who("admin", "staff"), self._talk()
        known = self._model.talks.values()
        others = [each for each in known if source and each.contact == source.contact and each is not source]
        if who is None or source is None or not others:
            return
        target = self._draw.choice(others)
        ok, _ = await self._do(who, "POST", f"conversations/{source.id}/merge", {"into_id": target.id})
        if ok:
            self._model.merges(source, target, works=self._may_work(source.assignee))

    async def _unmerge(self) -> None:
        who, known = self._who("admin", "admin", "staff"), list(self._model.merged.values())
        if who is None or not known:
            return
        merged = self._draw.choice(known)
        ok, _ = await self._do(who, "POST", f"conversations/{merged.talk.id}/unmerge")
        if ok:
            works = merged.assignee is None or self._may_work(merged.assignee)
            self._model.comes_apart(merged, works=works)

    def _may_work(self, member: str | None) -> bool:
        return any(each.member == member and each.is_agent and not each.disabled for each in self._people)

    async def _read(self) -> None:
        who, talk = self._who("admin", "staff", "customer"), self._talk()
        if who is not None and talk is not None:
            seq = self._draw.choice([self._draw.randrange(200), 10**6])
            await self._do(who, "PUT", f"conversations/{talk.id}/read", {"seq": seq})

    # What is one's own

    async def _draft(self) -> None:
        who, talk = self._who("admin", "staff", "customer"), self._talk()
        if who is None or talk is None:
            return
        internal = who.is_agent and self._draw.random() < 0.5
        words = self._draw.choice(["", self._words()])
        body = {"body": words, "visibility": "internal" if internal else "public"}
        ok, _ = await self._do(who, "PUT", f"conversations/{talk.id}/draft", body)
        if ok:
            self._model.drafts[who.actor, talk.id, internal] = words

    async def _canned(self) -> None:
        who = self._who("admin", "staff")
        if who is None:
            return
        known = self._draw.choice([None, *self._model.canned.values()])
        if known is None:
            shared = who.role == "admin" and self._draw.random() < 0.7
            body = {"visibility": "shared" if shared else "own", "shortcut": self._words(), "title": "T"}
            words = self._words()
            ok, made = await self._do(who, "POST", "canned-replies", body | {"body": words})
            if ok:
                owner = None if shared else who.member
                self._model.canned[made["id"]] = Canned(made["id"], words, owner)
        elif self._draw.random() < 0.6:
            words = self._words()
            ok, _ = await self._do(who, "PATCH", f"canned-replies/{known.id}", {"body": words})
            known.body = words if ok else known.body
        else:
            ok, _ = await self._do(who, "DELETE", f"canned-replies/{known.id}")
            if ok:
                del self._model.canned[known.id]

    # The organization

    async def _settings(self) -> None:
        who = self._who("admin")
        if who is None:
            return
        if self._draw.random() < 0.6:
            sees = self._draw.choice(["assigned", "unassigned", "all"])
            ok, _ = await self._do(who, "PATCH", "organization", {"settings": {"staff_sees": sees}})
            self._model.staff_sees = sees if ok else self._model.staff_sees
        else:
            hold = self._draw.choice([0, 5])
            ok, _ = await self._do(who, "PATCH", "organization", {"settings": {"send_hold_seconds": hold}})
            self._model.hold = hold if ok else self._model.hold

    async def _role(self) -> None:
        who = self._who("admin")
        other = self._draw.choice(self._people)
        if who is None or other is who:
            return
        role = self._draw.choice(["admin", "staff"] if other.is_agent else ["customer", "staff"])
        if other.contact is not None and other.is_agent:
            role = "customer"  # somebody who was one goes back
        ok, _ = await self._do(who, "PATCH", f"members/{other.member}", {"role": role})
        if ok and other.is_agent and role == "customer":
            self._model.leaves(other.member)
        other.role = role if ok else other.role

    async def _access(self) -> None:
        who = self._who("admin")
        others = [each for each in self._people if each is not who]
        other = next((each for each in others if each.disabled), self._draw.choice(others))
        if who is None:
            return
        wanted = not other.disabled
        ok, _ = await self._do(who, "PATCH", f"members/{other.member}", {"disabled": wanted})
        if ok:
            other.disabled = wanted
            if wanted and other.is_agent:
                self._model.leaves(other.member)
            other.token = None if wanted else await sign_in(self._http, other)

    async def enable_all(self) -> None:
        """Everybody may come in again."""
        admin = next(each for each in self._people if each.role == "admin" and each.token is not None)
        for other in self._people:
            if other.disabled:
                await self._do(admin, "PATCH", f"members/{other.member}", {"disabled": False})
                other.disabled = False
            if other.token is None:
                await sign_in(self._http, other)


def _kind(path: str, body: Json | None) -> str:
    """What a command was, in a word: its subject, or the field that it changes."""
    first, _, rest = path.partition("?")[0].partition("/")
    if first == "conversations" and rest.count("/") == 0 and rest not in ("", "bulk"):
        return next(iter(body or {"conversation": None}))
    return rest.rpartition("/")[2] if first == "conversations" and rest else first


def _in_a_minute(now: int) -> str:
    return datetime.fromtimestamp(now / 1000 + 60, UTC).isoformat()
