"""Pictures of strangers: decoded, or refused as OSError, whatever their bytes are."""

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from deskterm.terminal.picture import Picture


def written(kind: str, mode: str = "RGB") -> bytes:
    """A small picture of that format."""
    image = Image.new("RGB", (40, 20), "red")
    image.paste("blue", (0, 10, 40, 20))
    file = BytesIO()
    image.convert(mode).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        ("PNG", "RGB"),
        ("PNG", "RGBA"),
        ("PNG", "1"),
        ("GIF", "P"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
        ("WEBP", "RGB"),
    ],
)
def test_it_fits_and_is_never_made_larger(kind: str, mode: str) -> None:
    picture = Picture(BytesIO(written(kind, mode)))
    assert picture.size == (40, 20)
    pixels = picture.fitted(10, 10)
    assert (pixels.width, pixels.height, len(pixels.rgb)) == (10, 5, 150)
    assert picture.fitted(500, 500).width == 40
    assert picture.fitted(0, 0).width == 1


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "WEBP"])
def test_damaged_bytes_are_refused_in_one_way(kind: str) -> None:
    whole, chance = written(kind), random.Random(1)
    for _ in range(300):
        damaged = bytearray(whole)
        for _ in range(chance.randrange(1, 5)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            Picture(BytesIO(bytes(damaged[: chance.randrange(1, len(damaged) + 1)])))
        except OSError:
            continue


def test_a_picture_of_another_format_or_too_large_is_refused() -> None:
    for content in (written("BMP"), written("TIFF"), b"", bytes(100)):
        with pytest.raises(OSError, match="cannot identify"):
            Picture(BytesIO(content))
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    data = b"IDAT" + zlib.compress(bytes(1_000))
    bomb += struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))
    with pytest.raises(OSError, match="too large"):
        Picture(BytesIO(bomb))
