"""README shows the screens as they are."""

import re

from tests.snapshots.pictures import FOLDER, PICTURES, SNAPSHOTS


def test_every_picture_is_its_snapshot() -> None:
    for name, snapshot in PICTURES.items():
        shown = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        assert shown == (SNAPSHOTS / f"{snapshot}.svg").read_text(encoding="utf-8"), "run: make snapshots"


def test_readme_shows_every_picture_and_no_other() -> None:
    readme = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
    assert sorted(set(re.findall(r"docs/pictures/(\w+)\.svg", readme))) == sorted(PICTURES)
