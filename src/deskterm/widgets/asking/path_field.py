"""A field for a path: what the folder holds is offered behind the cursor, → takes it."""

import asyncio

from textual.suggester import Suggester

from deskterm.text.paths import completed
from deskterm.widgets.asking.line_field import LineField


class PathField(LineField):
    """A line that knows the names of files."""

    def __init__(self, value: str = "", *, placeholder: str = "") -> None:
        super().__init__(value, placeholder=placeholder)
        self.suggester = _Names(use_cache=False, case_sensitive=True)


class _Names(Suggester):
    async def get_suggestion(self, value: str) -> str | None:
        return await asyncio.to_thread(completed, value) if value else None
