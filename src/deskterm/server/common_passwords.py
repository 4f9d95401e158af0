"""The passwords that everybody tries first. Nobody gets one of them: OWASP ASVS 6.2.4."""

from functools import cache

MOST_COMMON = 10_000


def is_common(password: str) -> bool:
    """Whether it is one of them, whatever its case."""
    return password.casefold() in _common()


@cache
def _common() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS  # read when a password is set, not at the start

    return frozenset(FREQUENCY_LISTS["passwords"][:MOST_COMMON])
