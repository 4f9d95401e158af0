"""What a file is, by how it begins: what a client says of it is not asked."""

from typing import Final

UNKNOWN: Final = "application/octet-stream"
TEXT: Final = "text/plain"
#: Bytes of the beginning that `media_type` looks at.
LOOKED_AT: Final = 4096

#: How files begin: where, with what, and what they are. Longer beginnings first where they overlap.
_BEGINNINGS: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp", "video/mp4"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\x1f\x8b\x08", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
)
_RIFF: Final = b"RIFF"


def media_type(beginning: bytes) -> str:
    """The type of a file that begins like this; HTML, SVG and scripts, which browsers would run, are text."""
    for at, mark, found in _BEGINNINGS:
        if beginning.startswith(mark, at) and (at != 8 or beginning.startswith(_RIFF)):
            return found
    return TEXT if _is_text(beginning[:LOOKED_AT]) else UNKNOWN


def _is_text(beginning: bytes) -> bool:
    """Whether this is UTF-8 without control characters; a character may be cut at the end."""
    try:
        text = beginning.decode()
    except UnicodeDecodeError as error:
        if error.start < len(beginning) - 3 or error.reason != "unexpected end of data":
            return False
        text = beginning[: error.start].decode()
    return all(each in "\n\r\t\f" or (each >= " " and each != "\x7f") for each in text)
