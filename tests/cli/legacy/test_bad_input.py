"""What an old chat may be full of: each bad row has its reason in the rejects, and the good ones come."""

import json
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.cli.legacy.old_chat import OLD, Row, imports, is_sound, rejects, rows, said, write


def with_messages(*more: Row) -> Mapping[str, Sequence[Row]]:
    return {**OLD, "chat_messages": [*OLD["chat_messages"], *more]}


BAD_MESSAGES = {
    "belongs to a user who is not there": said(500, 1, 99, "x", sender_type="admin"),
    "was written by a user who is not there": said(500, 99, 7, "x"),
    "was written by a fake user who is not there": said(
        500, 3, 7, "x", sender_type="fake_user", fake_user_id=77
    ),
    "was written by a customer into another one's conversation": said(500, 8, 7, "x"),
    "has an id that another row has": said(100, 7, 7, "x"),
    "has no id": {**said(500, 7, 7, "x"), "id": ""},
    "has no right time": said(500, 7, 7, "x", "yesterday"),
    "has a time that has not come yet": said(500, 7, 7, "x", "2999-01-01"),
    "is empty": said(500, 7, 7, " \x01\n "),
    "has a sender_type that is not known": said(500, 7, 7, "x", sender_type="robot"),
    "has no author": said(500, 7, 7, "x", sender_id=""),
    "belongs to no user and to no group": said(500, 7, None, "x", group_id=""),
    "is in a group that is not there": said(500, 7, None, "x", group_id=9),
    "is in a support group and says not for whom": said(500, 1, None, "x", sender_type="admin"),
    "is a notification and says not for whom": said(500, 1, None, "x", is_notification="t"),
}


@pytest.mark.parametrize("reason", BAD_MESSAGES)
def test_a_message_that_has_no_place_is_rejected_with_the_reason(
    reason: str, data: Path, tmp_path: Path
) -> None:
    done = imports(data, write(tmp_path / "old", with_messages(BAD_MESSAGES[reason])))
    assert (done.returncode, done.stderr) == (0, "")
    (found,) = rejects(data)
    assert (found["outcome"], found["table"], found["reason"]) == ("rejected", "chat_messages", reason)
    assert f"rejected: 1 of chat_messages: {reason}" in done.stdout
    assert "       7  messages" in done.stdout
    assert is_sound(data)


def test_what_a_customer_wrote_in_a_support_group_is_theirs_without_a_mark_too(
    data: Path, tmp_path: Path
) -> None:
    imports(data, write(tmp_path / "old", with_messages(said(500, 8, None, "Without a mark"))))
    assert rejects(data) == []
    found = {each["body"]: each["conversation_id"] for each in rows(data)["message"]}
    assert found["Without a mark"] == found["Vera asks"]


def test_deleted_messages_stay_deleted(data: Path, tmp_path: Path) -> None:
    done = imports(data, write(tmp_path / "old", with_messages(said(500, 7, 7, "Gone", is_active="f"))))
    assert "left out: 1 deleted messages" in done.stdout
    assert "Gone" not in {each["body"] for each in rows(data)["message"]}


def test_a_body_that_is_too_long_becomes_several_messages(data: Path, tmp_path: Path) -> None:
    text = "\n\n".join("word " * 800 for _ in range(6))
    imports(data, write(tmp_path / "old", with_messages(said(500, 8, 8, text, "2022-05-05"))))
    (found,) = rejects(data)
    assert (found["outcome"], found["reason"]) == ("changed", "was too long: several messages")
    stored = sorted(rows(data)["message"], key=lambda each: int(each["seq"]))
    parts = [each["body"] for each in stored if each["created_at"] == 1_651_708_800_000]
    assert "".join(parts) == text
    assert 1 < len(parts) == len([each for each in parts if len(each) <= 10_000])
    assert imports(data, tmp_path / "old").stdout.count("is here already") == 1


def test_control_characters_are_cleaned_away(data: Path, tmp_path: Path) -> None:
    evil = "hello \x1b]52;c;AAAA\x07\r\nworld\x00\x9b"
    imports(data, write(tmp_path / "old", with_messages(said(500, 8, 8, evil), said(501, 8, 8, "a\r\nb"))))
    assert [each["reason"] for each in rejects(data)] == ["had control characters: without them"]
    bodies = {each["body"] for each in rows(data)["message"]}
    assert {"hello ]52;c;AAAA\nworld", "a\nb"} <= bodies


def test_a_row_that_is_no_utf8_does_not_spoil_the_others(data: Path, old: Path) -> None:
    path = old / "chat_messages.csv"
    path.write_bytes(path.read_bytes().replace(b"Uwe thanks", b"Uwe th\xe4nks"))
    done = imports(data, old)
    assert "       6  messages" in done.stdout
    (found,) = rejects(data)
    assert (found["reason"], found["row"]["content"]) == ("is not UTF-8", "Uwe th\ufffdnks")


def test_rows_with_too_many_or_too_few_fields_are_rejected(data: Path, old: Path) -> None:
    with (old / "users.csv").open("a") as file:
        file.write("11,Short\n12,Long,,,,,,,\n\n")
    imports(data, old)
    assert [each["reason"] for each in rejects(data)] == ["has 2 fields, not 6", "has 9 fields, not 6"]


@pytest.mark.parametrize(
    ("email", "reason"),
    [
        ("not an address", "has no right e-mail address: a contact who cannot sign in"),
        ("UWE@old.example", "has the e-mail address of another user: a contact who cannot sign in"),
    ],
)
def test_a_user_without_an_address_of_their_own_is_a_contact_all_the_same(
    email: str, reason: str, data: Path, tmp_path: Path
) -> None:
    tables = {
        **with_messages(said(500, 20, 20, "It is me")),
        "users": [*OLD["users"], {"id": 20, "name": "Xaver", "email": email}],
    }
    done = imports(data, write(tmp_path / "old", tables))
    assert [(each["outcome"], each["reason"]) for each in rejects(data)] == [("changed", reason)]
    assert "       3  customers" in done.stdout
    assert "       2  of these with a way to sign in" in done.stdout
    xaver = next(each for each in rows(data)["contact"] if each["name"] == "Xaver")
    assert xaver["user_id"] is None
    assert is_sound(data)


@pytest.mark.parametrize("table", ["users", "chat_messages"])
def test_a_table_that_is_needed_and_not_there_is_named(table: str, data: Path, old: Path) -> None:
    before = rows(data, told=True)
    (old / f"{table}.csv").unlink()
    done = imports(data, old)
    assert (done.returncode, table in done.stderr) == (5, True)
    assert rows(data, told=True) == before


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("users", "id"),
        ("chat_messages", "content"),
        ("chat_messages", "support_conversation_user_id"),
        ("chat_messages", "created_at"),
        ("chat_fake_users", "name"),
        ("chat_group_members", "user_id"),
    ],
)
def test_a_column_that_is_needed_and_not_there_is_named(
    table: str, column: str, data: Path, old: Path
) -> None:
    path = old / f"{table}.csv"
    path.write_text(path.read_text().replace(column, "something", 1))
    done = imports(data, old)
    assert done.returncode == 5
    assert f"{table} has no column {column}" in done.stderr
    assert not (data / "backups").exists()


def test_columns_may_have_their_other_names_and_any_order(data: Path, tmp_path: Path) -> None:
    old = write(tmp_path / "old")
    (old / "users.csv").write_text("email,full_name,user_id\nuwe@old.example,Uwe,7\n")
    (old / "chat_messages.csv").write_text(
        "message,created_at,support_conversation_user_id,user_id,id\n"
        "Hello,1641031200,7,7,1\nHello again,2022-01-01T12:00:00+02:00,007,7.0,2\n"
    )
    for name in ("chat_fake_users", "chat_groups", "chat_group_members"):
        (old / f"{name}.csv").unlink()
    done = imports(data, old)
    assert "       2  messages" in done.stdout, done.stdout
    assert rejects(data) == []


def test_a_time_without_a_zone_is_of_the_zone_that_is_given(data: Path, old: Path) -> None:
    assert imports(data, old, "--timezone", "Europe/Vienna").returncode == 0
    at = next(each["created_at"] for each in rows(data)["message"] if each["body"] == "Uwe asks")
    assert at == 1_641_027_600_000  # 09:00 UTC
    assert imports(data, old, "--timezone", "Nowhere/Atall").returncode == 2


@pytest.mark.parametrize("junk", [b"", b"\x00\x01\x02", b'"never closed', b"SQLite format 3\x00" * 50])
def test_a_file_that_is_no_table_is_a_sentence(junk: bytes, data: Path, old: Path) -> None:
    (old / "users.csv").write_bytes(junk)
    done = imports(data, old)
    assert (done.returncode, "Traceback" in done.stderr) == (5, False)
    assert imports(data, old / "users.csv").returncode == 5
    assert imports(data, "postgresql://127.0.0.1:1/none").returncode == 5


def test_the_rejects_are_private_and_may_be_csv(data: Path, tmp_path: Path) -> None:
    old = write(tmp_path / "old", with_messages(BAD_MESSAGES["is empty"]))
    path = tmp_path / "rejects.csv"
    assert imports(data, old, "--rejects", path).returncode == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    head, line = path.read_text().splitlines()
    assert head == "outcome,table,line,id,reason,row"
    assert line.startswith("rejected,chat_messages,12,500,is empty,")


def test_what_the_report_shows_cannot_reach_the_terminal(data: Path, old: Path, tmp_path: Path) -> None:
    path = old / "users.csv"
    path.write_text(path.read_text().replace("id,", "\x1b]0;evil\x07,", 1))
    done = imports(data, old)
    assert done.returncode == 5
    assert "\x1b" not in done.stderr


def test_a_name_that_was_never_given_is_made(data: Path, tmp_path: Path) -> None:
    tables = {**OLD, "users": [*OLD["users"], {"id": 21}, {"id": 22, "email": "nina@old.example"}]}
    imports(data, write(tmp_path / "old", tables))
    assert {"User 21", "nina"} <= {each["name"] for each in rows(data)["contact"]}
    assert json.dumps(rejects(data)) == "[]"
