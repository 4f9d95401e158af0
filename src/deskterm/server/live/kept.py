"""What was read and rendered of conversations, kept for the next who is told of the same."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from deskterm.protocol.records import Presence
from deskterm.server.principal import Eyes

if TYPE_CHECKING:
    from deskterm.server.live.audience import Scene

#: By whom bytes may be shared: everybody with the same eyes, or one person.
Share = int | bytes
#: Bytes of JSON that are kept at most.
JSON_KEPT: Final = 4 * 1024 * 1024


class MessageJson(NamedTuple):
    """A message as some eyes read it."""

    json: bytes
    by_contact: bool


@dataclass(slots=True)
class Kept:
    """By conversation, so that each can be forgotten when it has changed. None = there is nothing to read."""

    scenes: dict[bytes, "Scene | None"] = field(default_factory=dict)
    _conversations: dict[bytes, dict[tuple[Share, Presence | None], bytes | None]] = field(
        default_factory=dict
    )
    _messages: dict[bytes, dict[bytes, dict[Eyes, MessageJson | None]]] = field(default_factory=dict)
    _size: int = 0

    def conversation(self, id_: bytes) -> dict[tuple[Share, Presence | None], bytes | None]:
        """Its JSON for each who shares it, by the presence of its assignee, which no event tells of."""
        return self._conversations.setdefault(id_, {})

    def message(self, conversation_id: bytes, id_: bytes) -> dict[Eyes, MessageJson | None]:
        """One of its messages as each pair of eyes reads it."""
        return self._messages.setdefault(conversation_id, {}).setdefault(id_, {})

    def grown(self, size: int) -> None:
        """So many bytes of JSON were added."""
        self._size += size

    @property
    def full(self) -> bool:
        """Whether it is time to start anew."""
        return self._size > JSON_KEPT

    def forget(self, conversation_id: bytes, message_id: bytes | None = None) -> None:
        """The conversation has changed; if a message is named, only in that: its others are as they were."""
        self.scenes.pop(conversation_id, None)
        self._conversations.pop(conversation_id, None)
        if message_id is None:
            self._messages.pop(conversation_id, None)
        else:
            self._messages.get(conversation_id, {}).pop(message_id, None)
