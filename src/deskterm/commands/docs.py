"""docs/keys.md, made from the table: `python -m deskterm.commands.docs > docs/keys.md`."""

from deskterm.commands.model import Command, Context, Group, Need
from deskterm.commands.table import COMMANDS

_HEAD = """# Keys

Made from the table of commands by `python -m deskterm.commands.docs`; a test fails when the two differ.
The same letter means the same verb everywhere. `?` (or `F1` while writing) shows this in the console, `:` (or
`^P`) finds any command by its name. `^S` is ctrl and s; `g i` is g, then i.
"""

_WHERE = {Context.LIST: "list", Context.THREAD: "conversation", Context.COMPOSER: "writing"}
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
    parts.append(_FOOT)
    return "".join(parts)


def _row(command: Command) -> str:
    where = ", ".join(_WHERE[each] for each in Context if each in command.contexts)
    if set(command.contexts) == set(Context):
        where = "everywhere"
    keys = command.shown_keys.replace("|", "\\|")
    return (
        f"| {keys} | {command.title} | {command.help} | {where} | {_WHO[command.need]} | `{command.id}` |\n"
    )


_FOOT = """
## The customers' chat

| keys | what it does |
|---|---|
| ⏎ | send |
| ^J | new line |
| ^N | a new request, which closes the present one |
| F3 | earlier requests |
| F1 | help |
| ^Q | quit; what was written is kept |
"""


if __name__ == "__main__":
    print(page(), end="")
