"""`deskterm serve`: the server as a process of its own."""

import argparse
import asyncio
import ipaddress
import os
import shutil
import signal
import ssl
import sys
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from deskterm.cli import exits
from deskterm.cli.data import add_data_argument, add_database_argument, code_of, default_data
from deskterm.cli.limits import NAMES, rates
from deskterm.cli.mail_options import add_mail_arguments, mail_settings
from deskterm.cli.metrics_option import add_metrics_argument, metrics_settings
from deskterm.cli.say import say
from deskterm.client.accounts.address import is_loopback
from deskterm.server.config import DATABASE_NAME, Config
from deskterm.server.errors import DeskError
from deskterm.server.pepper import Pepper
from deskterm.server.run import END_S, CannotListen, Listening, run_server
from deskterm.server.storage.lock import DatabaseInUse
from deskterm.server.storage.network_disk import NetworkDisk
from deskterm.server.storage.open import is_address
from deskterm.text.words import tr

DEFAULT_PORT = 8765
#: Only folders that the demo made for itself are ever removed.
DEMO_FOLDER = "deskterm-demo-"
LOOPBACK = ("127.0.0.0/8", "::1/128")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `deskterm serve`."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"port to listen on, 0 = a free one ({DEFAULT_PORT})"
    )
    add_data_argument(parser)
    add_database_argument(parser)
    parser.add_argument(
        "--files",
        type=Path,
        metavar="DIR",
        help="a folder that all servers on one PostgreSQL share, for messages' files (else in there)",
    )
    parser.add_argument(
        "--wakeups",
        metavar="URL",
        help="the same PostgreSQL database, past a pooler that --database names: to be woken at once",
    )
    parser.add_argument(
        "--traces",
        metavar="URL",
        default=os.environ.get("DESKTERM_TRACES"),
        help="send OpenTelemetry traces there, e.g. http://127.0.0.1:4318/v1/traces (deskterm[otel])",
    )
    parser.add_argument("--demo", action="store_true", help="fill an empty database with the demo")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain, PEM")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key, PEM")
    parser.add_argument(
        "--behind-proxy",
        nargs="*",
        metavar="ADDRESS",
        help="TLS ends at a proxy at one of these addresses or networks (default: this machine)",
    )
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help=f"one of {', '.join(NAMES)}; or none",
    )
    parser.add_argument(
        "--pepper-file",
        type=Path,
        metavar="FILE",
        default=os.environ.get("DESKTERM_PEPPER_FILE"),
        help="a secret that is mixed into passwords before they are hashed; it is in no backup",
    )
    parser.add_argument(
        "--stop-within",
        type=float,
        default=END_S,
        metavar="SECONDS",
        help=f"end by force so long after SIGTERM, if something is not finished ({END_S:g})",
    )
    add_mail_arguments(parser)
    add_metrics_argument(parser)
    parser.add_argument("--while-stdin-open", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--remove-data-at-exit", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--ready-file", type=Path, default=None, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop; answers the exit code."""
    refusal = _refusal(arguments)
    if refusal:
        return exits.fail(exits.USAGE, refusal)
    try:
        proxies = _networks(arguments.behind_proxy)
        tls = _tls(arguments)
        limits = rates(arguments.limit)
        mail = mail_settings(arguments)
        pepper = Pepper.of(Path(arguments.pepper_file)) if arguments.pepper_file else None
        metrics = metrics_settings(arguments)
    except (ValueError, OSError) as error:
        return exits.fail(exits.USAGE, f"deskterm serve: {error}")
    data = (arguments.data or default_data()).absolute()
    config = Config(
        data=data,
        postgres=arguments.database,
        files=arguments.files.absolute() if arguments.files else None,
        wakeups=arguments.wakeups,
        demo=arguments.demo,
        trusted_proxies=proxies,
        access_log=True,
        rates=limits,
        mail=mail,
        pepper=pepper,
        metrics=metrics,
        traces=arguments.traces,
    )
    try:
        _run(_serve(config, arguments, tls))
    except CannotListen as error:
        return exits.fail(exits.TRY_AGAIN, tr("deskterm serve: {error} Choose another --port.", error=error))
    except (DatabaseInUse, NetworkDisk) as error:
        return exits.fail(exits.CONFLICT, error.detail)
    except DeskError as error:
        return exits.fail(code_of(error), error.detail)
    finally:
        if arguments.remove_data_at_exit and arguments.demo and data.name.startswith(DEMO_FOLDER):
            shutil.rmtree(data, ignore_errors=True)
    return exits.OK


def _refusal(arguments: argparse.Namespace) -> str | None:
    if arguments.database and not is_address(arguments.database):
        return tr("deskterm serve: --database takes an address that starts with postgresql://.")
    if arguments.files and not arguments.database:
        return tr("deskterm serve: --files goes with --database; without it files are in --data.")
    if arguments.wakeups and not (arguments.database and is_address(arguments.wakeups)):
        return tr("deskterm serve: --wakeups takes a postgresql:// address, beside --database.")
    if arguments.traces and not arguments.traces.startswith(("http://", "https://")):
        return tr("deskterm serve: --traces takes the http:// address of a collector.")
    if bool(arguments.tls_cert) != bool(arguments.tls_key):
        return tr("deskterm serve: --tls-cert and --tls-key go together.")
    if arguments.stop_within <= 0:
        return tr("deskterm serve: --stop-within takes seconds, more than none.")
    if not 0 <= arguments.port <= 65_535:
        return tr("deskterm serve: a port is a number from 0 to 65535.")
    open_to_others = not is_loopback(arguments.host)
    if open_to_others and not arguments.tls_cert and arguments.behind_proxy is None:
        return tr(
            "deskterm serve: {host} can be reached by other machines, and passwords must not cross "
            "a network in the clear. Give --tls-cert and --tls-key, or --behind-proxy.",
            host=arguments.host,
        )
    return None


def _networks(addresses: list[str] | None) -> tuple[str, ...]:
    if addresses is None:
        return ()
    return tuple(str(ipaddress.ip_network(each, strict=False)) for each in addresses) or LOOPBACK


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if not arguments.tls_cert:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(arguments.tls_cert, arguments.tls_key)
    return context


def _run(serving: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(serving)
    else:
        uvloop.run(serving)


async def _serve(config: Config, arguments: argparse.Namespace, tls: ssl.SSLContext | None) -> None:
    stop = asyncio.Event()
    empty = config.postgres is None and not (config.data / DATABASE_NAME).exists()
    _stop_on_signals(stop, arguments.stop_within)
    if arguments.while_stdin_open:
        _stop_when_stdin_closes(stop)

    def ready(url: str) -> None:
        """Say the address, also in a file that is there as long as the server answers."""
        if arguments.ready_file is not None:
            arguments.ready_file.write_text(url)
        say(tr("deskterm is ready at {url}", url=url))
        if arguments.demo:
            say(_demo_people(url))
        elif empty:
            say("There is no organization yet: stop this server and run `deskterm init`.")
        else:
            say(tr("Sign in with `deskterm --server {url}`; ^C stops the server.", url=url))

    try:
        listening = Listening(arguments.host, arguments.port, tls)
        await run_server(config, listening, stop, ready, within=arguments.stop_within)
    finally:
        if arguments.ready_file is not None:
            arguments.ready_file.unlink(missing_ok=True)


def _demo_people(url: str) -> str:
    """Whom one can sign in as; the demo's passwords are no secret."""
    from deskterm.protocol.demo import PEOPLE

    width = max(len(each.email) for each in PEOPLE)
    people = [f"  {each.email:<{width}}  {each.password:<11}  {each.role.value}" for each in PEOPLE]
    return "\n".join(
        [tr("Sign in with `deskterm --server {url}` as one of (docs/protocol.md):", url=url), *people]
    )


def _stop_on_signals(stop: asyncio.Event, within: float) -> None:
    """End in order, or after `within` seconds as a crash would, which loses nothing either."""
    loop = asyncio.get_running_loop()

    def asked() -> None:
        stop.set()
        limit = threading.Timer(within, os._exit, (exits.TRY_AGAIN,))
        limit.daemon = True
        limit.start()

    for each in (signal.SIGTERM, signal.SIGINT):
        if sys.platform == "win32":
            signal.signal(each, lambda *_: loop.call_soon_threadsafe(asked))
        else:
            loop.add_signal_handler(each, asked)


def _stop_when_stdin_closes(stop: asyncio.Event) -> None:
    """End with the process that started this one, however that ends."""
    loop = asyncio.get_running_loop()
    stdin = sys.stdin.fileno()

    def look() -> None:
        if not os.read(stdin, 1024):
            loop.remove_reader(stdin)
            stop.set()

    try:
        loop.add_reader(stdin, look)
    except OSError:  # a file or /dev/null: there is nobody at the other end
        stop.set()
