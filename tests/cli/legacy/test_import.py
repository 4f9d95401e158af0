"""`deskterm import legacy-chat`: what comes of an old chat, as its customers and the desk see it.

acceptance.md 35, and the testing plan of requirements/002 (phase 6) for what was migrated.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deskterm.protocol.ids import IdSource
from tests.cli.legacy.old_chat import BLUE, OLD, imports, is_sound, rejects, rows, said, write
from tests.cli.processes import call, deskterm, serving, sign_in

ADMIN = ("hello@designpi.com", "admin123")
PASSWORD = "a password of one's own"
IDS = IdSource()


@pytest.fixture
def desk(data: Path, old: Path) -> Iterator[str]:
    """A server on the imported data, with a room kept; Uwe and Vera have got passwords."""
    done = imports(data, old, "--keep-groups")
    assert (done.returncode, done.stderr) == (0, "")
    for email in ("uwe@old.example", "vera@old.example"):
        given = deskterm(
            "user", "passwd", "--email", email, "--password-stdin", "--data", data, stdin=PASSWORD
        )
        assert given.returncode == 0, given.stderr
    with serving("--data", data) as (_, url):
        yield url


def support_of(url: str, token: str) -> dict[str, Any]:
    found: dict[str, Any] = call(url, "/portal/conversation", token=token)
    return found


def said_in(url: str, token: str, conversation_id: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = call(url, f"/conversations/{conversation_id}/messages", token=token)[
        "items"
    ]
    return found


def bodies(url: str, token: str, conversation_id: str) -> list[str]:
    return [each["body"] for each in said_in(url, token, conversation_id)]


def test_user_can_access_support_chat_after_the_import(desk: str) -> None:
    token = sign_in(desk, "uwe@old.example", PASSWORD)
    conversation = support_of(desk, token)
    said = said_in(desk, token, conversation["id"])
    assert [each["body"] for each in said] == ["Uwe asks", "Ana answers", "Uwe thanks", "Pia answers"]
    assert [each["created_at"] for each in said] == [
        f"2022-01-01T10:0{minute}:00.000Z" for minute in (0, 2, 3, 4)
    ]
    assert [(each["author"]["kind"], each["author"]["name"]) for each in said] == [
        ("contact", "Uwe"),
        ("persona", "Support"),
        ("contact", "Uwe"),
        ("persona", "Pia"),
    ]
    assert conversation["unread"] == 0


def test_support_messages_are_isolated_per_user_after_the_import(desk: str) -> None:
    """One conversation per user, and no byte of another's in what they get."""
    tokens = {name: sign_in(desk, f"{name}@old.example", PASSWORD) for name in ("uwe", "vera")}
    for name, token in tokens.items():
        listed = call(desk, "/conversations?kind=support", token=token)["items"]
        assert [each["id"] for each in listed] == [support_of(desk, token)["id"]], name
    assert bodies(desk, tokens["vera"], support_of(desk, tokens["vera"])["id"]) == ["Vera asks"]
    snapshot = str(call(desk, "/sync/snapshot", token=tokens["vera"]))
    assert "Ana" not in snapshot
    assert "Uwe asks" not in snapshot


def test_admin_can_respond_to_imported_support_tickets(desk: str) -> None:
    admin, uwe = sign_in(desk, *ADMIN), sign_in(desk, "uwe@old.example", PASSWORD)
    found = {each["contact"]["name"]: each for each in call(desk, "/conversations", token=admin)["items"]}
    assert found["Uwe"]["status"] == "pending"  # was answered
    assert found["Vera"]["status"] == "open"
    assert found["Vera"]["waiting_since"] == "2022-01-01T10:01:00.000Z"
    assert found["Vera"]["unread"] == 1
    assert found["Uwe"]["ticket"]["subject"] == "Support request from Uwe"
    for body, persona in (("Hello from now", None), ("And as Pia", pia(desk, admin))):
        message = {"id": IDS.new(), "body": body, "persona_id": persona}
        call(desk, f"/conversations/{found['Uwe']['id']}/messages", message, admin)
    said = said_in(desk, uwe, support_of(desk, uwe)["id"])[-2:]
    assert [(each["author"]["name"], each["body"]) for each in said] == [
        ("Support", "Hello from now"),
        ("Pia", "And as Pia"),
    ]


def pia(url: str, token: str) -> str:
    return next(
        str(each["id"]) for each in call(url, "/personas", token=token)["items"] if each["name"] == "Pia"
    )


def test_a_customers_next_message_goes_on_in_the_imported_conversation(desk: str) -> None:
    uwe = sign_in(desk, "uwe@old.example", PASSWORD)
    conversation = support_of(desk, uwe)
    sent = call(
        desk, f"/conversations/{conversation['id']}/messages", {"id": IDS.new(), "body": "Me again"}, uwe
    )
    assert sent["conversation_id"] == conversation["id"]
    assert bodies(desk, uwe, conversation["id"])[-2:] == ["Pia answers", "Me again"]


def test_personas_come_from_fake_users(desk: str) -> None:
    admin, uwe = sign_in(desk, *ADMIN), sign_in(desk, "uwe@old.example", PASSWORD)
    names = {each["name"] for each in call(desk, "/personas", token=admin)["items"]}
    assert "Pia" in names
    assert "Former" not in names  # was not active
    talk = call(desk, "/direct-messages", {"persona_id": pia(desk, admin)}, uwe)
    assert talk["persona"]["name"] == "Pia"


def test_notifications_are_displayed_with_their_styling_after_the_import(desk: str) -> None:
    uwe = sign_in(desk, "uwe@old.example", PASSWORD)
    personal = call(desk, "/conversations?kind=personal", token=uwe)["items"][0]
    (message,) = said_in(desk, uwe, personal["id"])
    assert message["kind"] == "notification"
    assert message["author"]["name"] is None
    assert message["style"] == {
        "background_color": BLUE["backgroundColor"],
        "text_color": BLUE["textColor"],
        "border_color": BLUE["borderColor"],
    }
    assert (message["created_at"], personal["unread"]) == ("2022-01-02T00:00:00.000Z", 0)


@pytest.mark.parametrize("who", [ADMIN, ("uwe@old.example", PASSWORD)])
def test_a_kept_group_is_read_and_not_written_into(desk: str, who: tuple[str, str]) -> None:
    token = sign_in(desk, *who)
    rooms = {each["name"]: each for each in call(desk, "/groups", token=token)["items"]}
    room = rooms["Main PEA Communication"]
    assert (room["read_only"], room["description"], room["member_count"]) == (True, "For all", 2)
    assert bodies(desk, token, room["id"]) == ["Hello Uwe", "Hello everybody"]
    with pytest.raises(OSError, match="403"):
        call(desk, f"/conversations/{room['id']}/messages", {"id": IDS.new(), "body": "Hello?"}, token)


def test_without_keep_groups_no_room_is_made_and_the_report_says_so(data: Path, old: Path) -> None:
    done = imports(data, old)
    assert "left out: 2 messages in groups" in done.stdout
    assert {each["subject"] for each in rows(data)["conversation"] if each["kind"] == "group"} == {
        "Main Community"
    }


def test_who_is_here_already_keeps_what_goes_on_and_finds_the_old_words(data: Path, old: Path) -> None:
    assert imports(data, old).returncode == 0
    with serving("--data", data) as (_, url):
        john = sign_in(url, "john.doe@example.com", "customer123")
        assert support_of(url, john)["subject"] == "Invoice export stops halfway"
        closed = call(url, "/conversations?status=closed", token=john)["items"]
        assert [bodies(url, john, each["id"]) for each in closed] == [["John, long ago"]]


def test_an_old_admin_who_is_an_agent_here_stays_the_author(data: Path, tmp_path: Path) -> None:
    people = [{**OLD["users"][0], "email": "SARAH@designpi.com"}, *OLD["users"][1:]]
    assert imports(data, write(tmp_path / "old", {**OLD, "users": people})).returncode == 0
    with serving("--data", data) as (_, url):
        admin = sign_in(url, *ADMIN)
        listed = call(url, "/conversations?status=pending", token=admin)["items"]
        uwe = next(each for each in listed if each["contact"]["name"] == "Uwe")
        answer = said_in(url, admin, uwe["id"])[1]
    assert (answer["body"], answer["author"]["name"]) == ("Ana answers", "Sarah Johnson")


def test_old_admins_and_new_customers_cannot_sign_in_until_somebody_lets_them(data: Path, old: Path) -> None:
    assert imports(data, old).returncode == 0
    with serving("--data", data) as (_, url):
        for email in ("uwe@old.example", "ana@old.example"):
            with pytest.raises(OSError, match="401"):
                sign_in(url, email, "")


def test_imported_twice_changes_nothing(data: Path, old: Path) -> None:
    assert imports(data, old, "--keep-groups").returncode == 0
    before = rows(data, told=True)
    again = imports(data, old, "--keep-groups")
    assert (again.returncode, again.stderr) == (0, "")
    assert "everything of it is here already" in again.stdout
    assert rows(data, told=True) == before
    assert is_sound(data)


def test_what_was_written_over_there_since_comes_with_the_next_import(data: Path, tmp_path: Path) -> None:
    assert imports(data, write(tmp_path / "old")).returncode == 0
    seen, where = "https://old.example/7.png", "https://old.example/8.png"
    pictures = [
        said(201, 7, 7, f"See {seen}", "2022-02-01", message_type="image", image_url=seen),
        said(202, 7, 7, "", "2022-02-02", message_type="image", image_url=where),
    ]
    last = said(200, 7, 7, "And another thing", "2022-03-01")
    done = imports(
        data, write(tmp_path / "old", {**OLD, "chat_messages": [*OLD["chat_messages"], *pictures, last]})
    )
    assert "       3  messages" in done.stdout
    assert {f"See {seen}", where} <= {each["body"] for each in rows(data)["message"]}
    uwe = next(each for each in rows(data)["contact"] if each["name"] == "Uwe")
    (conversation,) = [
        each
        for each in rows(data)["conversation"]
        if each["contact_id"] == uwe["id"] and each["kind"] == "support"
    ]
    assert (conversation["status"], conversation["preview"]) == ("open", "And another thing")
    assert is_sound(data)


@pytest.mark.parametrize("running", [False, True])
def test_a_dry_run_prints_the_same_report_and_changes_nothing(data: Path, old: Path, running: bool) -> None:
    def dry() -> str:
        done = imports(data, old, "--keep-groups", "--dry-run")
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.partition("This was a dry run")[0]

    before, files = rows(data, told=True), set(data.iterdir())
    if running:
        with serving("--data", data):
            report = dry()
    else:
        report = dry()
    assert rows(data, told=True) == before
    there = {"deskterm.db-wal", "deskterm.db-shm", "control.sock"}  # a killed server leaves them
    assert {each.name for each in set(data.iterdir()) - files} <= there
    assert report in imports(data, old, "--keep-groups").stdout


def test_beside_a_running_server_it_refuses_and_says_so(data: Path, old: Path) -> None:
    with serving("--data", data):
        done = imports(data, old)
    assert done.returncode == 9
    assert "in use by another deskterm server" in done.stderr


def test_a_part_of_the_users_first_and_the_rest_later(data: Path, old: Path, tmp_path: Path) -> None:
    chosen = tmp_path / "first.txt"
    chosen.write_text("8\nUWE@old.example\nnobody@old.example\n")
    done = imports(data, old, "--users", chosen)
    assert "       2  customers" in done.stdout
    assert "left out: 1 messages of users who are not asked for" in done.stdout
    assert [(each["id"], each["reason"]) for each in rejects(data)] == [
        ("nobody@old.example", "is asked for and not there")
    ]
    rest = imports(data, old)
    assert "       1  support conversations" in rest.stdout
    assert is_sound(data)


def test_groups_are_not_kept_for_a_part(data: Path, old: Path, tmp_path: Path) -> None:
    (tmp_path / "users").write_text("7")
    assert imports(data, old, "--users", tmp_path / "users", "--keep-groups").returncode == 2


def test_a_backup_that_is_whole_is_made_first(data: Path, old: Path, tmp_path: Path) -> None:
    before = rows(data, told=True)
    done = imports(data, old)
    assert "read back and found whole" in done.stdout
    (backup,) = (data / "backups").iterdir()
    assert deskterm("restore", backup, "--data", tmp_path / "other").returncode == 0
    assert rows(tmp_path / "other", told=True) == before


def test_where_there_are_several_organizations_one_is_chosen(data: Path, old: Path) -> None:
    done = deskterm("import", "legacy-chat", "--from", old, "--data", data)
    assert done.returncode == 9
    assert "designpi, northwind" in done.stderr
    elsewhere = deskterm("import", "legacy-chat", "--from", old, "--data", data, "--organization", "nowhere")
    assert elsewhere.returncode == 3
