"""Asking until when something is put away."""

from collections.abc import Callable, Mapping
from datetime import datetime

from textual.app import App

from deskterm.screens.inbox.choices import OTHER, snoozes
from deskterm.screens.inbox.snooze import parse
from deskterm.screens.questions import Ask, Choose
from deskterm.text.words import tr
from deskterm.widgets.asking.form import Field


def ask_until(app: App[int], title: str, now: datetime, then: Callable[[datetime], None]) -> None:
    """Offer the usual times, or take another one; `then` hears the answer."""

    def chosen(when: str | None) -> None:
        if when == OTHER:
            _ask_time(app, title, now, then)
        elif when is not None:
            then(datetime.fromisoformat(when))

    app.push_screen(Choose(title, snoozes(now)), chosen)


def _ask_time(app: App[int], title: str, now: datetime, then: Callable[[datetime], None]) -> None:
    def check(values: Mapping[str, str]) -> str | None:
        if parse(values["until"], now) is None:
            return tr("Not a time to come. Write 3h, 2d, 16:30 or 2026-11-30 14:00.")
        return None

    def answered(values: Mapping[str, str] | None) -> None:
        when = parse(values["until"], now) if values else None
        if when is not None:
            then(when)

    field = Field("until", tr("Until"), placeholder="3h · 2d · 16:30 · 2026-11-30 14:00")
    app.push_screen(Ask(title, [field], check), answered)
