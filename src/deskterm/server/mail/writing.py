"""What an e-mail says, made at the moment it is sent, so that it says what is true then."""

from datetime import UTC, datetime

from deskterm.server.clock import Clock
from deskterm.server.config import Mail
from deskterm.server.desk.ways_back import DAYS
from deskterm.server.link_tokens import LinkTokens
from deskterm.server.mail.sending import Letter
from deskterm.server.origins import allowed_by
from deskterm.server.storage import api_keys, invitations, organizations, password_resets
from deskterm.server.storage import mail as rows
from deskterm.server.storage.database import Database, Reader
from deskterm.server.storage.mail import MailRow, UnreadRow

_RESET = """Hello {name},

somebody, probably you, asked for a new password at {organization}.
Within a quarter of an hour this command sets it:

  deskterm join --server {url}

It asks for this token, which works once:

  {token}

If it was not you, do nothing: your password stays as it is.
"""
_INVITATION = """Hello,

{by} asks you to join {organization} as {role}.
Until {until} this command lets you in:

  deskterm join --server {url}

It asks for this token, which works once:

  {token}

If you do not know what this is about, do nothing.
"""
_DIGEST = """{greeting}

{organization} has answered your request #{number}:

{replies}

{back}No more of these: {off}
"""
_BACK = """Read on and answer with

  deskterm chat --server {url}

"""
_BACK_SIGNED_IN = """Where you are not signed in, this does it first, within {days} days:

  deskterm join --server {url}

It asks for this token, which works once:

  {token}

"""
_BACK_ON_THE_WEBSITE = """Read on and answer here, within {days} days and in one browser:

  {link}

"""
_WAITING = """Hello {name},

nobody is at the desk of {organization}, and customers wait: {waiting}, the longest since {since}.

  deskterm --server {url}
"""
#: Of unread replies so many go along, and so many characters of each.
MOST_REPLIES, MOST_CHARACTERS = 10, 2_000


class Writing:
    """Writes e-mails. None where there is nothing to say any more: used, taken back, expired, read."""

    def __init__(self, db: Database, clock: Clock, tokens: LinkTokens) -> None:
        self._db = db
        self._clock = clock
        self._tokens = tokens

    def letter(self, row: MailRow, mail: Mail) -> Letter | None:
        """The e-mail of a row."""
        return self._db.read(lambda reader: self._letter(reader, row, mail))

    def _letter(self, reader: Reader, row: MailRow, mail: Mail) -> Letter | None:
        organization = organizations.by_key(reader, row.key)
        if organization is None:
            return None
        if row.kind == "password_reset":
            return self._reset(reader, row, mail, organization.name)
        if row.kind == "invitation":
            return self._invitation(reader, row, mail, organization.name)
        if row.kind == "digest":
            return self._digest(reader, row, mail, organization.name)
        return self._waiting(reader, row, mail, organization.name)

    def _digest(self, reader: Reader, row: MailRow, mail: Mail, organization: str) -> Letter | None:
        found = rows.unread(reader, row.key, row.entity_id)
        if found is None or found.off or found.seen_at >= found.replied_at:
            return None
        replies = rows.bodies(reader, found, MOST_REPLIES)
        shown = [f"{each.author or organization}:\n{_quoted(each.body)}" for each in reversed(replies)]
        if not shown:
            return None
        off = f"{mail.desk_url}/mail-off/{self._tokens.mail_off(found.key, found.contact_id)}"
        body = _DIGEST.format(
            greeting=f"Hello {found.name}," if found.name else "Hello,",
            organization=organization,
            number=found.number,
            replies="\n\n".join(shown),
            back=self._back(reader, row, found, mail.desk_url),
            off=off,
        )
        return Letter(found.email, organization, f"{organization} has answered #{found.number}", body, off)

    def _back(self, reader: Reader, row: MailRow, found: UnreadRow, url: str) -> str:
        """How to go on: in the terminal for who signs in, else where the website's chat is."""
        token = self._tokens.way_back(row.key, row.id, found.email)
        if found.user_id is not None:
            signed_in = _BACK_SIGNED_IN.format(url=url, token=token, days=DAYS) if found.is_customer else ""
            return _BACK.format(url=url) + signed_in
        page = self._page(reader, found)
        return "" if page is None else _BACK_ON_THE_WEBSITE.format(link=f"{page}#deskterm={token}", days=DAYS)

    def _page(self, reader: Reader, found: UnreadRow) -> str | None:
        """Where they wrote, if the chat may still be there; else the website's front page."""
        keys = [e for e in api_keys.origins(reader, self._clock.now()) if e.organization_id == found.key]
        allowed = sorted({o for each in keys for o in allowed_by(each.allowed_origins, each.settings)})
        page = (found.page_url or "").partition("#")[0]
        if any(page == each or page.startswith(f"{each}/") for each in allowed):
            return page
        return f"{allowed[0]}/" if allowed else None

    def _waiting(self, reader: Reader, row: MailRow, mail: Mail, organization: str) -> Letter | None:
        agents = rows.agents_waited_for(reader)
        found = next((each for each in agents if (each.key, each.id) == (row.key, row.entity_id)), None)
        if found is None or found.somebody_there:
            return None
        body = _WAITING.format(
            name=found.name,
            organization=organization,
            waiting=found.waiting,
            since=_moment(found.since),
            url=mail.desk_url,
        )
        return Letter(found.email, organization, f"Customers wait at {organization}", body)

    def _reset(self, reader: Reader, row: MailRow, mail: Mail, organization: str) -> Letter | None:
        found = password_resets.mailed(reader, row.key, row.entity_id, self._clock.now())
        if found is None:
            return None
        token = self._tokens.reset(row.entity_id)
        body = _RESET.format(name=found.name, organization=organization, url=mail.desk_url, token=token)
        return Letter(found.email, organization, f"A new password for {organization}", body)

    def _invitation(self, reader: Reader, row: MailRow, mail: Mail, organization: str) -> Letter | None:
        found = invitations.by_id(reader, row.key, row.entity_id)
        if found is None or found.expires_at <= self._clock.now():
            return None
        body = _INVITATION.format(
            by=found.invited_by_name or "Somebody",
            organization=organization,
            role=found.role,
            until=_moment(found.expires_at),
            url=mail.desk_url,
            token=self._tokens.invitation(found.id),
        )
        return Letter(found.email, organization, f"Join {organization}", body)


def _moment(at: int) -> str:
    return f"{datetime.fromtimestamp(at / 1000, UTC):%-d %B %Y, %H:%M} UTC"


def _quoted(body: str) -> str:
    short = body if len(body) <= MOST_CHARACTERS else body[:MOST_CHARACTERS] + "…"
    return "\n".join(f"> {line}" for line in short.splitlines() or ["(a file)"])
