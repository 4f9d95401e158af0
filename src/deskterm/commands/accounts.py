"""Going from one of one's accounts to another: a command for each of the first nine, and one for the last."""

from typing import Final

from deskterm.commands.model import Command, Group, Home

#: So many accounts have a key of their own.
MOST: Final = 9

_OTHER = (
    "account.other",
    "g>b",
    "other account",
    "The other account",
    "Back to the account before",
    "other_account",
)

SWITCHES: Final[tuple[Command, ...]] = (
    Command(*_OTHER, Group.APP, home=Home.APP),
    *(
        Command(
            f"account.{number}",
            f"g>{number}",
            f"account {number}",
            f"Account {number}",
            f"Go to account {number} of `g o`",
            f"switch_account({number})",
            Group.APP,
            home=Home.APP,
        )
        for number in range(1, MOST + 1)
    ),
)


def number_of(command: Command) -> int | None:
    """Which account a command goes to, None if it is none of those with a number."""
    name, _, number = command.id.partition(".")
    return int(number) if name == "account" and number.isdigit() else None
