"""The shapes of the contract, written down a second time: exact keys, formats and value sets."""

import re
from collections.abc import Iterator
from typing import Any

Json = Any


def _keys(names: str) -> frozenset[str]:
    return frozenset(names.split())


AGENT_CONVERSATION = _keys(
    "id number kind source status priority subject tags contact assignee persona participants ticket unread"
    " preview waiting_since snoozed_until first_reply_at agent_joined_at escalated escalated_reason"
    " escalated_at resolved_at resolved_by page_url referrer metadata previous_id next_id merged_from"
    " archived_at agent_read_seq contact_read_seq created_at updated_at last_message_at rev"
)
CONTACT_CONVERSATION = _keys(
    "id number kind status subject persona participants unread preview previous_id next_id agent_read_seq"
    " created_at updated_at last_message_at rev"
)
AGENT_MESSAGE = _keys(
    "id conversation_id seq rev author operator body kind visibility style attachments created_at edited_at"
    " deleted held_until"
)
CONTACT_MESSAGE = AGENT_MESSAGE - {"operator", "visibility", "held_until"}
CONTACT = _keys("id kind lead_status name email phone company last_seen_at")
ASSIGNEE = frozenset({"id", "name", "presence"})
TICKET_IN_CONVERSATION = frozenset({"id", "subject", "status", "priority"})
COUNTS = frozenset({"open", "pending", "snoozed", "resolved", "closed"})
SETTINGS = _keys(
    "staff_sees assignment staff_may_claim staff_may_return assign_on_first_reply voice reopen_hours"
    " close_after_days send_hold_seconds away_return_minutes escalate_after_minutes escalate_words"
    " escalate_priority mail_after_minutes mail_every_minutes welcome business_hours retention widget"
)
CODES = {
    "malformed": 400,
    "unauthenticated": 401,
    "invalid_credentials": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "timeout": 408,
    "conflict": 409,
    "illegal_transition": 409,
    "stale": 409,
    "id_reused": 409,
    "limit_reached": 409,
    "gone": 410,
    "too_large": 413,
    "unsupported_media_type": 415,
    "invalid": 422,
    "rate_limited": 429,
    "internal": 500,
    "overloaded": 503,
    "storage_full": 503,
    "draining": 503,
}
PROBLEM = frozenset({"type", "title", "status", "detail", "code"})
UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UNSEEN = "00000000-0000-7000-8000-00000000dead"  # an id that nothing has


def check_formats(value: Json, name: str = "") -> None:
    """Every id is a UUIDv7, every time RFC 3339 UTC with milliseconds."""
    if isinstance(value, dict):
        for key, each in value.items():
            if key not in ("metadata", "settings", "widget", "retention"):
                check_formats(each, key)
    elif isinstance(value, list):
        for each in value:
            check_formats(each, name.removesuffix("s"))
    elif isinstance(value, str):
        if name == "id" or name.endswith("_id"):
            assert UUID7.fullmatch(value), (name, value)
        if name.endswith("_at") or name in ("waiting_since", "snoozed_until", "until"):
            assert TIME.fullmatch(value), (name, value)


def entities(value: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    """Every conversation and message that occurs anywhere in an answer or a frame."""
    if isinstance(value, dict):
        if "agent_read_seq" in value:
            yield "conversation", value
        elif "conversation_id" in value and "author" in value:
            yield "message", value
        for each in value.values():
            yield from entities(each)
    elif isinstance(value, list):
        for each in value:
            yield from entities(each)


def check_entities(value: Json, *, contact: bool) -> None:
    """Each conversation and message has exactly the keys that this reader gets, with values of their sets."""
    for what, each in entities(value):
        if what == "message":
            check_message(each, contact=contact)
        else:
            check_conversation(each, contact=contact)


def check_message(each: dict[str, Json], *, contact: bool) -> None:
    assert set(each) - {"replayed"} == (CONTACT_MESSAGE if contact else AGENT_MESSAGE), sorted(each)
    assert set(each["author"]) == {"kind", "id", "name"}
    assert each["author"]["kind"] in ("contact", "agent", "persona", "system")
    assert (each["author"]["kind"] == "system") == (each["author"]["id"] is None)
    assert (each["author"]["kind"] == "system") == (each["author"]["name"] is None)
    assert each["kind"] in ("text", "image", "link", "file", "notification", "activity")
    assert each["rev"] >= each["seq"] >= 1
    assert isinstance(each["attachments"], list)
    assert each["deleted"] in (True, False)
    if not contact:
        assert each["visibility"] in ("public", "internal")
        assert each["operator"] is None or set(each["operator"]) == {"id", "name"}


def check_conversation(each: dict[str, Json], *, contact: bool) -> None:
    assert set(each) == (CONTACT_CONVERSATION if contact else AGENT_CONVERSATION), sorted(each)
    assert each["kind"] in ("support", "direct", "personal", "group")
    assert len(each["preview"] or "") <= 120
    assert "\n" not in (each["preview"] or "")
    assert isinstance(each["unread"], int)
    for one in each["participants"]:
        assert set(one) == {"kind", "id", "name"}
    if each["kind"] == "support":
        assert each["participants"] == []
    if contact:
        assert each["status"] != "snoozed"
        return
    assert each["status"] in COUNTS
    assert each["priority"] in ("low", "normal", "high", "urgent")
    assert each["tags"] == sorted({tag.lower() for tag in each["tags"]})
    assert each["contact"] is None or set(each["contact"]) == CONTACT
    assert each["assignee"] is None or set(each["assignee"]) == ASSIGNEE
    assert each["ticket"] is None or set(each["ticket"]) == TICKET_IN_CONVERSATION
    assert each["resolved_by"] is None or set(each["resolved_by"]) == {"id", "name"}
    assert (each["status"] == "snoozed") == (each["snoozed_until"] is not None)
    if each["ticket"]:
        assert each["ticket"]["status"] == each["status"]
        assert each["ticket"]["priority"] == each["priority"]
