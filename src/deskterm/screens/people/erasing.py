"""Before and after a person is erased: what there is, the name to type, and what went."""

from collections.abc import Mapping

from deskterm.client.http.contact_calls import Erasure
from deskterm.screens.questions import Ask
from deskterm.text.safe import safe_line
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field


def asking_to_erase(name: str, found: Erasure) -> Ask:
    """Asks for the name, because it cannot be taken back."""
    shown = safe_line(name)

    def check(values: Mapping[str, str]) -> str | None:
        return None if values["name"].strip() == shown else tr("This is not their name.")

    fields = [Field("name", tr("Type {name}", name=shown))]
    return Ask(tr("Erase {name} for good", name=shown), fields, check, note=_amount(found))


def erased(done: Erasure) -> str:
    """The report."""
    return tr("Erased: {what}. The server has a backup from before.", what=_amount(done))


def _amount(found: Erasure) -> str:
    return tr(
        "conversations {conversations} · messages {messages} · files {files} · notes {notes}",
        conversations=found.conversations,
        messages=found.messages,
        files=found.files,
        notes=found.notes,
    )
