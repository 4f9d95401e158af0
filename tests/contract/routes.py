"""The calls of the contract that exist by now, each with the smallest request that is right in itself."""

from typing import Any, NamedTuple

from tests.contract.shapes import UNSEEN

AGENTS, ADMINS, CONTACTS, EVERYONE, MEMBERS = "agents", "admins", "contacts", "everyone", "members"


class Call(NamedTuple):
    """`path` below `/api/v1/`; `{id}` stands for an id."""

    method: str
    path: str
    who: str
    body: Any = None

    def to(self, id_: str = UNSEEN) -> str:
        """The path with an id in it."""
        return self.path.replace("{id}", id_)

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


CALLS = (
    Call("POST", "auth/logout", EVERYONE),
    Call("POST", "auth/switch", MEMBERS, {"organization": "designpi"}),
    Call("POST", "auth/password", MEMBERS, {"current": "x" * 8, "new": "y" * 8}),
    Call("GET", "sessions", EVERYONE),
    Call("DELETE", "sessions/{id}", EVERYONE),
    Call("GET", "me", EVERYONE),
    Call("PATCH", "me", EVERYONE, {"name": "New Name"}),
    Call("GET", "conversations", EVERYONE),
    Call("POST", "conversations", EVERYONE, {"subject": "A subject"}),
    Call("POST", "conversations/bulk", AGENTS, {"ids": [UNSEEN], "patch": {"priority": "low"}}),
    Call("GET", "workload", AGENTS),
    Call("POST", "conversations/balance", ADMINS, {"ids": [UNSEEN]}),
    Call("GET", "conversations/{id}", EVERYONE),
    Call("PATCH", "conversations/{id}", AGENTS, {"priority": "low"}),
    Call("GET", "conversations/{id}/assignments", ADMINS),
    Call("GET", "conversations/{id}/routing", ADMINS),
    Call("GET", "conversations/{id}/messages", EVERYONE),
    Call("POST", "conversations/{id}/messages", EVERYONE, {"id": UNSEEN, "body": "Hello"}),
    Call("POST", "conversations/{id}/merge", AGENTS, {"into_id": UNSEEN}),
    Call("POST", "conversations/{id}/unmerge", AGENTS),
    Call("PUT", "conversations/{id}/read", EVERYONE, {"seq": 1}),
    Call("GET", "conversations/{id}/draft", EVERYONE),
    Call("PUT", "conversations/{id}/draft", EVERYONE, {"body": "Hel"}),
    Call("DELETE", "conversations/{id}/draft", EVERYONE),
    Call("GET", "messages/{id}", EVERYONE),
    Call("PATCH", "messages/{id}", AGENTS, {"body": "Hello"}),
    Call("DELETE", "messages/{id}", AGENTS),
    Call("GET", "portal/conversation", CONTACTS),
    Call("GET", "escalations", AGENTS),
    Call("GET", "tickets", AGENTS),
    Call("GET", "tickets/{id}", AGENTS),
    Call("PATCH", "tickets/{id}", AGENTS, {"priority": "low"}),
    Call("GET", "personas", EVERYONE),
    Call("POST", "personas", ADMINS, {"name": "Ana"}),
    Call("PATCH", "personas/{id}", ADMINS, {"title": "Changed"}),
    Call("DELETE", "personas/{id}", ADMINS),
    Call("GET", "direct-messages", MEMBERS),
    Call("POST", "direct-messages", MEMBERS, {"persona_id": UNSEEN}),
    Call("GET", "groups", MEMBERS),
    Call("POST", "groups", ADMINS, {"name": "A room"}),
    Call("GET", "groups/{id}", MEMBERS),
    Call("PATCH", "groups/{id}", ADMINS, {"name": "Renamed"}),
    Call("GET", "groups/{id}/members", MEMBERS),
    Call("PUT", f"groups/{{id}}/members/{UNSEEN}/mute", ADMINS),
    Call("DELETE", f"groups/{{id}}/members/{UNSEEN}/mute", ADMINS),
    Call("POST", "notifications", ADMINS, {"contact_id": UNSEEN, "body": "Hello"}),
    Call("GET", "notifications", ADMINS),
    Call("GET", "notifications/{id}", ADMINS),
    Call("GET", "notifications/{id}/recipients", ADMINS),
    Call("GET", "contacts", AGENTS),
    Call("GET", "contacts/{id}", AGENTS),
    Call("POST", "contacts", ADMINS, {"name": "Someone"}),
    Call("POST", "contacts/import", ADMINS, {"rows": [{"email": "row@new.example"}]}),
    Call("PATCH", "contacts/{id}", AGENTS, {"company": "Changed"}),
    Call("POST", "contacts/{id}/merge", AGENTS, {"into_id": UNSEEN}),
    Call("POST", "contacts/{id}/erase", ADMINS, {"dry_run": True}),
    Call("GET", "contacts/{id}/view", ADMINS),
    Call("GET", "contacts/{id}/notes", AGENTS),
    Call("POST", "contacts/{id}/notes", AGENTS, {"body": "A note"}),
    Call("DELETE", f"contacts/{{id}}/notes/{UNSEEN}", AGENTS),
    Call("GET", "members", AGENTS),
    Call("PATCH", "members/{id}", ADMINS, {"max_concurrent": 3}),
    Call("POST", "members/{id}/password-reset", ADMINS, {"valid_minutes": 5}),
    Call("GET", "audit", ADMINS),
    Call("POST", "backup", ADMINS, {}),
    Call("GET", "conversations/{id}/transcript", AGENTS),
    Call("GET", "retention", ADMINS),
    Call("POST", "retention/run", ADMINS, {}),
    Call("GET", "invitations", ADMINS),
    Call("POST", "invitations", ADMINS, {"email": "a@new.example", "role": "staff"}),
    Call("DELETE", "invitations/{id}", ADMINS),
    Call("GET", "organization", EVERYONE),
    Call("PATCH", "organization", ADMINS, {"settings": {"reopen_hours": 100}}),
    Call("GET", "views", AGENTS),
    Call("POST", "views", AGENTS, {"name": "Mine", "q": "assignee:me"}),
    Call("GET", "views/counts", AGENTS),
    Call("GET", "views/{id}", AGENTS),
    Call("PATCH", "views/{id}", AGENTS, {"name": "Another"}),
    Call("DELETE", "views/{id}", AGENTS),
    Call("GET", "canned-replies", AGENTS),
    Call("POST", "canned-replies", AGENTS, {"shortcut": "hi", "title": "Hi", "body": "Hello"}),
    Call("GET", "canned-replies/{id}", AGENTS),
    Call("PATCH", "canned-replies/{id}", AGENTS, {"title": "Hello"}),
    Call("DELETE", "canned-replies/{id}", AGENTS),
    Call("GET", "api-keys", ADMINS),
    Call("POST", "api-keys", ADMINS, {"kind": "identity", "name": "Website"}),
    Call("DELETE", "api-keys/{id}", ADMINS),
    Call("GET", "blocks", ADMINS),
    Call("POST", "blocks", ADMINS, {"network": "203.0.113.7"}),
    Call("DELETE", "blocks/{id}", ADMINS),
    Call("GET", "webhooks", ADMINS),
    Call("POST", "webhooks", ADMINS, {"url": "https://hooks.example.com/", "events": ["message.created"]}),
    Call("PATCH", "webhooks/{id}", ADMINS, {"paused": True}),
    Call("DELETE", "webhooks/{id}", ADMINS),
    Call("POST", "webhooks/{id}/rotate", ADMINS),
    Call("GET", "webhooks/{id}/deliveries", ADMINS),
    Call("POST", f"webhooks/{{id}}/deliveries/{UNSEEN}/replay", ADMINS),
    Call("POST", "attachments?filename=log.txt", EVERYONE),
    Call("GET", "attachments/{id}", EVERYONE),
    Call("GET", "sync/snapshot", EVERYONE),
    Call("GET", "events", AGENTS),
)
WITH_ID = tuple(each for each in CALLS if "{id}" in each.path)
LISTS = tuple(
    each
    for each in CALLS
    if each.method == "GET"
    and each.path
    in (
        "sessions",
        "conversations",
        "escalations",
        "tickets",
        "personas",
        "contacts",
        "members",
        "canned-replies",
        "views",
        "direct-messages",
        "groups",
        "notifications",
        "api-keys",
        "blocks",
        "invitations",
        "audit",
    )
)
WITH_BODY = tuple(each for each in CALLS if each.body is not None)
