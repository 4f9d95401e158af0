"""The operator's door: a socket in the data folder, for whoever may read that folder anyway.

`POST /backup {"target": path}` answers `{"path", "size"}`, `POST /mail {"to": address}`
`{"configured", "problem"}`, `POST /people/…` what `operators` says. It needs no token: the folder is 0700
and the socket 0600. It is no part of the HTTP contract, and no network reaches it.
"""

import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, UnixConnector, web

from deskterm.server.errors import DeskError, Malformed, NotFound
from deskterm.server.http.problems import problem_response
from deskterm.server.mail.sending import Letter, Refused, compose, send
from deskterm.server.operators import WORK
from deskterm.server.services import Services
from deskterm.server.storage.database import Backup
from deskterm.server.storage.private import create_private_directory

SOCKET_NAME = "control.sock"
#: A path that is longer does not fit into a socket's address.
_LONGEST = 100


@contextmanager
def socket_address(data: Path) -> Iterator[str]:
    """The address of the socket in a data folder, good while the context lasts.

    A long path goes through an open folder where the system can do that (Linux). OSError if it is too long.
    """
    path = str(data / SOCKET_NAME)
    if len(os.fsencode(path)) <= _LONGEST or not sys.platform.startswith("linux"):
        yield path
        return
    folder = os.open(data, os.O_PATH | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{SOCKET_NAME}"
    finally:
        os.close(folder)


@asynccontextmanager
async def operators_door(services: Services) -> AsyncIterator[None]:
    """Answer operators while the context lasts; where no such socket can be, the log says so."""
    app = web.Application()
    app.router.add_post("/backup", _Backups(services).handle)
    app.router.add_post("/mail", _Mail(services).handle)
    app.router.add_post("/people/{work}", _People(services).handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    path = services.config.data / SOCKET_NAME
    try:
        with socket_address(services.config.data) as address:
            try:
                path.unlink(missing_ok=True)  # of a server that was killed: the database's lock is ours
                await web.SockSite(runner, _bound(address, path)).start()
            except (OSError, AttributeError) as error:  # a system without such sockets
                services.log.info("no socket for operators", reason=str(error))
            yield
    finally:
        await runner.cleanup()
        path.unlink(missing_ok=True)


def _bound(address: str, path: Path) -> socket.socket:
    """A socket at `path` that nobody else can reach: it has its mode before it takes connections."""
    door = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        door.bind(address)
        path.chmod(0o600)
    except OSError:
        door.close()
        raise
    return door


class BackupRefused(DeskError):
    """The running server could not make the backup; `detail` is what it says."""

    title = "The server could not make the backup"


class OperatorRefused(DeskError):
    """The running server's refusal, in its words; `said` is the code it gave."""

    def __init__(self, detail: str, said: str) -> None:
        super().__init__(detail)
        self.said = said


async def ask_for_backup(data: Path, target: Path) -> Backup | None:
    """Ask the server that runs on `data` to back up to `target`; None if none answers there.

    Raises `BackupRefused` with its reason.
    """
    try:
        said = await ask_server(data, "backup", {"target": str(target)})
    except OperatorRefused as error:
        raise BackupRefused(error.detail) from error
    return Backup(Path(said["path"]), said["size"]) if said is not None else None


async def ask_server(data: Path, work: str, body: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the server that runs on `data` answers at its door; None if none answers there.

    Raises `OperatorRefused` with its reason.
    """
    if not (data / SOCKET_NAME).exists():
        return None
    with socket_address(data) as address:
        try:
            async with ClientSession(connector=UnixConnector(address), timeout=ClientTimeout()) as session:
                answer = await session.post(f"http://operators/{work}", json=body)
                said: dict[str, Any] = await answer.json(content_type=None)
        except ClientConnectorError:  # of a server that was killed
            return None
        except (ClientError, ValueError) as error:
            raise OperatorRefused("The server ended before it answered.", "draining") from error
    if answer.status != 200:
        raise OperatorRefused(said["detail"], said["code"])
    return said


class _Backups:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: web.Request) -> web.Response:
        """Make a backup on the server's own disk."""
        try:
            target = Path((await request.json())["target"])
            create_private_directory(target.parent)
            made = await self._services.db.back_up(target)
        except (KeyError, TypeError, ValueError):
            return problem_response(Malformed("The body must be the JSON object {target}."), "")
        except OSError as error:
            return problem_response(BackupRefused(f"{error.strerror}: {target.parent}."), "")
        except DeskError as error:
            return problem_response(error, "")
        self._services.log.info("backed up", path=str(made.path), size=made.size)
        return web.json_response({"path": str(made.path), "size": made.size})


class _Mail:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: web.Request) -> web.Response:
        """Send a line to an address here and now; answers why it was not taken, or null."""
        services = self._services
        if services.config.mail is None:
            return web.json_response({"configured": False, "problem": None})
        try:
            body = "This server can send e-mail.\n"
            letter = Letter((await request.json())["to"], "deskterm", "deskterm can send e-mail", body)
            message = compose(letter, services.config.mail, services.ids.new(), services.clock.now())
            await send(message, services.config.mail)
        except (KeyError, TypeError, ValueError):
            return problem_response(Malformed("The body must be the JSON object {to} with an address."), "")
        except Refused as error:
            return web.json_response({"configured": True, "problem": str(error)})
        return web.json_response({"configured": True, "problem": None})


class _People:
    def __init__(self, services: Services) -> None:
        self._services = services

    async def handle(self, request: web.Request) -> web.Response:
        """Add people and set passwords."""
        name = request.match_info["work"]
        try:
            work = WORK.get(name)
            if work is None:
                raise NotFound()
            said = await work(self._services.db, await request.json())
        except ValueError:
            return problem_response(Malformed("The body must be JSON."), "")
        except DeskError as error:
            return problem_response(error, "")
        self._services.log.info("operator", work=name)
        return web.json_response(said)
