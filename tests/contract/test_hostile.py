"""Text and bodies that attack: cleaned where they come in, refused where they mean nothing, never a 500."""

import json

import pytest

from tests.contract.desk import Desk
from tests.contract.shapes import Json

DIRTY = "a\x00b\x07c\x1b]52;c;AAAA\x07d\x9b31me\x7ff\r\ng\rh\u2028i\u2029j\tk\nl\x85m"
CLEAN = (
    "abc]52;c;AAAAd31mef\ng\nh\ni\nj\tk\nl"  # then the last control character, either dropped or a line end
)


def is_clean(text: str, *, lines: bool) -> bool:
    allowed = "\n\t" if lines else ""
    return not any(
        (ord(c) < 32 and c not in allowed) or 127 <= ord(c) < 160 or c in "\u2028\u2029" for c in text
    )


async def test_messages_are_cleaned(desk: Desk) -> None:
    one = await desk.numbered(1)
    for who, more in ((desk.john, {}), (desk.sarah, {}), (desk.sarah, {"visibility": "internal"})):
        sent = await desk.send(who, one["id"], DIRTY, **more)
        assert sent["body"] in (CLEAN + "m", CLEAN + "\nm")
    assert is_clean((await desk.numbered(1))["preview"], lines=False)


async def test_one_line_fields_are_cleaned_to_one_line(desk: Desk) -> None:
    one = await desk.numbered(1)
    seen = await desk.change(
        desk.sarah, one["id"], subject=DIRTY, add_tags=[DIRTY[:30]], escalated=True, escalated_reason=DIRTY
    )
    for text in (seen["subject"], seen["escalated_reason"], *seen["tags"]):
        assert is_clean(text, lines=False), text
    ticket = f"tickets/{one['ticket']['id']}"
    after = (await desk.sarah.patch(ticket, {"subject": DIRTY, "description": DIRTY})).ok
    assert is_clean(after["subject"], lines=False)
    assert is_clean(after["description"], lines=True)
    name = (await desk.sarah.patch("me", {"name": DIRTY})).ok["user"]["name"]
    assert is_clean(name, lines=False)
    made = (await desk.bob.post("conversations", {"subject": DIRTY, "body": DIRTY})).ok
    assert is_clean(made["subject"], lines=False)
    ticket = (await desk.see(desk.dana, made["id"]))["ticket"]
    full = (await desk.dana.get(f"tickets/{ticket['id']}")).ok
    assert is_clean(full["description"], lines=True)


async def test_metadata_is_data_without_tricks(desk: Desk) -> None:
    good = {"plan": "gold", "n": 1, "nested": {"list": [1, 2.5, None, True]}, "text": "日本"}
    made = (await desk.dana.post("conversations", {"contact_id": desk.bob.id, "metadata": good})).ok
    assert {name: made["metadata"][name] for name in good} == good
    for raw in (
        b'{"metadata": {"x": NaN}}', b'{"metadata": {"x": Infinity}}', b'{"metadata": {"x": "\\ud800"}}',
        b'{"metadata": {"\\udfff": 1}}', b'{"metadata": {"x": 1e999}}', b'{"metadata": []}',
        b'{"metadata": {"x": ' + b"9" * 5000 + b"}}",
        b'{"metadata": {"x": ' + b"[" * 31 + b"]" * 31 + b"}}",
    ):  # fmt: skip
        reply = await desk.dana.ask("POST", "conversations", raw=raw)
        assert reply.status in (201, 400, 422), raw
        if reply.status == 201:
            assert json.loads(reply.raw, parse_constant=lambda name: pytest.fail(f"{name} in an answer"))
    dirty = {"metadata": {"k\x1b[2J": DIRTY, "nested": {"a": [DIRTY]}}}
    reply = await desk.dana.post("conversations", dirty)
    if reply.status == 201:
        assert b"\\u001b" not in reply.raw
        assert b"\\u0000" not in reply.raw


@pytest.mark.parametrize("field", ["body", "subject"])
async def test_lone_surrogates_are_refused_or_replaced(desk: Desk, field: str) -> None:
    for escape in ("\\ud800", "\\udc00", "\\udc00\\ud800", "x\\ud83dx"):
        raw = b'{"%s": "a%sb"}' % (field.encode(), escape.encode())
        reply = await desk.bob.ask("POST", "conversations", raw=raw)
        assert reply.status in (201, 400, 422)
    one = await desk.numbered(1)
    raw = json.dumps({"id": desk.new_id(), "body": "x\ud800"}).encode()
    reply = await desk.john.ask("POST", f"conversations/{one['id']}/messages", raw=raw)
    assert reply.status in (201, 400, 422)
    tag = await desk.sarah.ask("PATCH", f"conversations/{one['id']}", raw=b'{"add_tags": ["\\ud800"]}')
    assert tag.status in (200, 400, 422)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"seq": 1, "seq": 2}', b'{"seq": 1e3}', b'{"seq": 1.0}', b'{"seq": "1"}', b'{"seq": true}',
        b'{"seq": -0}', b'{"seq": 99999999999999999999999999}', b'{"seq": [1]}', b'\xef\xbb\xbf{"seq": 1}',
        b'{"seq": 1,}', b"{'seq': 1}", b'{"seq": 0x1}', b'{"seq": 1} // x', b'{"s\\u0065q": 1}',
    ],
)  # fmt: skip
async def test_odd_json_is_an_answer_of_the_contract(desk: Desk, raw: bytes) -> None:
    one = await desk.numbered(1)
    reply = await desk.sarah.ask("PUT", f"conversations/{one['id']}/read", raw=raw)
    assert reply.status in (200, 400, 422)


async def test_strings_are_no_numbers_and_numbers_no_truths(desk: Desk) -> None:
    """JSON has types of its own: what merely looks like a value is not one."""
    one = await desk.numbered(1)
    path = f"conversations/{one['id']}"
    for body in ({"escalated": 0}, {"escalated": "false"}, {"if_rev": "40"}, {"if_rev": True}):
        (await desk.sarah.patch(path, body)).problem(422, "invalid")
    for seq in ("1", True, 1.5):
        (await desk.sarah.put(f"{path}/read", {"seq": seq})).problem(422, "invalid")
    bulk: Json = {"ids": [one["id"]], "patch": {"priority": "low"}, "dry_run": "yes"}
    (await desk.sarah.post("conversations/bulk", bulk)).problem(422, "invalid")
    assert await desk.numbered(1) == one


async def test_headers_that_attack(desk: Desk) -> None:
    for key in ("x" * 300, "\u2028", "a b", '"quoted"', "%00"):
        reply = await desk.dana.ask(
            "PATCH", f"conversations/{(await desk.numbered(1))['id']}", {"priority": "low"},
            headers={"Idempotency-Key": key.encode("utf-8").decode("latin-1")},
        )  # fmt: skip
        assert reply.status in (200, 400, 422)
    for value in ("Bearer", "Bearer ", "bearer  x  y", "Token x", "Bearer " + "x" * 3000, "Bearer \xff"):
        reply = await desk.nobody.ask("GET", "me", headers={"Authorization": value})
        reply.problem(401, "unauthenticated")
