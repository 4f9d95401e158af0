"""`deskterm serve`, `init` and `user` as processes: what they print, how they end, what they leave behind."""

import json
import signal
import urllib.request
from pathlib import Path

import pytest

from tests.cli.processes import deskterm, serving


def test_serves_where_it_says_and_ends_in_order(tmp_path: Path) -> None:
    with serving("--data", tmp_path / "data") as (process, url):
        with urllib.request.urlopen(url + "/readyz") as answer:
            assert json.load(answer) == {"ready": True, "read_only": None}
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=30)
        assert process.returncode == 0
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["route"] for line in lines if line["event"] == "request"] == ["/readyz"]
    assert lines[-1]["event"] == "stopped"


def test_ends_with_whoever_started_it(tmp_path: Path) -> None:
    with serving("--data", tmp_path / "data", "--while-stdin-open") as (process, _):
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def test_a_second_server_on_the_same_data_refuses(tmp_path: Path) -> None:
    with serving("--data", tmp_path / "data"):
        second = deskterm("serve", "--port", "0", "--data", tmp_path / "data")
    assert second.returncode == 9
    assert "in use by another deskterm server" in second.stderr
    assert "Traceback" not in second.stderr


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    with serving("--data", tmp_path / "first") as (_, url):
        port = url.rpartition(":")[2]
        second = deskterm("serve", "--port", port, "--data", tmp_path / "second")
    assert second.returncode == 75
    assert second.stderr.count("\n") == 1
    assert f"port {port}" in second.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--host", "0.0.0.0"],
        ["--host", "::"],
        ["--host", "desk.example"],
        ["--tls-cert", "cert.pem"],
        ["--host", "0.0.0.0", "--tls-cert", "none.pem", "--tls-key", "none.pem"],
        ["--behind-proxy", "not an address"],
        ["--database", "mysql://localhost/desk"],
        ["--port", "70000"],
    ],
)
def test_what_cannot_be_served_is_refused_before_anything_is_made(tmp_path: Path, options: list[str]) -> None:
    done = deskterm("serve", "--data", tmp_path / "data", *options)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_init_then_user_then_sign_in(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data"), "--password-stdin"]
    admin = ["--organization", "Acme & Co", "--email", "Ada@acme.example", "--name", "Ada"]
    made = deskterm("init", *data, *admin, stdin="correct horse\n")
    assert (made.returncode, made.stderr) == (0, "")
    again = deskterm("init", *data, *admin, stdin="correct horse\n")
    assert again.returncode == 9
    bob = ["--email", "bob@acme.example", "--name", "Bob", "--role", "customer"]
    assert deskterm("user", "add", *data, *bob, stdin="battery staple\n").returncode == 0
    assert deskterm("user", "add", *data, *bob, stdin="battery staple\n").returncode == 9
    changed = deskterm("user", "passwd", *data, "--email", "bob@acme.example", stdin="staple battery\n")
    assert changed.returncode == 0
    nobody = deskterm("user", "passwd", *data, "--email", "eve@acme.example", stdin="staple battery\n")
    assert nobody.returncode == 3
    with serving("--data", tmp_path / "data") as (_, url):
        assert _me(url, "ada@acme.example", "correct horse")["member"]["role"] == "admin"
        assert _me(url, "bob@acme.example", "staple battery")["contact"]["name"] == "Bob"


@pytest.mark.parametrize("password", ["short", "x" * 257])
def test_init_refuses_a_bad_password_in_words(tmp_path: Path, password: str) -> None:
    done = deskterm(
        "init",
        *("--data", tmp_path / "data", "--password-stdin"),
        *("--organization", "Acme", "--email", "ada@acme.example", "--name", "Ada"),
        stdin=password + "\n",
    )
    assert done.returncode == 5
    assert "8 to 256" in done.stderr


def _me(url: str, email: str, password: str) -> dict[str, dict[str, str]]:
    body = json.dumps({"email": email, "password": password}).encode()
    request = urllib.request.Request(
        url + "/api/v1/auth/login", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request) as answer:
        me: dict[str, dict[str, str]] = json.load(answer)["me"]
        return me


def test_the_demo_is_there_and_leaves_nothing_behind(tmp_path: Path) -> None:
    data = tmp_path / "deskterm-demo-1"
    with serving("--data", data, "--demo", "--remove-data-at-exit") as (process, url):
        assert _me(url, "hello@designpi.com", "admin123")["user"]["name"] == "Dana Whitfield"
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0
    assert not data.exists()


def test_only_folders_of_the_demo_are_removed(tmp_path: Path) -> None:
    data = tmp_path / "precious"
    with serving("--data", data, "--demo", "--remove-data-at-exit") as (process, _):
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert (data / "deskterm.db").exists()


def test_files_are_private_and_the_demo_is_kept_over_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for _ in range(2):
        with serving("--data", data, "--demo") as (process, url):
            assert _me(url, "sarah@designpi.com", "staff123")["member"]["role"] == "staff"
            process.terminate()
            assert process.wait(timeout=30) == 0
    assert data.stat().st_mode & 0o777 == 0o700
    assert {each.stat().st_mode & 0o777 for each in data.iterdir() if each.is_file()} == {0o600}
