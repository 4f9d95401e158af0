"""What somebody looks for in a text: case and line breaks do not matter, every other character does."""

import re


class Needle:
    """Words to be found one after another; nothing at all is found by an empty one."""

    def __init__(self, typed: str) -> None:
        self.typed = typed
        words = typed.split()
        self._pattern = re.compile(r"\s+".join(map(re.escape, words)), re.IGNORECASE) if words else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def found_in(self, text: str) -> bool:
        """Whether it is there."""
        return self._pattern is not None and self._pattern.search(text) is not None

    def places(self, text: str) -> list[tuple[int, int]]:
        """Where it is, as the index of its first character and of the one after its last."""
        return [found.span() for found in self._pattern.finditer(text)] if self._pattern else []
