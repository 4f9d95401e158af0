"""A real mail server on loopback, and what it got."""

import asyncio
from collections.abc import AsyncIterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from deskterm.server.config import Mail


class Receiver:
    """Takes what comes; `answers` are the next ones, then 250."""

    def __init__(self) -> None:
        self.got: list[Envelope] = []
        self.answers: list[str] = []
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answers:
            return self.answers.pop(0)
        self.got.append(envelope)
        return "250 taken"

    @property
    def settings(self) -> Mail:
        """For a server that sends here."""
        return Mail(
            host="127.0.0.1",
            port=self.port,
            security="none",
            sender="desk@designpi.com",
            desk_url="https://desk.example",
        )

    def last(self) -> str:
        content = self.got[-1].content
        assert isinstance(content, bytes)
        return content.decode()

    def parsed(self, at: int = -1) -> EmailMessage:
        content = self.got[at].content
        assert isinstance(content, bytes)
        return message_from_bytes(content, _class=EmailMessage, policy=default)

    def token(self, prefix: str) -> str:
        """The newest that begins so."""
        for at in reversed(range(len(self.got))):
            for line in self.parsed(at).get_content().splitlines():
                if line.strip().startswith(prefix):
                    return str(line.strip())
        raise AssertionError(f"no {prefix} in {len(self.got)} mails")


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    there = Receiver()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(there, loop=loop), "127.0.0.1", 0)
    there.port = server.sockets[0].getsockname()[1]
    yield there
    server.close()
    await server.wait_closed()
