"""The server as an aiohttp application, alone or mounted in another one under any prefix."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import web

from deskterm.protocol.ids import IdSource
from deskterm.server.clock import Clock, SystemClock
from deskterm.server.config import Config
from deskterm.server.demo import seed_demo
from deskterm.server.erasures import Erasures
from deskterm.server.errors import Conflict
from deskterm.server.http import unmatched
from deskterm.server.http.endpoint import Endpoint, Runtime
from deskterm.server.http.limits import Limits
from deskterm.server.http.table import ROUTES
from deskterm.server.jobs.desk import desk_jobs
from deskterm.server.jobs.files import file_jobs
from deskterm.server.jobs.mail import mail_jobs
from deskterm.server.jobs.notifications import notifying_job
from deskterm.server.jobs.retention import retention_job
from deskterm.server.jobs.scheduler import Job, Jobs
from deskterm.server.jobs.search import search_job
from deskterm.server.jobs.soundness import soundness_job
from deskterm.server.jobs.webhooks import webhook_job
from deskterm.server.link_tokens import LinkTokens
from deskterm.server.live.hub import LiveHub
from deskterm.server.live.presence import PresenceBoard
from deskterm.server.logs import Log
from deskterm.server.mail.off_page import add_mail_off
from deskterm.server.origins import Origins
from deskterm.server.outbound import Outbound
from deskterm.server.passwords import Passwords
from deskterm.server.root_secret import RootSecret
from deskterm.server.services import Services
from deskterm.server.sessions import Sessions
from deskterm.server.sign_in import SignIn
from deskterm.server.storage import accounts, attachments
from deskterm.server.storage.database import Database
from deskterm.server.storage.files import FileStore
from deskterm.server.storage.open import open_either
from deskterm.server.ways_in import WaysIn
from deskterm.server.widget.pages import add_widget

if TYPE_CHECKING:
    from deskterm.server.traces import Traces

#: Where a host application or a test finds the services once the application has started.
SERVICES = web.AppKey("services", Services)


def make_app(config: Config, *, clock: Clock | None = None, ids: IdSource | None = None) -> web.Application:
    """An application that opens its database at start-up and closes everything at clean-up.

    `clock` and `ids` are the system's unless a test or the demo brings its own.
    """
    app = web.Application()
    runtime = Runtime()
    traces = _traces(config)
    for route in ROUTES:
        path, handle = route.base + route.path, Endpoint(route, runtime).handle
        traced = handle if traces is None else traces.of_route(route.method, path, handle)
        app.router.add_route(route.method, path, traced)
    add_widget(app, runtime)
    add_mail_off(app, runtime)
    app.router.add_route("*", unmatched.PATH, unmatched.Unmatched(ROUTES, runtime).handle)
    if traces is not None:
        app.on_startup.append(partial(_watch, traces))
        app.on_cleanup.append(lambda _: traces.close())
    app.cleanup_ctx.append(_running(config, clock or SystemClock(), ids or IdSource(), runtime))
    app.on_shutdown.append(_drain)
    return app


def _traces(config: Config) -> "Traces | None":
    """What traces requests, if the operator wants it."""
    if config.traces is None:
        return None
    try:
        from deskterm.server.traces import Traces  # its libraries are an extra
    except ImportError as error:
        raise Conflict("Traces need OpenTelemetry: pip install 'deskterm[otel]'.") from error
    return Traces(config.traces)


async def _watch(traces: "Traces", app: web.Application) -> None:
    app[SERVICES].db.watch(traces)


def _running(
    config: Config, clock: Clock, ids: IdSource, runtime: Runtime
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def context(app: web.Application) -> AsyncIterator[None]:
        async with _services(config, clock, ids) as services:
            runtime.services = app[SERVICES] = services
            services.stage.ready = True
            yield

    return context


@asynccontextmanager
async def _services(config: Config, clock: Clock, ids: IdSource) -> AsyncIterator[Services]:
    """Everything that lives as long as the application, opened in order and closed in reverse."""
    async with AsyncExitStack() as opened:
        log = Log(clock)
        opened.callback(log.flush)
        db = await _open(config, clock, ids)
        opened.push_async_callback(db.close)
        files = _file_store(config, db)
        files.clear_incoming()
        erasures = Erasures(db, clock, files, config.data, log)
        passwords = _passwords(config, db)
        opened.callback(passwords.close)
        if config.demo:
            await seed_demo(db, base=clock.now(), hash_password=passwords.hash_now)
        limits = Limits(clock, config)
        sign_in = SignIn(db, clock, passwords, limits)
        sessions = Sessions(db, clock)
        opened.push_async_callback(sessions.close)
        presence = PresenceBoard(clock.monotonic, config.live.presence_lease)
        hub = LiveHub(db=db, clock=clock, sessions=sessions, presence=presence, log=log, settings=config.live)
        opened.push_async_callback(hub.close)
        await hub.start(beating=config.timers)
        running = partial(Jobs, clock=clock, log=log, on_duty=lambda: db.on_duty)
        jobs = running(desk_jobs(db, clock))
        seldom = (soundness_job(db, log), retention_job(db, erasures, config.backup_days))
        slow_jobs = running((*seldom, *file_jobs(db, files)))  # apart: nobody's snooze waits for it
        notifying = running((notifying_job(db, clock),))  # apart: ten thousand take a while
        searching = running((search_job(db, clock),))  # apart: a whole archive takes a while
        root = await RootSecret.shared(config.data, db)
        mailing = running(mail_jobs(db, clock, LinkTokens(root), config.mail))
        telling = _telling(running, config, db, clock, root, presence)
        for each in (mailing, telling, notifying, searching, jobs, slow_jobs):
            opened.push_async_callback(each.close)
            if config.timers:
                each.start()
        yield Services(
            config=config,
            clock=clock,
            ids=ids,
            db=db,
            files=files,
            erasures=erasures,
            sessions=sessions,
            passwords=passwords,
            root=root,
            sign_in=sign_in,
            ways_in=WaysIn(db, clock, passwords, limits, sign_in, LinkTokens(root)),
            presence=presence,
            hub=hub,
            jobs=jobs,
            notifying=notifying,
            searching=searching,
            slow_jobs=slow_jobs,
            telling=telling,
            mailing=mailing,
            limits=limits,
            origins=Origins(db, clock),
            log=log,
        )


async def _open(config: Config, clock: Clock, ids: IdSource) -> Database:
    files, wakeups = config.files, config.wakeups
    return await open_either(
        config.database, config.postgres, clock=clock, ids=ids, files=files, wakeups=wakeups
    )


def _file_store(config: Config, db: Database) -> FileStore:
    """Files are beside the database, in it where several servers may use it, or where the operator says."""
    contents = db.contents if config.files is None else None
    folder = config.files or config.data
    store = FileStore(
        folder, lambda sha256: db.read(lambda on: attachments.is_referred(on, sha256)), contents, db.whisper
    )
    db.on_whisper(store.overhear)
    return store


def _telling(
    running: Callable[[Sequence[Job]], Jobs],
    config: Config,
    db: Database,
    clock: Clock,
    root: RootSecret,
    presence: PresenceBoard,
) -> Jobs:
    """Webhooks, apart from all other jobs: those who answer are somewhere else."""
    outbound = Outbound(inside=config.webhooks_inside)
    return running((webhook_job(db, clock, root, outbound, presence),))


async def _drain(app: web.Application) -> None:
    """Take no more commands and send the live connections away; what is running still finishes."""
    services = app[SERVICES]
    services.stage.leaving = services.stage.draining = True
    await services.hub.close()


def _passwords(config: Config, db: Database) -> Passwords:
    if db.read(accounts.pepper_marks) - {config.pepper.mark if config.pepper else ""}:
        raise Conflict(
            "Passwords of this desk were hashed with another pepper, and nobody could sign in with them: "
            "give the server that one (--pepper-file)."
        )
    return Passwords(config.hash_cost, config.pepper)
