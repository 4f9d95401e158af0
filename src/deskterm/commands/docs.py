"""docs/keys.md, made from the table: `python -m deskterm.commands.docs > docs/keys.md`."""

from deskterm.commands.customer import BY_ID as CUSTOMERS
from deskterm.commands.customer import CHAT, SHARED
from deskterm.commands.inside import INSIDE
from deskterm.commands.model import ANYWHERE, OVER, Command, Context, Group, Need
from deskterm.commands.panels import PANELS
from deskterm.commands.table import BY_ID, COMMANDS
from deskterm.commands.undo import OTHERWISE

_HEAD = """# Keys

Made from the table of commands by `python -m deskterm.commands.docs`; a test fails when the two differ.
The same letter means the same verb everywhere. `?` (or `F1` while writing) shows this in the console, `:` (or
`^P`) finds any command by its name, conversations by `#4821` or a word, people by `@mike`. `^S` is ctrl
and s; `g i` is g, then i.
"""

#: A whole `keys.toml` that a test holds to its word.
EXAMPLE = """\
# Begin with the keys of emacs; "vscode" and "default" are the others.
preset = "emacs"

# One key. What stands here replaces all keys of the command.
"ticket.reply" = "ctrl+r"

# Several keys: a list, over several lines if you like.
"list.half_down" = ["ctrl+d", "D"]

# Keys typed one after the other.
"goto.inbox" = "g h"
"goto.escalations" = "g>!"

# Two commands may swap their keys.
"ticket.resolve" = "z"
"ticket.snooze" = "e"

# No key at all: the command stays in the palette.
"ticket.escalate" = ""

# In the customers' chat.
"chat.earlier" = "f8"
"""

_OWN = """
## Keys of your own

`keys.toml` stands beside the settings: in `$XDG_CONFIG_HOME/deskterm/` (`~/.config/deskterm/`), or in
`DESKTERM_HOME`. Each line gives one command, by its id from the tables above, the keys it shall have:

```toml
{example}```

Keys are called as here: a letter or sign by itself (`r`, `R`, `!`), `enter`, `escape`, `tab`, `space`,
`backspace`, `delete`, `insert`, `up`, `down`, `left`, `right`, `home`, `end`, `pageup`, `pagedown`, `f1` to
`f12`, and those after `ctrl+`, `alt+` or `shift+`. `g i` and `g>i` are the same chord. A terminal sends alt
with a letter as it sends Escape with the letter right behind it: where no line gives it a meaning, both are
done.

A line that cannot be is left out, and said with its number: at the start, when the file changes, in the help
and by `deskterm doctor`. That is a command or a key that does not exist, a key that two lines want in one
place, a key that begins a chord of another command, and a letter for what is done while writing, where it
would be text. A line that takes a key from another command is in force, and it is said what that command
keeps. So is one with a key that not every terminal can send, such as `alt+1`, `shift+enter`, `ctrl+h`,
`ctrl+i` or `ctrl+m`.

The file is read again when the window gets the keyboard back, and by “Reload keys” in the palette. `?` shows
your changes with their lines, “All keys” in the palette every command with its id and its keys. The setting
`keys` (or `DESKTERM_KEYS`) names a preset too; the file's own line counts more.
"""

_WHERE = {
    Context.LIST: "list",
    Context.THREAD: "conversation",
    Context.COMPOSER: "writing",
    Context.SEARCH: "searching",
    Context.PEOPLE: "people of a room",
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
        if group is Group.PANELS:
            continue
        rows = [_row(command) for command in COMMANDS if command.group is group]
        parts.append(f"\n## {group.value}\n\n| keys | command | what it does | where | who | id |\n")
        parts.append("|---|---|---|---|---|---|\n" + "".join(rows))
    parts.append(_PANELS + "".join(map(_row, (*PANELS, *INSIDE))))
    parts.append(_CUSTOMERS + "".join(_customers_row(command) for command in (*CHAT, *SHARED)))
    parts.append(_UNDO + "".join(_undo_row(*each) for each in OTHERWISE.items()))
    parts.append(_OWN.format(example=EXAMPLE))
    return "".join(parts)


_PANELS = """
## In panels

What opens over a screen has its own keys, named in its frame; `F1` lists them. In all of them one types to
find or to fill in, `↑` `↓` choose, `⏎` takes, `Esc` leaves. What a panel has a key for comes there before
what the whole program has it for.

| keys | command | what it does | where | who | id |
|---|---|---|---|---|---|
"""

_CUSTOMERS = """
## The customers' chat

| keys | command | what it does | id |
|---|---|---|---|
"""

_UNDO = """
## What takes a change back

`u` takes the last change back, then the one before it, and so on; each change says so. What a colleague has
changed since is left alone, and you are told. Offline, `u` drops a change that still waits here, and keeps
the others until you are connected again. What it does not take back:

| command | what does |
|---|---|
"""


def _undo_row(command_id: str, words: str) -> str:
    title = {**BY_ID, **CUSTOMERS}[command_id].title
    whose = "" if command_id in BY_ID else " (customers)"
    return f"| {title}{whose} | {words} |\n"


def _customers_row(command: Command) -> str:
    return f"| {_keys(command)} | {command.title} | {command.help} | `{command.id}` |\n"


def _keys(command: Command) -> str:
    return command.shown_keys.replace("|", "\\|")


def _row(command: Command) -> str:
    where = ", ".join(_WHERE.get(each, each.value) for each in Context if each in command.contexts)
    if command.contexts >= ANYWHERE:
        where = "everywhere, panels too" if command.contexts & OVER else "everywhere"
    who = _WHO[command.need]
    return f"| {_keys(command)} | {command.title} | {command.help} | {where} | {who} | `{command.id}` |\n"


if __name__ == "__main__":
    print(page(), end="")
