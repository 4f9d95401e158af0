"""One console without a screen: the real state machine and the real replica, over wires that can be cut."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any

from deskterm.client.answers import Drafts, Snapshot, Update
from deskterm.client.http import parse
from deskterm.client.live.state import (
    Action,
    Deliver,
    LiveState,
    Odd,
    Reconnect,
    Send,
    Stop,
    TakeSnapshot,
    session_over,
)
from deskterm.client.replica.changes import Changes
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Conversation, Message
from deskterm.protocol.wire.frames import Hello
from deskterm.server.live.connection import Connection
from deskterm.server.services import Services
from tests.server.live.story.http import Http, Json
from tests.server.live.story.people import Person
from tests.server.live.story.wire import Wire


class Reader:
    """Keeps a replica over any number of wires. Nothing is read from a wire but by `read`."""

    def __init__(self, who: Person, http: Http, services: Services, draw: Random) -> None:
        self.who = who
        self.replica = Replica()
        self.drafts: dict[str, Drafts] = {}
        self.faults = 0.0
        self.made = 0  # faults that were made on its wires
        self.reconnects = 0
        self.snapshots = 0
        self.between: Callable[[], Awaitable[None]] | None = None  # happens between two pages of a snapshot
        self._http, self._services, self._draw = http, services, draw
        self._state: LiveState | None = None
        self._wire: Wire | None = None
        self._connection: Connection | None = None
        self._serving: asyncio.Task[None] | None = None
        self._token: str | None = None  # of the wire
        self._late: list[Callable[[], Changes]] = []  # answers on their way to whoever asked
        self._over: str | None = None  # a token that is of no use any more

    # Coming and going

    async def start(self) -> None:
        """Load everything and go live from there."""
        cursor = await self._load()
        self._state = LiveState("http://test", cursor)
        await self.open()

    async def open(self) -> None:
        """Open a wire, if there is none, and say hello."""
        assert self._state is not None
        token = self.who.token
        if self._wire is not None or token is None or token == self._over:
            return
        hub = self._services.hub
        principal = hub.sessions.by_token(token)
        self._token = token
        channel = hub.channel_of(principal.organization_id)
        self._wire = wire = Wire(self._draw, self.faults, hub.settings.buffer)
        self._connection = connection = Connection(hub, channel, wire, principal, token)
        hub.attach(channel, connection)
        [hello] = self._state.opened()
        assert isinstance(hello, Send)

        async def serve() -> None:
            try:
                await connection.run(Hello.model_validate_json(hello.text))
            finally:
                hub.detach(channel, connection)
                await connection.ended()

        self._state.handled()
        self._serving = asyncio.create_task(serve())
        await asyncio.sleep(0)

    async def cut(self) -> None:
        """Lose the wire, with whatever was on its way."""
        wire, serving, self._wire, self._serving = self._wire, self._serving, None, None
        if wire is not None and serving is not None:
            self.made += wire.done
            wire.cut()
            await serving

    @property
    def cursor(self) -> str | None:
        """Up to where it has handled the stream."""
        return None if self._state is None else self._state.cursor

    def pretend_another_life(self) -> None:
        """Hold a cursor that is further on, in a history that the database never had."""
        assert self._state is not None
        _, seq, nonce, sight = (self._state.cursor or "").rsplit(".", 3)
        self._state.resume_from(f"another.{int(seq) + 500}.{nonce}.{sight}")

    def pong(self) -> None:
        """Answer a ping that was not read yet."""
        if self._wire is not None:
            self._wire.hear('{"type":"pong"}')

    @property
    def connected(self) -> bool:
        return self._wire is not None

    def heal(self) -> None:
        """Nothing goes wrong any more."""
        self.faults = 0.0
        if self._wire is not None:
            self._wire.faults = 0.0

    # Reading

    async def read(self, most: int | None = None) -> int:
        """Take up to `most` frames as the real client does; answers how many there were."""
        taken = 0
        while self._wire is not None and self._wire.inbox and (most is None or taken < most):
            taken += 1
            assert self._state is not None
            if not await self._obey(self._state.received(self._wire.take())):
                return taken
        if self._wire is not None and self._wire.closed is not None and not self._wire.inbox:
            assert self._state is not None
            await self._obey(self._state.closed(*self._wire.closed))
        return taken

    async def _obey(self, actions: list[Action]) -> bool:
        """Do what the state machine says; False if that was the end of this wire."""
        assert self._state is not None
        while actions:
            action, *actions = actions
            match action:
                case Deliver(update):
                    self._deliver(update)
                case Send(text):
                    assert self._wire is not None
                    self._wire.hear(text)
                case TakeSnapshot() if self.who.token is None:
                    return await self._obey([Stop(session_over())])
                case TakeSnapshot():
                    actions += self._state.resume_from(await self._load())
                case Reconnect():
                    self.reconnects += 1
                    await self.cut()
                    return False
                case Stop():
                    self._over = self._token
                    await self.cut()
                    return False
                case Odd(what):
                    assert what.startswith("resync"), what
        self._state.handled()
        return True

    def _deliver(self, update: Update) -> None:
        self.replica.apply(update)
        if update.drafts is not None:
            self.drafts[update.drafts.conversation_id] = update.drafts

    # Asking

    async def ask(self, into: Callable[[object], Any], path: str) -> Any:
        """What an answer says; None if there is no such thing for this person."""
        assert self.who.token is not None
        status, answer = await self._http.call(self.who.token, "GET", path)
        return into(answer) if status == 200 else None

    async def open_thread(self, conversation_id: str) -> None:
        """Have the newest messages of a conversation, as a console that opens it."""
        replica = self.replica
        replica.open_thread(conversation_id)
        page = await self.ask(parse.page_of(Message), f"conversations/{conversation_id}/messages?limit=20")
        if page is not None:
            replica.put_messages(conversation_id, "newest", page.items, page.next_cursor is not None)

    async def ask_late(self, conversation_id: str) -> None:
        """Ask for a conversation and its newest messages; the answers take their time."""
        asking, path = self.replica, f"conversations/{conversation_id}"
        thread = asking.open_thread(conversation_id)
        answer = await self.ask(parse.one(Conversation), path)
        page = await self.ask(parse.page_of(Message), f"{path}/messages?limit=20")
        if answer is not None:
            self._late.append(lambda: asking.put_conversation(answer))
        if page is not None:
            news, more = page.items, page.next_cursor is not None
            self._late.append(lambda: asking.put_messages(conversation_id, "newest", news, more, thread))

    def answers_arrive(self) -> None:
        """Late answers reach the replica that asked, whatever it has learnt since."""
        for arrive in self._late:
            arrive()
        self._late.clear()

    async def fresh(self, between: Callable[[], Awaitable[None]] | None = None) -> tuple[Replica, str]:
        """A replica of this moment, and its cursor; the pages may lie apart."""
        found, cursor, query = Replica(), "", ""
        while True:
            page: Snapshot | None = await self.ask(parse.snapshot, f"sync/snapshot{query}")
            assert page is not None
            found.load(page)
            cursor = page.cursor
            if page.next_page is None:
                return found, cursor
            query = f"?page={page.next_page}"
            if between is not None:
                await between()

    async def _load(self) -> str:
        self.snapshots += 1
        found, cursor = await self.fresh(self.between)
        threads, self.replica, self.drafts = self.replica.open_threads(), found, {}
        for each in threads:
            await self.open_thread(each)
        if self.who.is_agent:
            await self._load_canned()
        return cursor

    async def _load_canned(self) -> None:
        page = await self.ask(lambda raw: raw, "canned-replies?limit=200")
        for each in page["items"] if page else ():
            self.replica.canned.put(canned(each))

    # At rest

    @property
    def at_rest(self) -> bool:
        """Whether everything that the server has handed on is here."""
        if self._wire is None or self._connection is None or self._wire.inbox:
            return False
        behind = self._connection.place.position < self._services.hub.channel_of(self.who.key).position
        return self._connection.live and not behind


def canned(raw: Json) -> Any:
    """A canned reply of an answer."""
    from deskterm.protocol.canned_replies import CannedReply

    return parse.parse(CannedReply, raw)
