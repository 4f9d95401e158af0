"""One e-mail to one address, by SMTP. The standard library makes its header and refuses line breaks."""

from datetime import UTC, datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy, default
from email.utils import format_datetime
from typing import NamedTuple

from deskterm.server.config import Mail
from deskterm.text.safe import safe, safe_line

#: Seconds for the mail server to answer.
PATIENCE = 20.0


class _OneLine(UnstructuredHeader, BaseHeader):
    """A header that programs read: to fold it, the library would make an encoded word of a long address."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {self}{policy.linesep}"


_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("list-unsubscribe", _OneLine)
_POLICY = default.clone(header_factory=_HEADERS)


class Letter(NamedTuple):
    """What is sent; `name` is whom it is from as people read it."""

    to: str
    name: str
    subject: str
    body: str
    off: str | None = None  # the address that ends such e-mail


class Refused(Exception):
    """It was not taken; `for_good` where trying again would not help."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.for_good = for_good


def compose(letter: Letter, mail: Mail, id: str, at: int) -> EmailMessage:
    """Plain text and nothing else; what people wrote cannot add a header. ValueError for a bad address."""
    if not letter.to:
        raise ValueError("There is no address.")
    message = EmailMessage(_POLICY)
    sender = Address(addr_spec=mail.sender)
    message["From"] = Address(_plain(letter.name, 100), sender.username, sender.domain)
    message["To"] = Address(addr_spec=letter.to)
    message["Subject"] = _plain(letter.subject, 200)
    message["Date"] = format_datetime(datetime.fromtimestamp(at / 1000, UTC))
    message["Message-ID"] = f"<{id}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    if letter.off is not None:
        message["List-Unsubscribe"] = f"<{letter.off}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(safe(letter.body))
    return message


def _plain(words: str, most: int) -> str:
    """A line that means itself: the library decodes encoded words (`=?…?=`), line breaks in them too."""
    return safe_line(words)[:most].replace("=?", "= ?")


async def send(message: EmailMessage, mail: Mail) -> None:
    """Bring it to the mail server; raises `Refused`."""
    import aiosmtplib  # only where mail is sent: a server starts without it

    try:
        await aiosmtplib.send(
            message,
            hostname=mail.host,
            port=mail.port,
            username=mail.user,
            password=mail.password,
            use_tls=mail.security == "tls",
            start_tls=mail.security == "starttls",
            timeout=PATIENCE,
        )
    except aiosmtplib.SMTPRecipientsRefused as error:
        codes = [each.code for each in error.recipients]
        raise Refused(safe_line(str(error)), for_good=all(code >= 500 for code in codes)) from error
    except aiosmtplib.SMTPException as error:
        raise Refused(_why(error), for_good=False) from error
    except OSError as error:
        raise Refused(error.strerror or str(error), for_good=False) from error


def _why(error: Exception) -> str:
    """In words, with the cause: that a certificate is not good stands only there."""
    said = [safe_line(str(each)).rstrip(": ") for each in (error, error.__cause__) if each is not None]
    return ": ".join(each for each in said if each) or type(error).__name__
