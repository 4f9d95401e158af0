"""docs/settings.md, made from the table: `python -m deskterm.settings.docs > docs/settings.md`."""

from deskterm.settings.entry import Entry, Group
from deskterm.settings.organization import ENTRIES as ORGANIZATION
from deskterm.settings.table import ENTRIES

_HEAD = """# Settings

Made from the table of settings by `python -m deskterm.settings.docs`; a test fails when the two differ.

`g s` (customers: `F6`) shows every setting with its value and where that comes from, and changes it: what
the cursor stands on is tried at once, `⏎` keeps it, `Esc` takes it back. What is kept goes into
`settings.toml` in `$XDG_CONFIG_HOME/deskterm` (`~/.config/deskterm`; on macOS
`~/Library/Application Support/deskterm`), or in the folder that `DESKTERM_HOME` names; other lines and
comments stay as they are. For example:

```toml
theme = "nord"
read_delay = 3          # seconds
time_zone = "Europe/Berlin"
bell = false
```

A variable of the environment comes before the file, the file before the default. What is set by the
environment can only be changed there. A line that does not count never stops the console: the default is
taken instead, the console says so when it starts, and `deskterm doctor` lists it.

`DESKTERM_NOTIFY` lists the wanted ones of `bell`, `desktop` and `title`, or says `none`. `NO_COLOR` stands
above every theme. Over ssh nothing moves unless `motion` says so.

## Other languages

`make catalogue` writes `deskterm.pot`, a gettext template of what can be translated: commands, help, footer,
palette, settings, the sentences of empty and failed lists, notices, and refusals of a server. A translation
made with the usual tools (`msginit`, `msgfmt`) is found as `locale/<language>/LC_MESSAGES/deskterm.mo` beside
`settings.toml`, by the language of the system or the setting `language`. Names and numbers stand in a
translation as they do in the template, as `{count}`. What a server finds wrong with a single field is
English.
"""


def page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for group in (each for each in Group if each is not Group.ORGANIZATION):
        parts.append(
            f"\n## {group.value}\n\n| name | what it is | values | default | environment |\n"
            "|---|---|---|---|---|\n"
        )
        parts.extend(_row(entry) for entry in ENTRIES if entry.group is group)
    return "".join([*parts, _ORGANIZATION, *map(_shared_row, ORGANIZATION)])


_ORGANIZATION = """
## Organization

What holds for everybody in an organization is kept by its server. Admins change it in the console, by `g o`,
then “Organization…”, or with `PATCH /api/v1/organization`. What the server refuses is said below the entry;
what another admin changes meanwhile is shown at once.

| name | what it is | values | default |
|---|---|---|---|
"""


def _shared_row(entry: Entry) -> str:
    about = f"{entry.title}: {entry.help}"
    usual = f"`{_toml(entry.default)}`" if entry.default != "" else ""
    values = f"{entry.unit}, a whole number" if isinstance(entry.default, float) else _values(entry)
    return f"| `{entry.name}` | {about} | {values} | {usual} |\n"


def _row(entry: Entry) -> str:
    later = " From the next start." if entry.later else ""
    usual = f"`{_toml(entry.default)}`" if entry.default != "" else entry.shown("")
    about = f"{entry.title}: {entry.help}{later}"
    return f"| `{entry.name}` | {about} | {_values(entry)} | {usual} | `{entry.environment}` |\n"


def _values(entry: Entry) -> str:
    if isinstance(entry.default, float):
        return "seconds, 0 to 60"
    if entry.free:
        return "text"
    return ", ".join(f"`{_toml(each.value)}`" for each in entry.options)


def _toml(value: object) -> str:
    """A value as it stands in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else f'"{value}"'


if __name__ == "__main__":
    print(page(), end="")
