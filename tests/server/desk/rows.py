"""Rows that later features make through their own doors: personas, direct conversations, rooms, visitors."""

from deskterm.protocol.ids import to_bytes, to_text
from deskterm.server.services import Services
from deskterm.server.storage import contacts, conversations, organizations, personas
from deskterm.server.storage.database import Tx
from deskterm.server.storage.personas import PersonaRow

_JOIN = """
    INSERT INTO participant (organization_id, conversation_id, kind, participant_id, {kind}_id, joined_at)
    VALUES (:organization_id, :conversation_id, :kind, :id, :id, 0)"""


async def add_persona(
    services: Services, name: str, *operators: str, support: bool = False, slug: str = "designpi"
) -> str:
    """A persona operated by these members."""
    persona_id = services.ids.new_bytes()

    def add(tx: Tx) -> None:
        key = _key(tx, slug)
        personas.insert(tx, key, PersonaRow(persona_id, name, "Title", name[:2], "#aabbcc", 1, int(support)))
        for each in operators:
            personas.add_operator(tx, key, persona_id, to_bytes(each))

    await services.db.write(add)
    return to_text(persona_id)


async def add_conversation(
    services: Services,
    kind: str,
    *people: tuple[str, str],
    contact: str | None = None,
    persona: str | None = None,
) -> str:
    """A direct, group or personal conversation with these participants (kind, id)."""
    conversation_id = services.ids.new_bytes()

    def add(tx: Tx) -> None:
        key = _key(tx, "designpi")
        row = {
            "id": conversation_id,
            "number": conversations.next_number(tx, key),
            "kind": kind,
            "source": "console",
            "contact_id": None if contact is None else to_bytes(contact),
            "persona_id": None if persona is None else to_bytes(persona),
            "rev": 1,
            "created_at": tx.now,
            "updated_at": tx.now,
        }
        conversations.insert(tx, key, row)
        for who, member in people:
            tx.run(
                _JOIN.format(kind=who),
                organization_id=key,
                conversation_id=conversation_id,
                kind=who,
                id=to_bytes(member),
            )

    await services.db.write(add)
    return to_text(conversation_id)


async def add_upload(services: Services, uploader: str, filename: str) -> str:
    """A file that waits for its message."""
    attachment_id = services.ids.new_bytes()

    def add(tx: Tx) -> None:
        tx.run(
            "INSERT INTO attachment (organization_id, id, uploader_id, filename, media_type, size, sha256,"
            " created_at) VALUES (:o, :i, :u, :f, 'text/plain', 3, x'00', 0)",
            o=_key(tx, "designpi"),
            i=attachment_id,
            u=to_bytes(uploader),
            f=filename,
        )

    await services.db.write(add)
    return to_text(attachment_id)


async def make_visitor(services: Services, contact: str, number: int) -> None:
    """Take name and e-mail from a contact, as a website visitor has none."""

    def change(tx: Tx) -> None:
        tx.run(
            "UPDATE contact SET name = NULL, email = NULL, kind = 'visitor', visitor_number = :n"
            " WHERE organization_id = :o AND id = :i",
            o=_key(tx, "designpi"),
            i=to_bytes(contact),
            n=number,
        )

    await services.db.write(change)


async def add_lead(services: Services, name: str) -> str:
    """A contact who cannot sign in."""
    contact_id = services.ids.new_bytes()
    await services.db.write(
        lambda tx: contacts.insert(tx, _key(tx, "designpi"), contact_id=contact_id, kind="lead", name=name)
    )
    return to_text(contact_id)


def _key(tx: Tx, slug: str) -> int:
    row = organizations.by_slug(tx, slug)
    assert row is not None
    return row.key
