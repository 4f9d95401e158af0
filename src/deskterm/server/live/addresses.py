"""How many connections each network address has."""


class Addresses:
    """At most `most` of each; None = any number."""

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._counts: dict[str, int] = {}

    def admit(self, address: str) -> bool:
        """Count a connection of this network address; False if there are too many."""
        count = self._counts.get(address, 0)
        if self._most is not None and count >= self._most:
            return False
        self._counts[address] = count + 1
        return True

    def dismiss(self, address: str) -> None:
        """Count a connection of this network address no more."""
        left = self._counts[address] - 1
        if left:
            self._counts[address] = left
        else:
            del self._counts[address]
