"""What the console needs from terminals beyond what Textual does. Nothing here imports Textual at once."""

from deskterm.terminal.keyboard import mend_reader
from deskterm.terminal.log_file import LogFile

__all__ = ["LogFile", "mend_reader"]
