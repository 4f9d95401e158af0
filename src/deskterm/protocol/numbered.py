"""A conversation by the number people know it by."""

from deskterm.record import record


@record
class Numbered:
    """Its id, and its number in the organization."""

    id: str
    number: int
