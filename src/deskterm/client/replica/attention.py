"""Who types and who looks where, now. Never logged, never kept: each entry ends by itself."""

from collections.abc import Container
from datetime import datetime, timedelta

from deskterm.client.answers import Typing, Update
from deskterm.client.replica.changes import Changes, TypingChanged, ViewingChanged
from deskterm.protocol.records import Author, Named

#: How long somebody types who says no more of it.
TYPING_LASTS = timedelta(seconds=6)


class Attention:
    """Typing and viewing by conversation."""

    def __init__(self) -> None:
        self._typing: dict[str, dict[str | None, Typing]] = {}
        self._viewing: dict[str, tuple[Named, ...]] = {}

    def apply(self, update: Update, here: Container[str]) -> Changes:
        """Take what an ephemeral frame says about the conversations that are `here`."""
        typing, viewing = update.typing, update.viewing
        if typing and typing.conversation_id in here:
            self._typing.setdefault(typing.conversation_id, {})[typing.who.id] = typing
            return (TypingChanged(typing.conversation_id),)
        if (
            viewing
            and viewing.conversation_id in here
            and viewing.agents != self.viewing(viewing.conversation_id)
        ):
            self._viewing[viewing.conversation_id] = viewing.agents
            return (ViewingChanged(viewing.conversation_id),)
        return ()

    def wrote(self, conversation_id: str, author: Author) -> bool:
        """A message of `author` arrived, so they no longer type it; False if they did not."""
        return self._typing.get(conversation_id, {}).pop(author.id, None) is not None

    def typing(self, conversation_id: str, now: datetime) -> tuple[Typing, ...]:
        """Who types in a conversation at `now`."""
        entries = self._typing.get(conversation_id, {})
        for key in [key for key, each in entries.items() if each.until <= now]:
            del entries[key]
        return tuple(entries.values())

    def viewing(self, conversation_id: str) -> tuple[Named, ...]:
        """Which agents look at a conversation."""
        return self._viewing.get(conversation_id, ())

    def forget(self) -> Changes:
        """Nobody tells any more who types and looks: what was told is true no longer."""
        typing, viewing = tuple(self._typing), tuple(self._viewing)
        self._typing.clear()
        self._viewing.clear()
        return (*map(TypingChanged, typing), *map(ViewingChanged, viewing))

    def drop(self, conversation_id: str) -> None:
        """The conversation is gone."""
        self._typing.pop(conversation_id, None)
        self._viewing.pop(conversation_id, None)
