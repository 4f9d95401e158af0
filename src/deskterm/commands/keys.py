"""Textual's bindings and the chords, made from the table of commands."""

from collections.abc import Iterable

from textual.binding import Binding

from deskterm.commands.model import Command, Context, Home
from deskterm.commands.table import COMMANDS


class Clash(ValueError):
    """Two commands want one key in one context, or a key cannot be typed everywhere."""


def bindings(home: Home) -> list[Binding]:
    """The bindings of one home, for its `BINDINGS`."""
    return bindings_of(command for command in COMMANDS if command.home is home)


def bindings_of(commands: Iterable[Command]) -> list[Binding]:
    """The bindings of some commands, for the `BINDINGS` of the screen that does them.

    All are priority bindings: they run before the focused widget sees the key, so that what is typed ahead
    of a change of focus arrives where it belongs. `check_action` of the home keeps them to their contexts,
    and keys that the focused text field types itself never get here.
    """
    return [
        Binding(
            ",".join(command.keys),
            command.action,
            command.title,
            show=False,
            key_display=command.shown_key,
            priority=True,
            tooltip=command.help,
            id=command.id,
        )
        for command in commands
        if command.keys
    ]


def chords(commands: Iterable[Command] = COMMANDS) -> list[tuple[tuple[str, ...], Command]]:
    """Keys typed one after the other, with what they run; one chord may mean two things in two contexts."""
    return [(chord, command) for command in commands for chord in command.chords]


def check(commands: Iterable[Command]) -> None:
    """Raise `Clash` unless every id is unique and every key means one thing in each context.

    The first key of a chord must not be a command of its own: it would never wait for the second.
    """
    holders: dict[tuple[Context, tuple[str, ...]], str] = {}
    ids: set[str] = set()
    for command in commands:
        if command.id in ids:
            raise Clash(f"two commands are called {command.id}")
        ids.add(command.id)
        for typed in (*((key,) for key in command.keys), *command.chords):
            _check_typable(command, typed)
            for context in command.contexts:
                holder = holders.setdefault((context, typed), command.id)
                if holder != command.id:
                    raise Clash(f"{'>'.join(typed)} is {holder} and {command.id} in the {context}")
    for (context, typed), holder in holders.items():
        if len(typed) > 1 and (first := holders.get((context, typed[:1]))):
            raise Clash(f"{typed[0]} is {first} and begins {holder} in the {context}")


def _check_typable(command: Command, typed: tuple[str, ...]) -> None:
    """Refuse keys that some terminals send as another key, and names that no key has."""
    from deskterm.commands.spelling import typable  # only for tests and keys of one's own

    for key in typed:
        if not typable(key):
            raise Clash(f"{command.id}: {key} cannot be typed on every terminal")
