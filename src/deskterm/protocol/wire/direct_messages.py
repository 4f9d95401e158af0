"""What clients may ask about direct messages; conversations are answered as everywhere."""

from pydantic import model_validator

from deskterm.protocol.wire.requests import Id, Page, Request


class OpenDirectMessage(Request):
    """`POST /direct-messages`: with a persona, or with a person, who is named as they are shown.

    Agents who give both `persona_id` and `contact_id` write to the contact as that persona.
    """

    persona_id: Id | None = None
    member_id: Id | None = None
    contact_id: Id | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> "OpenDirectMessage":
        given = {name for name in ("persona_id", "member_id", "contact_id") if getattr(self, name)}
        if len(given) != 1 and given != {"persona_id", "contact_id"}:
            raise ValueError("name one of persona_id, member_id and contact_id")
        return self


class DirectMessageQuery(Page):
    """`GET /direct-messages`: one's own; admins get those of the whole organization with `all`.

    `unanswered`: a contact has written and nobody has answered since. `contact_id`: who takes part.
    """

    all: bool = False
    persona_id: Id | None = None
    contact_id: Id | None = None
    unanswered: bool | None = None
