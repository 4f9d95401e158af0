"""What an operator, a host application or a test may set; everything else is the product's business."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from deskterm.server.live.settings import LiveSettings
from deskterm.server.pepper import Pepper

DATABASE_NAME = "deskterm.db"


@dataclass(slots=True, frozen=True, kw_only=True)
class HashCost:
    """Cost of argon2id: memory in KiB, passes, lanes. The defaults are OWASP's; tests make them cheap."""

    memory: int = 47_104
    passes: int = 1
    lanes: int = 1


@dataclass(slots=True, frozen=True, kw_only=True)
class Rates:
    """How much each may do in a minute (or hour, where it says so); None = no limit. Agents have none."""

    messages_per_customer: int | None = 120
    messages_per_visitor: int | None = 60
    requests_per_key: int | None = None
    requests_of_visitors_per_organization: int | None = None
    requests_per_address: int | None = 1_200
    new_visitors_per_address_and_hour: int | None = 60
    visitor_conversations_per_address_and_hour: int | None = 10
    visitor_megabytes_per_address_and_hour: int | None = 500
    failed_sign_ins_per_address: int | None = 20


@dataclass(slots=True, frozen=True, kw_only=True)
class Mail:
    """Where e-mail goes out. `password` is none of `repr`'s business."""

    host: str
    port: int
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: str
    desk_url: str  # under which people reach this server


@dataclass(slots=True, frozen=True, kw_only=True)
class Metrics:
    """Where figures for Prometheus are given out. Whoever asks needs the `token`, if there is one."""

    host: str
    port: int
    token: str | None = field(default=None, repr=False)


@dataclass(slots=True, frozen=True, kw_only=True)
class Config:
    """One server. `data` is the folder that holds its database and files; it is made if it is missing."""

    data: Path
    postgres: str | None = None  # the address of a PostgreSQL database, instead of the embedded one
    files: Path | None = None  # a folder that several servers share, for messages' files
    wakeups: str | None = None  # that database past a pooler, to be woken by other servers
    demo: bool = False
    #: Addresses or networks whose X-Forwarded-* headers are believed, e.g. `127.0.0.1` or `10.0.0.0/8`.
    trusted_proxies: tuple[str, ...] = ()
    hash_cost: HashCost = field(default_factory=HashCost)
    rates: Rates = field(default_factory=Rates)
    #: Whether jobs and heartbeats run by themselves; a test that moves the clock lets them tick by hand.
    timers: bool = True
    live: LiveSettings = field(default_factory=LiveSettings)
    body_limit: int = 256 * 1024  # bytes
    body_seconds: float = 15.0  # for a body to arrive completely
    json_depth: int = 32
    refusal_seconds: float = 1.0  # how late who is refused again and again is answered
    file_limit: int = 25 * 1024 * 1024  # bytes of one attachment
    file_seconds: float = 1_800.0  # for an attachment to arrive completely
    file_quota: int = 10 * 1024 * 1024 * 1024  # bytes of all attachments of an organization
    webhooks_inside: bool = False  # whether webhooks may go into private networks: for development only
    access_log: bool = False
    backup_days: int = 90  # older backups in the usual folder go; 0 = none does
    mail: Mail | None = None  # None = no e-mail is sent
    pepper: Pepper | None = None  # mixed into passwords before they are hashed
    metrics: Metrics | None = None  # None = nobody is told figures
    traces: str | None = None  # where OpenTelemetry's collector takes traces; None = there are none

    @property
    def database(self) -> Path:
        """The embedded database's file."""
        return self.data / DATABASE_NAME
