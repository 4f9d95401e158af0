"""Counts of the accounts that are not in front: asked for calmly, one not waiting for another."""

import asyncio
from collections.abc import Callable
from functools import partial

import pytest

from deskterm.client.accounts.credentials import Credentials
from deskterm.client.accounts.elsewhere import EVERY, MOST_APART, SIGNED_OUT, UNREACHABLE, Elsewhere, Seen
from deskterm.client.accounts.guests import Guests, Present
from deskterm.client.accounts.known import Account, KnownAccount
from deskterm.client.errors import ApiError, ClientError, Offline

HERE, THERE, FAR = (
    Account(f"https://{name}.example", "mia@acme.example") for name in ("here", "there", "far")
)


class Server:
    """Answers as told, the last answer for ever; None = never."""

    def __init__(self, *answers: int | ClientError | None) -> None:
        self.answers = list(answers)
        self.tokens: list[str] = []
        self.closed = 0

    async def unread(self) -> int:
        """The next answer."""
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, ClientError):
            raise answer
        assert answer is not None
        return answer

    async def close(self) -> None:
        """No more questions."""
        self.closed += 1


class Stage:
    """Three accounts, the first in front; naps end when the test says so."""

    def __init__(self, **servers: Server) -> None:
        self.servers = {f"https://{name}.example": server for name, server in servers.items()}
        self.credentials = Credentials()
        for account in (FAR, THERE, HERE):
            self.credentials.keep(account, f"token of {account.server}")
        self.guests = Guests(credentials=self.credentials)
        self.guests.present = Present(HERE, "t", "file", "a file")
        self.naps: list[float] = []
        self.told = asyncio.Event()
        self._wake: list[asyncio.Event] = []
        self.elsewhere = Elsewhere(
            self.guests, self.told.set, ask=self._ask, sleep=self._sleep, uniform=lambda low, high: 1.0
        )

    def _ask(self, server: str, token: str) -> Server:
        self.servers[server].tokens.append(token)
        return self.servers[server]

    async def _sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        event = asyncio.Event()
        self._wake.append(event)
        await event.wait()

    def wake(self) -> None:
        """All naps end."""
        for event in self._wake:
            event.set()
        self._wake.clear()

    def has_rested(self, times: int) -> bool:
        return len(self.naps) == times

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait for it."""
        async with asyncio.timeout(20):
            while not holds():  # noqa: ASYNC110  naps and answers wake nobody here
                await asyncio.sleep(0)


async def test_each_account_is_asked_with_its_own_token_and_the_one_in_front_is_not() -> None:
    stage = Stage(there=Server(2), far=Server(3))
    await stage.elsewhere.follow()
    await stage.until(lambda: len(stage.naps) == 2)
    assert stage.elsewhere.total == 5
    assert stage.elsewhere.seen(THERE) == Seen(2)
    assert stage.elsewhere.seen(HERE) == Seen()
    assert [each.tokens for each in stage.servers.values()] == [
        ["token of https://there.example"],
        ["token of https://far.example"],
    ]
    assert stage.naps == [EVERY, EVERY]
    await stage.elsewhere.close()
    assert [each.closed for each in stage.servers.values()] == [1, 1]


async def test_a_server_that_never_answers_keeps_nobody_waiting() -> None:
    stage = Stage(there=Server(None), far=Server(3))
    await stage.elsewhere.follow()
    await stage.until(lambda: stage.elsewhere.total == 3)
    await stage.elsewhere.close()


async def test_a_server_that_is_down_is_asked_ever_less_often_and_its_count_stays() -> None:
    stage = Stage(there=Server(4, Offline("https://there.example")), far=Server(ApiError("x", 500, "no")))
    await stage.elsewhere.follow()
    for turn in range(1, 9):
        await stage.until(partial(stage.has_rested, 2 * turn))
        stage.wake()
    assert stage.elsewhere.seen(THERE) == Seen(4, UNREACHABLE)
    assert stage.elsewhere.seen(FAR) == Seen(None, UNREACHABLE)
    assert max(stage.naps) == MOST_APART
    await stage.elsewhere.close()


async def test_an_ended_session_is_said_and_not_asked_again() -> None:
    stage = Stage(there=Server(ApiError("unauthenticated", 401, "no")), far=Server(0))
    await stage.elsewhere.follow()
    await stage.until(lambda: stage.elsewhere.seen(THERE).trouble == SIGNED_OUT and len(stage.naps) == 1)
    assert stage.servers["https://there.example"].closed == 1
    await stage.elsewhere.close()


async def test_who_comes_to_the_front_is_no_longer_elsewhere() -> None:
    stage = Stage(there=Server(2), far=Server(3), here=Server(7))
    await stage.elsewhere.follow()
    await stage.until(lambda: stage.elsewhere.total == 5)
    stage.guests.present = Present(THERE, "t", "file", "a file")
    await stage.elsewhere.follow()
    await stage.until(lambda: stage.elsewhere.total == 10)
    assert stage.elsewhere.seen(THERE) == Seen()
    await stage.elsewhere.close()


async def test_a_token_command_is_never_run_behind_somebodys_back(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(there=Server(2), far=Server(3))
    stage.credentials.accounts.used(KnownAccount(THERE, "command", token_command=("/nowhere/pass",)))

    def ran(*_: object, **__: object) -> None:
        raise AssertionError("it was run")

    monkeypatch.setattr("subprocess.run", ran)
    await stage.elsewhere.follow()
    await stage.until(lambda: stage.elsewhere.total == 3)
    assert stage.servers["https://there.example"].tokens == []
    await stage.elsewhere.close()


async def test_a_token_of_the_environment_is_never_sent_to_another_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DESKTERM_TOKEN", "of the environment")
    stage = Stage(there=Server(2), far=Server(3))
    await stage.elsewhere.follow()
    await stage.until(lambda: stage.elsewhere.total == 5)
    assert "of the environment" not in [token for each in stage.servers.values() for token in each.tokens]
    await stage.elsewhere.close()
