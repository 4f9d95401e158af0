"""T44: what opens something is in no file of a server that runs, in no backup, and in no line of its log."""

import urllib.error
from pathlib import Path

import pytest

from tests.cli.processes import call, deskterm, serving, sign_in

DANA = "hello@designpi.com"


def given_out(url: str) -> dict[str, str]:
    """One of every kind of secret, as whoever asked for it got it."""
    dana = sign_in(url, DANA, "admin123")
    members = call(url, "/members", token=dana)["items"]
    mike = next(each["id"] for each in members if each["email"] == "mike@designpi.com")
    key = {"kind": "secret", "name": "a program", "scopes": ["contacts:read"]}
    signing = {"kind": "identity", "name": "a website"}
    hook = {"url": "https://hooks.example/x", "events": ["message.created"]}
    invited = {"email": "new@example.com", "role": "staff"}
    joined = call(url, "/invitations", {"email": "ines@new.example", "role": "staff"}, dana)["token"]
    accepted = {"token": joined, "name": "Ines", "password": "C4N4RY of Ines"}
    return {
        "session": dana,
        "secret key": call(url, "/api-keys", key, dana)["key"],
        "identity key": call(url, "/api-keys", signing, dana)["key"],
        "signing secret": call(url, "/webhooks", hook, dana)["secret"],
        "invitation": call(url, "/invitations", invited, dana)["token"],
        "used invitation": joined,
        "reset": call(url, f"/members/{mike}/password-reset", {}, dana)["token"],
        "session of who joined": call(url, "/invitations/accept", accepted)["token"],
        "password": accepted["password"],
    }


def test_secrets_are_nowhere(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    with log.open("wb") as file, serving("--data", data, "--demo", log=file.fileno()) as (process, url):
        secrets = given_out(url)
        for secret in secrets.values():
            for path, body in (
                (f"/me?token={secret.replace(' ', '+')}", None),
                ("/auth/login", {"email": DANA, "password": secret}),
                ("/password-resets/accept", {"token": secret, "password": "eight or more"}),
            ):
                if secret == secrets["reset"] and path == "/password-resets/accept":
                    continue  # it would be taken
                with pytest.raises(urllib.error.HTTPError):
                    call(url, path, body)
        assert deskterm("backup", "--data", data).returncode == 0
        process.terminate()
        process.wait(timeout=20)
    files = [each for each in (log, *data.rglob("*")) if each.is_file()]
    assert [each for each in files if each.suffix == ".backup"]
    for name, secret in secrets.items():
        kept = secret.partition("_")[2].partition("_")[2] or secret  # also without what it begins with
        for each in files:
            found = each.read_bytes()
            assert secret.encode() not in found, (name, each)
            assert kept.encode() not in found, (name, each)
