"""The customers' chat, line by line."""

import asyncio
import re
from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from deskterm.cli import exits
from deskterm.cli.plain.files import PlainFiles
from deskterm.cli.plain.going import PlainGoing
from deskterm.cli.plain.lines import Lines
from deskterm.cli.plain.words import HELP
from deskterm.client.desk import Desk
from deskterm.client.errors import ClientError
from deskterm.client.live.connection import Link, State
from deskterm.client.replica.changes import (
    SET_BACK,
    Changes,
    ConversationChanged,
    MessageArrived,
    MessageChanged,
    PendingChanged,
    Resynced,
    ThreadLoaded,
)
from deskterm.client.replica.outgoing import SendState
from deskterm.client.saving import wrong_file
from deskterm.protocol.records import Kind, Message, MessageKind
from deskterm.text.paths import typed_path
from deskterm.text.safe import safe, safe_line
from deskterm.text.words import tr

_COMMAND = re.compile(r"/[a-z]+(\s.*)?")


class PlainChat(PlainGoing):
    """One customer and support, in sentences; `say` prints one, safe to show."""

    def __init__(self, desk: Desk, say: Callable[[str], None], now: Callable[[], datetime]) -> None:
        super().__init__(desk, say, now)
        self._ended = asyncio.Event()
        self._files = PlainFiles(desk, say)
        self._sure = False
        self._was_offline = False
        self._tasks: set[asyncio.Task[None]] = set()

    async def talk(self, lines: Lines) -> int:
        """Tell the thread and send what comes, until the end of either; answers the exit code."""
        stop = [self._desk.subscribe(self._learnt), self._desk.connection.watch(self._linked)]
        try:
            await self._begin()
            talking = asyncio.create_task(self._listen(lines))
            ended = asyncio.create_task(self._ended.wait())
            await asyncio.wait((talking, ended), return_when=asyncio.FIRST_COMPLETED)
            talking.cancel()
            ended.cancel()
            await asyncio.gather(talking, ended, return_exceptions=True)
        finally:
            for each in stop:
                each()
        return exits.DENIED if self._ended.is_set() else self._leave()

    async def send_once(self, text: str) -> int:
        """Send one text and say what became of it; answers the exit code."""
        if not text.strip():
            return exits.fail(exits.INVALID, tr("There is nothing to send."))
        stop = self._desk.subscribe(self._note_own)
        own = await self._desk.portal_conversation()
        self._thread.conversation_id = self._support_id = own.id
        self._thread.skip()
        await self._send(text)
        stop()
        return self._leave()

    async def _begin(self) -> None:
        me = self._desk.replica.me
        if me is not None:
            organization = safe_line(me.organization.name).removesuffix(".")
            self._say(
                tr(
                    "You are {name}, and write with {organization}.",
                    name=safe_line(me.name),
                    organization=organization,
                )
            )
        self._say(tr("A line and Enter sends it. /help tells more, /quit leaves."))
        await self._follow(await self._desk.portal_conversation())
        self._start(self._tell_places())

    async def _listen(self, lines: Lines) -> None:
        async for line in lines:
            if not line.strip():
                continue
            if line.strip() == "/quit":
                return
            try:
                await self._do(line)
            except ClientError as error:
                self._say(safe(error.sentence))

    async def _do(self, line: str) -> None:
        word = line.strip()
        sure, self._sure = self._sure, False
        command, _, rest = word.partition(" ")
        match command:
            case "/new":
                await self._new(sure)
            case "/help":
                for each in HELP:
                    self._say(tr(each))
            case "/again":
                self._thread.tell_last()
            case "/earlier":
                await self._earlier()
            case "/file":
                await self._send_file(typed_path(rest))
            case "/files":
                self._files.tell(self._messages)
            case "/save":
                await self._files.save(self._messages, rest.strip())
            case "/open":
                await self._files.open(self._messages, rest.strip())
            case "/places":
                self._places.tell(self._thread.conversation_id, self._support_id)
            case "/go":
                await self._go(rest.strip())
            case "/to":
                if met := await self._places.meet(rest.strip()):
                    await self._go_to(met)
            case "/people":
                await self._people()
            case _ if _COMMAND.fullmatch(word):
                self._say(tr("There is no {word}. /help tells what there is.", word=command))
            case _:
                await self._send(line.removeprefix("/") if line.startswith("//") else line)

    async def _new(self, sure: bool) -> None:
        thread = self._thread.loaded
        if not self._at_support:
            self._say(tr("Go to Help & Support first: /go 1"))
        elif thread is None or not thread.messages:
            self._say(tr("This is a new request already: just write."))
        elif not sure:
            self._sure = True
            self._say(tr("This closes your present request. Type /new again to start another one."))
        else:
            made = await self._desk.create_conversation()
            await self._desk.open_conversation(made.id)
            self._say(tr("This is a new request."))
            await self._follow(made)

    async def _earlier(self) -> None:
        thread = self._thread.loaded
        if thread is None or self._thread.conversation_id is None:
            return
        before = {each.id for each in thread.messages}
        if not thread.at_start:
            await self._desk.load_older(self._thread.conversation_id)
        self._thread.tell_earlier(before)

    async def _send(self, text: str) -> None:
        conversation_id = self._thread.conversation_id
        if conversation_id is None:
            self._say(tr("Not connected yet, so nothing was sent."))
        elif await self._desk.send(conversation_id, safe(text)) is SendState.FAILED:
            self._tell_failed()
        else:
            self._thread.tell_new()

    async def _send_file(self, path: Path) -> None:
        conversation_id, wrong = self._thread.conversation_id, wrong_file(path)
        if wrong is not None or conversation_id is None:
            self._say(wrong or tr("Not connected yet, so nothing was sent."))
        elif await self._desk.send(conversation_id, "", files=[path]) is SendState.FAILED:
            self._tell_failed()
        else:
            self._thread.tell_new()

    @property
    def _messages(self) -> Sequence[Message]:
        thread = self._thread.loaded
        return thread.messages if thread else ()

    def _tell_failed(self) -> None:
        """Say what is not sent; what was refused is given up, for it would be refused again."""
        for pending in self._desk.replica.outgoing.all():
            if pending.state is not SendState.FAILED:
                continue
            if pending.code is None:
                self._say(tr("Not sent yet. It goes out when you are online again."))
            else:
                self._desk.discard(pending.id)
                self._say(tr("Not sent: {why}", why=safe(pending.reason or "")))

    def _leave(self) -> int:
        """The exit code; what never arrived is told, so that it is not lost."""
        unsent = self._desk.replica.outgoing.all()
        for pending in unsent:
            self._say(tr("This was not sent: {text}", text=safe(pending.body)))
        return exits.TRY_AGAIN if unsent else exits.OK

    # --- what the desk tells -----------------------------------------------------------------------------

    def _note_own(self, changes: Changes) -> None:
        self._thread.own.update(each.id for each in changes if isinstance(each, PendingChanged))

    def _learnt(self, changes: Changes) -> None:
        self._note_own(changes)
        for change in changes:
            match change:
                case MessageArrived(message=message) if message.kind is MessageKind.NOTIFICATION:
                    self._thread.tell_notification(message)
                case MessageArrived() if change.conversation_id != self._thread.conversation_id:
                    self._tell_elsewhere(change)
                case MessageArrived() | ThreadLoaded():
                    if self._thread.tell_new():
                        self._start(self._read())
                case MessageChanged():
                    self._thread.tell_change(change.id)
                case ConversationChanged():
                    self._conversation_changed(change.id)
                case Resynced(set_back=set_back):
                    if set_back:
                        self._say(tr(SET_BACK))
                    self._start(self._reload())
                case _:
                    pass

    def _conversation_changed(self, conversation_id: str) -> None:
        """The server counts what was told here as new, or has moved the customer on to another one."""
        replica = self._desk.replica
        changed = replica.conversation(conversation_id)
        shown = replica.conversation(self._thread.conversation_id or "")
        if shown is not None and shown is changed and shown.unread:
            self._start(self._read())  # the count may come after the message
        if shown is None or shown.kind is not Kind.SUPPORT:
            return
        if changed and changed.kind is Kind.SUPPORT and changed.number > shown.number:
            self._start(self._reload())

    async def _reload(self) -> None:
        if not self._at_support:
            self._thread.tell_new()
            return
        own = await self._desk.portal_conversation()
        if own.id == self._thread.conversation_id:
            self._thread.tell_new()
        else:
            self._say(tr("Your request goes on as a new one."))
            await self._follow(own)

    def _linked(self, link: Link) -> None:
        if link.state is State.OFFLINE and not self._was_offline:
            self._was_offline = True
            why = safe(link.why or tr("no connection")).rstrip(".")
            self._say(tr("You are offline: {why}. What you write goes out later.", why=why))
        elif link.state is State.BACK:
            self._was_offline = False
            self._say(tr("You are online again."))
            self._start(self._send_again())
        elif link.state is State.ENDED:
            self._say(safe(link.why or tr("You are signed out.")))
            self._ended.set()

    async def _send_again(self) -> None:
        for pending in self._desk.replica.outgoing.all():
            if pending.state is SendState.FAILED:
                await self._desk.resend(pending.id)
        self._thread.tell_new()

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._passing(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _passing(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except ClientError as error:
            if not error.passing:
                self._say(safe(error.sentence))
