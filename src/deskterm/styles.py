"""Where the look lies: the Textual CSS files of `styles/`.

In the wheel they are inside the package; in a checkout they stand beside `src/`.
"""

from pathlib import Path

_HERE = Path(__file__).resolve()
_PLACES = (_HERE.parent / "styles", _HERE.parents[2] / "styles")


def path(name: str) -> Path:
    """The absolute path of the style file `name`, for `CSS_PATH`; FileNotFoundError if there is none."""
    for place in _PLACES:
        if (place / name).is_file():
            return place / name
    raise FileNotFoundError(f"no style file {name!r} in {' or '.join(map(str, _PLACES))}")
