"""docs/keys.md, made from the table: `python -m deskterm.commands.docs > docs/keys.md`."""

from deskterm.commands.customer import CHAT, SHARED
from deskterm.commands.model import Command, Context, Group, Need
from deskterm.commands.table import COMMANDS

_HEAD = """# Keys

Made from the table of commands by `python -m deskterm.commands.docs`; a test fails when the two differ.
The same letter means the same verb everywhere. `?` (or `F1` while writing) shows this in the console, `:` (or
`^P`) finds any command by its name. `^S` is ctrl and s; `g i` is g, then i.
"""

_WHERE = {
    Context.LIST: "list",
    Context.THREAD: "conversation",
    Context.COMPOSER: "writing",
    Context.SEARCH: "searching",
}
_WHO = {
    Need.NOTHING: "",
    Need.ADMIN: "admins",
    Need.TAKE: "admins; staff where the organization lets them",
    Need.UNASSIGNED: "whoever sees unassigned conversations",
}


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for group in Group:
        rows = [_row(command) for command in COMMANDS if command.group is group]
        parts.append(f"\n## {group.value}\n\n| keys | command | what it does | where | who | id |\n")
        parts.append("|---|---|---|---|---|---|\n" + "".join(rows))
    parts.append(_CUSTOMERS + "".join(_customers_row(command) for command in (*CHAT, *SHARED)))
    return "".join(parts)


_CUSTOMERS = """
## The customers' chat

| keys | command | what it does | id |
|---|---|---|---|
"""


def _customers_row(command: Command) -> str:
    return f"| {_keys(command)} | {command.title} | {command.help} | `{command.id}` |\n"


def _keys(command: Command) -> str:
    return command.shown_keys.replace("|", "\\|")


def _row(command: Command) -> str:
    where = ", ".join(_WHERE[each] for each in Context if each in command.contexts)
    if set(command.contexts) == set(Context):
        where = "everywhere"
    who = _WHO[command.need]
    return f"| {_keys(command)} | {command.title} | {command.help} | {where} | {who} | `{command.id}` |\n"


if __name__ == "__main__":
    print(page(), end="")
