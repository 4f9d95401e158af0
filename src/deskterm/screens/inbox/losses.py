"""Why a conversation left somebody's sight, in words."""

from deskterm.text.words import later, tr

_LOSSES = {
    "claimed": later("{who} has taken this conversation."),
    "reassigned": later("{who} has given this conversation to somebody else."),
    "returned": later("{who} has put this conversation back into the queue."),
    "merged": later("{who} has merged this conversation into another one."),
    "erased": later("This conversation was erased."),
    "away": later("This conversation left your sight while you were away."),
}


def lost(reason: str, who: str) -> str:
    """The sentence for a reason of the server's; `who` brought it about."""
    return tr(_LOSSES.get(reason, _LOSSES["reassigned"]), who=who)
