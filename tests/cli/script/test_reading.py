"""`deskterm list` and `show`: what programs get is what the server says; what people get is safe."""

import csv
import io
import json

import pytest

from tests.cli.processes import call
from tests.cli.script.scripting import DANA, JOHN, SARAH, Script

HOSTILE = "\x1b]52;c;AAAA\x07 \u202egnp.exe =cmd"


def test_json_is_exactly_what_the_server_says(script: Script) -> None:
    items = call(script.url, "/conversations", token=script.token())["items"]
    done = script.run("list", "-o", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == items
    lines = script.run("list", "-o", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == items


def test_an_empty_list_is_an_empty_array(script: Script) -> None:
    assert json.loads(script.run("list", "--status", "snoozed", "-o", "json").stdout) == []
    assert script.run("list", "--status", "snoozed", "-o", "jsonl").stdout == ""


def test_csv_has_a_heading_and_a_row_each(script: Script) -> None:
    rows = list(csv.DictReader(io.StringIO(script.run("list", "-o", "csv").stdout)))
    assert {row["number"]: row["contact"] for row in rows} == {
        "1": "John Doe",
        "2": "Jane Smith",
        "3": "Alice Brown",
    }


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("--status", "pending"), [3]),
        (("--status", "open,pending", "--assignee", "none"), []),
        (("--priority", "high"), [1]),
        (("--tag", "billing", "--priority", "low"), [2]),
        (("--sort", "created_at", "--limit", "1"), [1]),
    ],
)
def test_filters_and_limits(script: Script, words: tuple[str, ...], numbers: list[int]) -> None:
    found = json.loads(script.run("list", *words, "-o", "json").stdout)
    assert [each["number"] for each in found] == numbers


def test_a_filter_that_is_none_is_refused_with_the_servers_reason(script: Script) -> None:
    done = script.run("list", "--status", "finished")
    assert done.returncode == 5
    assert "status" in done.stderr


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (("status:open", "priority>=high"), [1]),
        (("-q", "tag:billing -priority:high"), [2]),
        (("assignee:sarah", "status:open,pending"), [1, 3]),
        (("tag:billing", "--priority", "low"), [2]),
    ],
)
def test_the_filter_language_is_the_consoles(
    script: Script, words: tuple[str, ...], numbers: list[int]
) -> None:
    done = script.run("list", "--sort", "created_at", "-o", "json", *words)
    assert done.returncode == 0, done.stderr
    assert sorted(each["number"] for each in json.loads(done.stdout)) == numbers


def test_a_mistake_in_it_is_pointed_at(script: Script) -> None:
    done = script.run("list", "status:open colour:red")
    assert done.returncode == 5
    assert "q at character 13" in done.stderr


def test_a_table_is_for_people(script: Script) -> None:
    head, *rows = script.run("list").stdout.splitlines()
    assert head.split()[:4] == ["number", "status", "priority", "assignee"]
    assert len(rows) == 3
    assert "\x1b" not in head


@pytest.mark.parametrize("name", ["1", "#1"])
def test_show_takes_a_number_or_an_id(script: Script, name: str) -> None:
    shown = json.loads(script.run("show", name, "-o", "json").stdout)
    again = json.loads(script.run("show", shown["conversation"]["id"], "-o", "json").stdout)
    assert shown == again
    path = f"/conversations/{shown['conversation']['id']}/messages"
    assert shown["messages"] == call(script.url, path, token=script.token())["items"]
    last = script.run("show", name, "--limit", "1", "-o", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in last] == shown["messages"][-1:]


@pytest.mark.parametrize("name", ["999", "00000000-0000-7000-8000-000000000000", "nonsense"])
def test_what_is_not_there_is_3(script: Script, name: str) -> None:
    done = script.run("show", name)
    assert (done.returncode, done.stdout) == (3, "")


def test_what_somebody_does_not_see_is_not_there_either(script: Script) -> None:
    assert script.run("show", "2", who=SARAH).returncode == 3
    assert "Mike" not in script.run("list", who=SARAH).stdout
    assert [each["number"] for each in json.loads(script.run("list", "-o", "json", who=JOHN).stdout)] == [1]


def test_hostile_text_reaches_no_terminal_and_json_has_all_of_it(script: Script) -> None:
    conversation = script.run("show", "3", "-o", "json")
    contact = json.loads(conversation.stdout)["conversation"]["contact"]
    made = call(
        script.url,
        "/conversations",
        {"contact_id": contact["id"], "subject": f"\u202e{HOSTILE}", "body": HOSTILE},
        script.token(DANA),
    )
    for words in (("list",), ("list", "-o", "csv"), ("show", str(made["number"]))):
        shown = script.run(*words).stdout
        assert not {"\x1b", "\x07", "\u202e"} & set(shown), words
    exact = script.run("show", str(made["number"]), "-o", "json").stdout
    assert exact.isascii()
    assert json.loads(exact)["conversation"]["subject"] == made["subject"]


def test_a_reader_that_leaves_early_is_no_error(script: Script) -> None:
    process = script.start("list", "-o", "jsonl")
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert process.stderr.read() == ""
    process.stderr.close()


def test_a_token_that_is_none_is_4_and_no_server_is_75(script: Script) -> None:
    denied = script.run("list", DESKTERM_TOKEN="dk_s_nothing")
    assert denied.returncode == 4
    offline = script.run("list", "--server", "http://127.0.0.1:1", "--patience", "0")
    assert offline.returncode == 75
    assert script.run("list", "--output", "xml").returncode == 2
    assert "Traceback" not in denied.stderr + offline.stderr


def test_a_session_of_another_organization_is_told(script: Script) -> None:
    done = script.run("list", "--organization", "northwind")
    assert (done.returncode, "northwind" in done.stderr) == (4, True)
