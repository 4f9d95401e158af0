"""A picture as pixels for half blocks, two in each cell: the same over ssh, in tmux and everywhere else.

The protocols that show real pixels are lost in a multiplexer unless it is told otherwise, and telling whether
a terminal knows one takes a question that others print. Imports Pillow: not before somebody looks.
"""

import struct
import threading
import zlib
from typing import BinaryIO, Final

from PIL import Image, ImageOps

from deskterm.record import record

#: Told by its content; no other decoder of Pillow's sees a stranger's bytes.
FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
#: Pixels that are decoded, 120 MB of them; a larger picture is only saved.
MOST: Final = 40_000_000
#: A larger one than a terminal has cells is of no use.
SIDE: Final = 1_024
#: What Pillow's decoders raise on bytes that are not what they begin like, besides OSError.
_DAMAGED: Final = (ValueError, SyntaxError, EOFError, IndexError, TypeError, struct.error, zlib.error)
_decoding = threading.Lock()
Image.MAX_IMAGE_PIXELS = None  # looked at here; Pillow would write a warning over the screen


@record
class Pixels:
    """So many in a row, three bytes each, the rows from the top."""

    width: int
    height: int
    rgb: bytes


class Picture:
    """A decoded picture, no larger than it can be shown; `size` is what it was."""

    def __init__(self, file: BinaryIO) -> None:
        """OSError if it is no picture that we show, damaged, or too large."""
        with _decoding:  # one at a time: each may take much memory
            try:
                self.size, self._image = _decoded(file)
            except _DAMAGED as error:
                raise OSError(str(error)) from error

    def fitted(self, columns: int, rows: int) -> Pixels:
        """As large as fits into so many cells, never larger than it is, on black where it is transparent."""
        box = max(columns, 1), max(rows * 2, 1)
        image = self._image.copy()
        image.thumbnail(box, Image.Resampling.LANCZOS)
        return Pixels(image.width, image.height, image.tobytes())


def _decoded(file: BinaryIO) -> tuple[tuple[int, int], Image.Image]:
    with Image.open(file, formats=FORMATS) as image:  # which decodes nothing yet
        size = image.size
        if size[0] * size[1] > MOST:
            raise ValueError("too large")
        image.draft("RGB", (SIDE, SIDE))
        upright = ImageOps.exif_transpose(image.convert("RGBA"))
        upright.thumbnail((SIDE, SIDE))
        ground = Image.new("RGBA", upright.size, "black")
        return size, Image.alpha_composite(ground, upright).convert("RGB")
