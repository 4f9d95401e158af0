"""E-mail and retention by command, against a server that logs in at a mail server over TLS."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from queue import Queue

import apsw
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.cli.processes import call, deskterm, serving, sign_in

DANA, JOHN = "hello@designpi.com", "john.doe@example.com"
CERTIFICATE = Path(__file__).parent.parent / "client" / "self_signed.pem"


class Mailbox:
    """What came in, from whoever logged in."""

    def __init__(self) -> None:
        self.got: Queue[Envelope] = Queue()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.got.put(envelope)
        return "250 taken"

    def to(self, address: str) -> Envelope:
        """What comes to this address next; others get theirs meanwhile."""
        while (envelope := self.got.get(timeout=20)).rcpt_tos != [address]:
            pass
        return envelope


def knows_us(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object) -> AuthResult:
    assert isinstance(given, LoginPassword)
    return AuthResult(success=(given.login, given.password) == (b"desk", b"a mail password"))


def free_port() -> int:
    """The controller asks for one before it has any."""
    with socket.create_server(("127.0.0.1", 0)) as there:
        return int(there.getsockname()[1])


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Mailbox]:
    """A mail server that is TLS from the start and wants a login; the server under test is told of it."""
    there, context = Mailbox(), ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    controller = Controller(
        there,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=context,
        authenticator=knows_us,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    secret = tmp_path / "smtp.password"
    secret.write_text("a mail password\n")
    monkeypatch.setenv("DESKTERM_SMTP", f"smtps://desk@127.0.0.1:{controller.port}")
    monkeypatch.setenv("DESKTERM_MAIL_FROM", "desk@designpi.com")
    monkeypatch.setenv("DESKTERM_DESK_URL", "https://desk.example")
    monkeypatch.setenv("DESKTERM_SMTP_PASSWORD_FILE", str(secret))
    monkeypatch.setenv("DESKTERM_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    yield there
    controller.stop()


def words(envelope: Envelope) -> list[str]:
    assert isinstance(envelope.content, bytes)
    return envelope.content.decode().split()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the mail server does not see that TLS is outside
def test_mail_goes_out_and_who_forgot_the_password_comes_in_again(
    mailbox: Mailbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    with serving("--data", data, "--demo") as (_, url):
        sent = deskterm("mail", "test", "you@example.com", "--data", data)
        assert (sent.returncode, sent.stderr) == (0, "")
        assert mailbox.to("you@example.com").mail_from == "desk@designpi.com"
        wrong = deskterm("mail", "test", "no address", "--data", data)
        assert (wrong.returncode, "Traceback" in wrong.stderr) == (5, False)

        asked = [deskterm("forgot", each, "--server", url) for each in ("nobody@x.example", JOHN)]
        assert [(each.returncode, each.stdout) for each in asked] == [(0, asked[0].stdout)] * 2
        (token,) = [each for each in words(mailbox.to(JOHN)) if each.startswith("dk_r_")]
        joined = deskterm("join", "--server", url, "--stdin", stdin=f"{token}\na better one\n")
        assert joined.returncode == 0, joined.stderr
        again = deskterm("join", "--server", url, "--stdin", stdin=f"{token}\nanother one\n")
        assert "used already" in again.stderr

        monkeypatch.setenv("DESKTERM_SERVER", url)
        monkeypatch.setenv("DESKTERM_TOKEN", sign_in(url, JOHN, "a better one"))
        for word in ("off", "on"):
            turned = deskterm("mail", word)
            assert (turned.returncode, f"is {word}." in turned.stdout) == (0, True)
        monkeypatch.setenv("DESKTERM_TOKEN", sign_in(url, DANA, "admin123"))
        assert deskterm("mail", "off").returncode == 4
    assert deskterm("mail", "test", "you@example.com", "--data", data).returncode == 3


def test_retention_by_command_says_what_goes_and_what_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("DESKTERM_HOME", str(tmp_path / "home"))
    with serving("--data", data, "--demo"):
        pass
    with apsw.Connection(str(data / "deskterm.db")) as desk:
        desk.execute("UPDATE conversation SET status = 'closed', closed_at = 1 WHERE number = 3")
    with serving("--data", data) as (_, url):
        token = sign_in(url, DANA, "admin123")
        monkeypatch.setenv("DESKTERM_SERVER", url)
        monkeypatch.setenv("DESKTERM_TOKEN", token)
        off = deskterm("retention", "run")
        assert (off.returncode, "no closed conversations (never, by the settings)" in off.stdout) == (0, True)
        kept = {"settings": {"retention": {"archive_days": 30}}}
        call(url, "/organization", kept, token, method="PATCH")
        preview = deskterm("retention", "preview")
        assert "Would be archived: 1 closed conversation (after 30 days)" in preview.stdout
        done = deskterm("retention", "run")
        assert (done.returncode, done.stderr) == (0, "")
        assert "Archived: 1 closed conversation (after 30 days)" in done.stdout
        (backup,) = [line.split()[-1] for line in done.stdout.splitlines() if "backup" in line]
        assert (data / "backups" / backup).is_file()
        items = call(url, "/conversations?number=3&archived=true", token=token)["items"]
        assert [each["number"] for each in items] == [3]
