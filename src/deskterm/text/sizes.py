"""Sizes of files as people read them."""

_UNITS = ("kB", "MB", "GB")


def size(count: int) -> str:
    """`count` bytes in three digits at most: `512 B`, `2.1 MB`."""
    if count < 1_000:
        return f"{count} B"
    amount = float(count)
    for unit in _UNITS:
        amount /= 1_000
        if amount < 999.5 or unit == _UNITS[-1]:
            break
    return f"{amount:.1f} {unit}" if amount < 99.95 else f"{amount:.0f} {unit}"
