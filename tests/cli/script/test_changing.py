"""`deskterm assign`, `status`, `tag` and `escalate`: one or many, with a report and an exit code."""

import json
from typing import Any

import pytest

from tests.cli.script.scripting import SARAH, Script


def conversation(script: Script, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(script.run("show", str(number), "-o", "json").stdout)["conversation"]
    return found


@pytest.mark.parametrize("who", ["mike@designpi.com", "MIKE CHEN", "chen"])
def test_assigned_by_name_or_address(script: Script, who: str) -> None:
    script.run("assign", "1", "--to", "none")
    done = script.run("assign", "1", "--to", who)
    assert (done.returncode, done.stdout) == (0, "#1  changed\n")
    assert conversation(script, 1)["assignee"]["name"] == "Mike Chen"
    assert script.run("assign", "1", "--to", who).stdout == "#1  is so already\n"


def test_assigned_to_me_and_to_nobody(script: Script) -> None:
    script.run("assign", "1", "--to", "me")
    assert conversation(script, 1)["assignee"]["name"] == "Dana Whitfield"
    script.run("assign", "1", "--to", "none")
    assert conversation(script, 1)["assignee"] is None
    assert script.run("assign", "1", "--to", "nobody known").returncode == 3


def test_many_come_through_a_pipe_and_each_has_its_line(script: Script) -> None:
    listed = script.run("list", "-o", "jsonl").stdout.splitlines()
    ids = [json.loads(line)["id"] for line in listed]
    done = script.run("tag", "-", "--add", "Piped, twice", stdin="\n".join([*listed, "999"]))
    assert done.returncode == 3
    assert done.stdout == "".join(f"{each}  changed\n" for each in ids)
    assert "999" in done.stderr
    assert {"piped", "twice"} <= set(conversation(script, 1)["tags"])
    script.run("tag", "-", "--remove", "piped,twice", stdin="\n".join(ids))
    assert "piped" not in conversation(script, 1)["tags"]


def test_a_dry_run_changes_nothing_and_says_the_same(script: Script) -> None:
    dry = script.run("status", "1", "2", "--to", "closed", "--dry-run", "-o", "json")
    assert conversation(script, 1)["status"] == "open"
    assert len(json.loads(dry.stdout)["applied"]) == 2
    assert script.run("status", "1", "--to", "closed", "--dry-run").stdout == "#1  would change\n"


def test_a_move_that_is_not_legal_is_9_and_says_what_is(script: Script) -> None:
    assert script.run("status", "2", "--to", "closed").returncode == 0
    done = script.run("status", "2", "1", "--to", "pending")
    assert done.returncode == 9
    assert "#2  refused: illegal_transition (possible: open)" in done.stdout
    assert "#1  changed" in done.stdout
    script.run("status", "1", "2", "--to", "open")


def test_snoozed_until_a_time(script: Script) -> None:
    assert script.run("status", "3", "--to", "snoozed", "--until", "2d").returncode == 0
    assert conversation(script, 3)["snoozed_until"] is not None
    assert script.run("status", "3", "--to", "snoozed", "--until", "soon").returncode == 2
    script.run("status", "3", "--to", "open")


def test_escalated_with_a_reason_and_back(script: Script) -> None:
    assert script.run("escalate", "1", "--reason", "needs an engineer").returncode == 0
    assert conversation(script, 1)["escalated_reason"] == "needs an engineer"
    assert script.run("escalate", "1", "--clear").returncode == 0
    assert conversation(script, 1)["escalated"] is False
    assert script.run("escalate", "1").returncode == 2
    assert script.run("tag", "1").returncode == 2


def test_somebody_elses_conversation_is_not_there(script: Script) -> None:
    script.run("assign", "2", "--to", "mike@designpi.com")
    done = script.run("status", "2", "--to", "resolved", who=SARAH)
    assert (done.returncode, done.stdout) == (3, "")
    assert conversation(script, 2)["status"] != "resolved"
