"""`deskterm widget` and `deskterm webhooks`."""

import json

from tests.cli.script.scripting import SARAH, Script

SITE = "https://acme.example"


def test_one_command_makes_the_line_for_a_website(script: Script) -> None:
    nobody = script.run("widget")
    assert nobody.returncode == 0
    assert "No website is named" in nobody.stderr
    done = script.run("widget", f"{SITE}/", "https://shop.example", "-o", "json")
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout)
    assert made["websites"] == [SITE, "https://shop.example"]
    assert made["script"] == f'<script src="{script.url}/widget.js" data-key="{made["key"]}" async></script>'
    assert script.run("widget", SITE).stdout == nobody.stdout == made["script"] + "\n"
    assert len(json.loads(script.run("keys", "list", "-o", "json").stdout)) == 1
    assert script.run("widget", "acme").returncode == 5
    assert script.run("widget", SITE, who=SARAH).returncode == 4


def test_a_webhook_from_its_making_to_its_end(script: Script) -> None:
    made = script.run("webhooks", "create", "https://hooks.example.com/x", "--event", "message.created")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("whsec_")
    [row] = json.loads(script.run("webhooks", "list", "-o", "json").stdout)
    table = script.run("webhooks", "list").stdout
    assert "works" in table
    assert "message.created" in table
    assert script.run("webhooks", "pause", row["id"]).stdout == "It is paused.\n"
    assert "paused" in script.run("webhooks", "list").stdout
    assert script.run("webhooks", "resume", row["id"]).returncode == 0
    other = script.run("webhooks", "rotate", row["id"]).stdout
    assert other.startswith("whsec_")
    assert other != made.stdout
    assert json.loads(script.run("webhooks", "deliveries", row["id"], "-o", "json").stdout) == []
    assert script.run("webhooks", "replay", row["id"], row["id"]).returncode == 3
    assert script.run("webhooks", "delete", row["id"]).returncode == 0
    assert script.run("webhooks", "delete", row["id"]).returncode == 3
    wrong = script.run("webhooks", "create", "https://a:b@x.example/", "--event", "message.created")
    assert wrong.returncode == 5
    assert script.run("webhooks", "create", "https://x.example/").returncode == 2
