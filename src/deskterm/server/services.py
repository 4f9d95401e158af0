"""What a request needs beside itself, made once per application at start-up and passed explicitly."""

from collections.abc import Callable
from dataclasses import dataclass, field

from deskterm.protocol.ids import IdSource
from deskterm.protocol.records import Presence
from deskterm.server.clock import Clock
from deskterm.server.config import Config
from deskterm.server.desk.view_counts import ViewCounts
from deskterm.server.erasures import Erasures
from deskterm.server.http.arriving import Arriving
from deskterm.server.http.limits import Limits
from deskterm.server.jobs.scheduler import Jobs
from deskterm.server.link_tokens import LinkTokens
from deskterm.server.live.hub import LiveHub
from deskterm.server.logs import Log
from deskterm.server.meters import Meters
from deskterm.server.origins import Origins
from deskterm.server.passwords import Passwords
from deskterm.server.root_secret import RootSecret
from deskterm.server.sessions import Sessions
from deskterm.server.sign_in import SignIn
from deskterm.server.storage.database import Database
from deskterm.server.storage.files import FileStore
from deskterm.server.ways_in import WaysIn

#: Presence of a member (id) at this moment.
PresenceOf = Callable[[bytes], Presence]


@dataclass(slots=True)
class Stage:
    """Where the server stands between start and end; the one thing here that changes.

    One that is `leaving` is sent nobody any more, and one that is `draining` takes no more commands.
    """

    ready: bool = False
    leaving: bool = False
    draining: bool = False


@dataclass(slots=True, frozen=True, kw_only=True)
class Services:
    """One per application."""

    config: Config
    clock: Clock
    ids: IdSource
    db: Database
    files: FileStore
    erasures: Erasures
    sessions: Sessions
    passwords: Passwords
    root: RootSecret
    sign_in: SignIn
    ways_in: WaysIn
    presence: PresenceOf
    hub: LiveHub
    jobs: Jobs
    notifying: Jobs
    searching: Jobs
    slow_jobs: Jobs
    telling: Jobs
    mailing: Jobs
    limits: Limits
    origins: Origins
    log: Log
    view_counts: ViewCounts = field(default_factory=ViewCounts)
    arriving: Arriving = field(default_factory=Arriving)
    stage: Stage = field(default_factory=Stage)

    @property
    def meters(self) -> Meters:
        """What is counted."""
        return self.hub.meters

    @property
    def link_tokens(self) -> LinkTokens:
        """Tokens that go by e-mail."""
        return LinkTokens(self.root)
