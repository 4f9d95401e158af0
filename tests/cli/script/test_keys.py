"""`deskterm keys`: made and shown once, listed without what makes them keys, revoked."""

import json

from tests.cli.script.scripting import SARAH, Script


def test_a_key_from_its_making_to_its_end(script: Script) -> None:
    made = script.run("keys", "create", "--name", "Reports", "--scope", "conversations:read")
    assert made.returncode == 0, made.stderr
    key = made.stdout.strip()
    assert key.startswith("dk_s_")
    assert script.run("list", "--limit", "1", DESKTERM_TOKEN=key).returncode == 0
    assert script.run("note", "1", "no", DESKTERM_TOKEN=key).returncode == 4
    (row,) = json.loads(script.run("keys", "list", "-o", "json").stdout)
    assert (row["name"], row["scopes"]) == ("Reports", ["conversations:read"])
    table = script.run("keys", "list").stdout
    assert "Reports" in table
    assert key not in table
    done = script.run("keys", "revoke", row["id"])
    assert (done.returncode, done.stdout) == (0, "The key is revoked.\n")
    assert script.run("list", DESKTERM_TOKEN=key).returncode == 4
    assert script.run("keys", "revoke", row["id"]).returncode == 3


def test_a_websites_key(script: Script) -> None:
    words = ("--kind", "publishable", "--name", "Website", "--origin", "https://acme.example", "-o", "json")
    made = json.loads(script.run("keys", "create", *words).stdout)
    assert made["key"].startswith("dk_p_")
    assert made["allowed_origins"] == ["https://acme.example"]
    wrong = script.run("keys", "create", "--kind", "publishable", "--name", "x", "--origin", "acme.example")
    assert wrong.returncode == 5
    script.run("keys", "revoke", made["id"])


def test_what_cannot_be(script: Script) -> None:
    assert script.run("keys", "create", "--name", "x").returncode == 2
    assert script.run("keys", "create", "--name", "x", "--scope", "everything").returncode == 2
    assert script.run("keys", "list", who=SARAH).returncode == 4
