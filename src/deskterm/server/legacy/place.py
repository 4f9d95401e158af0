"""Where an import puts things: the organization, the run, and the ids that follow from the old ones."""

from dataclasses import dataclass

from deskterm.protocol.ids import derived_id
from deskterm.server.errors import Conflict, NotFound
from deskterm.server.storage import import_runs, organizations, personas
from deskterm.server.storage.database import Reader, Tx

SOURCE = "legacy-chat"
#: The agent for whom those of the old chat stand who are not among its users.
SOMEBODY = ""


class CannotImport(Conflict):
    """Something here is in the way; nothing was changed."""

    title = "Nothing can be imported here"


@dataclass(frozen=True)
class Place:
    """An organization to import into; `run_id` is the run that places things."""

    key: int
    id: bytes
    slug: str
    support_persona_id: bytes
    run_id: bytes = b""

    def id_of(self, entity: str, key: str) -> bytes:
        """The id that something of the old chat has here, in every run."""
        return derived_id(self.id + SOURCE.encode(), entity, key)

    def made(self, reader: Reader, entity: str, key: str) -> bytes | None:
        """The row that stands for it here, None if no run has placed it yet."""
        return import_runs.made(reader, self.key, self.id_of(entity, key))

    def there(self, reader: Reader, entity: str, key: str) -> bytes:
        """The same for what was placed before; LookupError if it was not."""
        found = self.made(reader, entity, key)
        if found is None:
            raise LookupError(f"{entity} {key} is placed before what refers to it")
        return found

    def note(self, tx: Tx, entity: str, key: str, made_id: bytes) -> None:
        """Remember what stands for it from now on."""
        import_runs.add(tx, self.key, self.run_id, entity, self.id_of(entity, key), made_id)


def place_of(reader: Reader, slug: str | None) -> Place:
    """The organization with this name, or the only one. `CannotImport` if it is not clear or has no voice."""
    found = organizations.all_of(reader)
    if slug is not None:
        found = [each for each in found if each.slug == slug]
        if not found:
            raise NotFound()
    if len(found) != 1:
        names = ", ".join(each.slug for each in found)
        raise CannotImport(f"Choose an --organization: {names}" if found else "There is no organization yet.")
    voice = personas.support_of(reader, found[0].key)
    if voice is None:
        raise CannotImport(
            f"{found[0].slug} has no support persona to speak the old answers: make one first."
        )
    return Place(found[0].key, found[0].id, found[0].slug, voice.id)
