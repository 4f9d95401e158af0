"""The published document, and a live server held against it by generated requests, once per role."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import load_all_checks
from schemathesis.checks import not_a_server_error as no_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from deskterm.server.app import SERVICES, make_app
from deskterm.server.config import Config, HashCost, Rates
from deskterm.server.http.openapi import document
from deskterm.server.http.table import ROUTES
from deskterm.text.clean import clean
from tests.server.people import DANA, JOHN, PASSWORD_OF, SARAH, settle

EXAMPLES = 12
CHECKS = [
    no_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
#: Longer request lines than this never reach the routes: the HTTP parser refuses them.
LONGEST_LINE = 8_000
#: What would end the session under test, and the socket, which is no request and answer.
LEFT_OUT = {"auth.logout", "auth.password", "live.live"}

load_all_checks()
SCHEMA = schemathesis.openapi.from_dict(document(ROUTES))


def _operations() -> list[Any]:
    found: list[Any] = [each.ok() for each in SCHEMA.get_all_operations()]  # type: ignore[union-attr]
    return found


class _Running:
    """A server on a loop of its own, for a client that blocks."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.url = self._do(self._start())

    def close(self) -> None:
        self._do(self._server.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def token(self, email: str) -> str:
        body = {"email": email, "password": PASSWORD_OF[email]}
        return str(requests.post(f"{self.url}/api/v1/auth/login", json=body, timeout=30).json()["token"])

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _start(self) -> str:
        rates = Rates(requests_per_address=None, failed_sign_ins_per_address=None)
        app = make_app(Config(data=self._data, hash_cost=HashCost(memory=8), rates=rates))
        self._server = TestServer(app, host="127.0.0.1")
        await self._server.start_server()
        await settle(app[SERVICES])
        return str(self._server.make_url("")).rstrip("/")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Running]:
    server = _Running(tmp_path_factory.mktemp("data"))
    yield server
    server.close()


def test_the_document_is_valid() -> None:
    SCHEMA.validate()


def test_every_route_is_published_once() -> None:
    published = {
        (path, method): operation
        for path, methods in document(ROUTES)["paths"].items()
        for method, operation in methods.items()
    }
    assert set(published) == {(each.base + each.path, each.method.lower()) for each in ROUTES}
    assert len({each["operationId"] for each in published.values()}) == len(ROUTES)


def test_the_server_publishes_it(running: _Running) -> None:
    served = requests.get(f"{running.url}/api/v1/openapi.json", timeout=30).json()
    assert served["paths"].keys() == document(ROUTES)["paths"].keys()
    assert served["openapi"] == "3.1.0"


@pytest.mark.parametrize("email", [None, JOHN, SARAH, DANA], ids=["nobody", "customer", "staff", "admin"])
@pytest.mark.parametrize(
    "operation",
    [pytest.param(each, id=each.label) for each in _operations()],
)
def test_answers_are_as_published(running: _Running, operation: Any, email: str | None) -> None:
    """No error of the server, no status, media type or shape that is not published; bad input is refused."""
    if operation.definition.raw["operationId"] in LEFT_OUT:
        return
    headers = {"Authorization": f"Bearer {running.token(email)}"} if email else {}
    with requests.Session() as session:

        @settings(max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
        @given(case=_any_mode(operation))
        def exercise(case: Any) -> None:
            answer = case.call(base_url=running.url, session=session, headers=headers, timeout=30)
            if len(answer.request.url) < LONGEST_LINE:
                case.validate_response(answer, checks=_checks(case.body))

        exercise()


def _checks(body: Any) -> list[Any]:
    """Text is cleaned before it is measured: what is too long as it was sent may be right as it is kept."""
    if all(clean(each) == each for each in _texts(body)):
        return CHECKS
    return [each for each in CHECKS if each is not negative_data_rejection]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _any_mode(operation: Any) -> Any:
    modes = schemathesis.GenerationMode
    return operation.as_strategy(generation_mode=modes.POSITIVE) | operation.as_strategy(
        generation_mode=modes.NEGATIVE
    )
