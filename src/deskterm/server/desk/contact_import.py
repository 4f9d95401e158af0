"""Contacts from elsewhere, known by their e-mail address: doing it twice changes nothing."""

from typing import Any

from pydantic import ValidationError

from deskterm.protocol.wire.contacts import CreateContact, ImportContacts, PatchContact
from deskterm.server.desk.contacts import do_create_contact, do_patch_contact
from deskterm.server.errors import Conflict
from deskterm.server.principal import Principal
from deskterm.server.storage import contacts
from deskterm.server.storage.contacts import ContactRow
from deskterm.server.storage.database import Reader, Tx


def do_import_contacts(tx: Tx, principal: Principal, wish: ImportContacts) -> dict[str, Any]:
    """Make or complete a contact per row; a dry run reports the same and changes nothing."""
    done = {"created": 0, "updated": 0, "unchanged": 0}
    rejected = []
    seen: set[str] = set()
    for number, cells in enumerate(wish.rows, 1):
        try:
            row = _parsed(cells)
            if row.email in seen:
                raise ValueError("email: this address stands in an earlier row")
            seen.add(row.email or "")
            done[_take(tx, principal, row, dry_run=wish.dry_run)] += 1
        except Conflict as refusal:
            rejected.append({"row": number, "reason": refusal.detail})
        except ValidationError as error:
            rejected.append({"row": number, "reason": _reason(error)})
        except ValueError as error:
            rejected.append({"row": number, "reason": str(error)})
    return {**done, "rejected": rejected}


def _parsed(cells: dict[str, str | None]) -> CreateContact:
    given = {name: value.strip() for name, value in cells.items() if value is not None and value.strip()}
    row = CreateContact.model_validate(given)
    if row.email is None:
        raise ValueError("email: is needed, for contacts are known by it")
    return row


def _reason(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    where = ".".join(str(each) for each in first["loc"])
    return f"{where}: {first['msg']}" if where else str(first["msg"])


def _take(tx: Tx, principal: Principal, row: CreateContact, *, dry_run: bool) -> str:
    known = _known(tx, principal, row.email or "")
    if known is None:
        if not dry_run:
            do_create_contact(tx, principal, row)
        return "created"
    given = {name: getattr(row, name) for name in row.model_fields_set if name != "email"}
    if given.get("kind") == "lead" and known.kind == "customer":
        del given["kind"]
    if all(getattr(known, name) == value for name, value in given.items()):
        return "unchanged"
    if not dry_run:
        do_patch_contact(tx, principal, known.id, PatchContact(**given))
    return "updated"


def _known(reader: Reader, principal: Principal, email: str) -> ContactRow | None:
    return contacts.by_email(reader, principal.organization_id, email)
