"""What the console needs from terminals beyond what Textual does. Nothing here imports Textual at once."""

from deskterm.terminal.keyboard import forgive_invalid_bytes
from deskterm.terminal.log_file import LogFile

__all__ = ["LogFile", "forgive_invalid_bytes"]
