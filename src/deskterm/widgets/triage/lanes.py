"""The lanes of a board: which conversations stand in which, by assignee, status, priority or tag. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from deskterm.protocol.records import Conversation, Priority, Status
from deskterm.record import record
from deskterm.text.words import later, tr
from deskterm.widgets.paint import Part
from deskterm.widgets.triage.loads import AgentLoad

Group = Literal["assignee", "status", "priority", "tag"]

#: By what a board groups, in the order of the key that changes it.
GROUPS: Final[dict[Group, str]] = {
    "assignee": later("assignee"),
    "status": later("status"),
    "priority": later("priority"),
    "tag": later("tag"),
}
#: The lane of what nobody has, and of what has no tag.
NONE: Final = ""


@record
class Lane:
    """One lane: what moving a conversation there sets, its title, what stands at its right, and its rows."""

    key: str
    title: str
    rows: tuple[Conversation, ...]
    right: tuple[Part, ...] = ()


def lanes(rows: Sequence[Conversation], group: Group, loads: Iterable[AgentLoad]) -> tuple[Lane, ...]:
    """All lanes of a board; a conversation with several tags stands in each of their lanes."""
    if group == "assignee":
        return _by_assignee(rows, loads)
    if group == "status":
        wanted = (Status.OPEN, Status.PENDING, Status.SNOOZED)
        return tuple(
            _counted(each.value, tr(each.value).capitalize(), [row for row in rows if row.status is each])
            for each in wanted
        )
    if group == "priority":
        return tuple(
            _counted(each.value, tr(each.value).capitalize(), [row for row in rows if row.priority is each])
            for each in reversed(Priority)
        )
    return _by_tag(rows)


def _by_assignee(rows: Sequence[Conversation], loads: Iterable[AgentLoad]) -> tuple[Lane, ...]:
    nobody = _counted(NONE, tr("Unassigned"), [row for row in rows if row.assignee is None])
    return (
        nobody,
        *(
            Lane(
                each.id,
                each.name,
                tuple(row for row in rows if row.assignee is not None and row.assignee.id == each.id),
                tuple(each.words),
            )
            for each in loads
        ),
    )


def _by_tag(rows: Sequence[Conversation]) -> tuple[Lane, ...]:
    tags = Counter(tag for row in rows for tag in row.tags)
    named = sorted(tags, key=lambda tag: (-tags[tag], tag))
    found = [_counted(NONE, tr("No tag"), [row for row in rows if not row.tags])]
    return (*found, *(_counted(tag, tag, [row for row in rows if tag in row.tags]) for tag in named))


def _counted(key: str, title: str, rows: Sequence[Conversation]) -> Lane:
    return Lane(key, title, tuple(rows), (str(len(rows)),))


def window(widths: Sequence[int], at: int, width: int) -> tuple[int, int]:
    """Which tabs of these widths are shown so that the one `at` is: first, and behind the last.

    Those before it, as many as leave room for one behind it; then those behind it.
    """
    first, end = at, min(at + 1, len(widths))
    wanted = sum(widths[at : at + 2])
    while first > 0 and wanted + widths[first - 1] <= width:
        first -= 1
        wanted += widths[first]
    while end < len(widths) and sum(widths[first : end + 1]) <= width:
        end += 1
    return first, end
