"""The measures of the live socket: times in seconds, sizes in bytes. Tests make them small."""

from dataclasses import dataclass


@dataclass(slots=True, frozen=True, kw_only=True)
class LiveSettings:
    """What an operator may set about live connections."""

    hello: float = 5.0  # for the first frame to arrive
    heartbeat: float = 25.0  # between two pings
    silence: float = 75.0  # without any frame, then the connection is taken for dead
    position: float = 30.0  # after which an idle receiver is told where the log stands
    stalled: float = 20.0  # in which a full socket accepts nothing, then it is closed
    closing: float = 2.0  # for the close handshake
    poll: float = 1.0  # between two looks at the log, beneath the wake-ups of commits
    buffer: int = 1024 * 1024  # unsent bytes, then a receiver is fed from the log instead
    replay: int = 20_000  # events behind, then a snapshot is cheaper than the replay
    per_address: int | None = 100  # connections of one network address
    origins: tuple[str, ...] = ()  # besides the server's own, as scheme://host[:port]
    presence_lease: float = 45.0  # for which an agent stays online after the last socket went
    drain_spread_ms: int = 10_000  # over which clients come back after a shutdown
