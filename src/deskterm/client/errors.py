"""Everything that can go wrong between the console and a server, each with a sentence that says what to do.

ClientError
├── BadAddress            the text given as a server's address is none
├── Offline               nothing answered
├── CertificateProblem    the server could not prove who it is
├── NotDeskterm           something answered, but no deskterm server
├── ProtocolMismatch      a deskterm server of another time
├── UnexpectedAnswer      a deskterm server that answers against the contract
├── GivenUp               whoever sent it wants it no more
└── ApiError              the server refused, with a stable code
"""

from collections.abc import Mapping
from typing import Any

from deskterm.text.words import later, tr

#: Codes after which the same command may be sent again later (docs/protocol.md).
PASSING = frozenset({"timeout", "rate_limited", "internal", "overloaded", "storage_full", "draining"})


class ClientError(Exception):
    """Root of this tree; `sentence` is for people, plain words without a trace of internals."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    @property
    def passing(self) -> bool:
        """Whether trying the same again later can help without anybody changing anything."""
        return False


class BadAddress(ClientError):
    """What was typed as a server is not an address."""

    def __init__(self, address: str) -> None:
        super().__init__(
            tr(
                "“{address}” is not a server address. Write it like https://desk.example.com "
                "or http://127.0.0.1:8765.",
                address=address,
            )
        )


class Offline(ClientError):
    """Nothing answered at the address; `why` completes the sentence `The server … `."""

    def __init__(self, server: str, why: str = later("does not answer")) -> None:
        self.server = server
        self.why = tr(why)
        super().__init__(
            tr(
                "The server {server} {why}. Check the address, your network, and that it is running.",
                server=server,
                why=self.why,
            )
        )

    @property
    def passing(self) -> bool:
        return True


class CertificateProblem(ClientError):
    """TLS failed: the certificate is wrong, expired or of an unknown authority."""

    def __init__(self, server: str, why: str) -> None:
        super().__init__(
            tr(
                "The certificate of {server} is not valid here ({why}). Nothing was sent. "
                "Ask whoever runs the server, or add its authority to this machine.",
                server=server,
                why=why,
            )
        )


class NotDeskterm(ClientError):
    """A web server answered, but not deskterm; `what` says what came instead, in the reader's words."""

    def __init__(self, server: str, what: str) -> None:
        super().__init__(
            tr(
                "{server} is not a deskterm server: {what}. "
                "Check the address, its port and the path before it.",
                server=server,
                what=what,
            )
        )


class ProtocolMismatch(ClientError):
    """The server speaks another version of the protocol; `newer` tells which side has to be updated."""

    def __init__(self, server: str, theirs: int, ours: int) -> None:
        self.newer = theirs > ours
        told = tr("it speaks protocol {theirs}, this deskterm speaks {ours}", theirs=theirs, ours=ours)
        newer = later("The server {server} is newer than this deskterm ({told}). Update deskterm here.")
        older = later(
            "The server {server} is older than this deskterm ({told}). Ask whoever runs it to update."
        )
        super().__init__(tr(newer if self.newer else older, server=server, told=told))


class UnexpectedAnswer(ClientError):
    """An answer of a deskterm server that does not fit the contract; `what` is for the log."""

    def __init__(self, server: str, what: str) -> None:
        super().__init__(
            tr(
                "The server {server} gave an answer that this deskterm does not understand. "
                "Try again; if it stays so, update both to the same version.",
                server=server,
            )
        )
        self.what = what


class GivenUp(ClientError):
    """Its author broke it off while its files were on their way."""

    def __init__(self) -> None:
        super().__init__(tr("It was taken back while it was on its way."))


class ApiError(ClientError):
    """A refusal of the server. Compare `code`, never text; `extra` holds what goes beyond the usual five."""

    def __init__(
        self,
        code: str,
        status: int,
        detail: str,
        extra: Mapping[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.status = status
        self.detail = detail
        self.extra = dict(extra or {})
        self.retry_after = retry_after

    @property
    def passing(self) -> bool:
        return self.code in PASSING
