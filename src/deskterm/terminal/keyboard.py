"""The reader of the keyboard: bytes that are no text end nothing, and a paste is text whatever it holds."""

import codecs

#: Textual's reader of the keyboard on Linux and macOS; it names its decoder at module level.
_READER = "textual.drivers.linux_driver"


def mend_reader() -> None:
    """Make the keyboard's reader replace bytes that are no UTF-8 by `�`, and keep pastes whole.

    A paste in Latin-1, or a mouse report after re-attaching to tmux, is enough to crash Textual 8.2.8
    (https://github.com/Textualize/textual/issues/6668). Call it before the app starts; again is harmless.
    """
    import importlib

    try:
        reader = importlib.import_module(_READER)
    except ImportError:  # Windows has another one
        return
    if hasattr(reader, "getincrementaldecoder"):
        vars(reader)["getincrementaldecoder"] = _forgiving_decoder
    if hasattr(reader, "XTermParser"):
        from deskterm.terminal.reading import WholeParser

        vars(reader)["XTermParser"] = WholeParser


def _forgiving_decoder(encoding: str) -> "_Forgiving":
    return _Forgiving(encoding)


class _Forgiving:
    """Stands for what `codecs.getincrementaldecoder` answers, but its decoders forgive."""

    def __init__(self, encoding: str) -> None:
        self._make = codecs.getincrementaldecoder(encoding)

    def __call__(self) -> codecs.IncrementalDecoder:
        return self._make(errors="replace")
