"""What the console says of a setting fits into its panel's one line."""

import pytest

from deskterm.settings import organization, retention, widget
from deskterm.settings.entry import Entry

#: Columns of the panel where it is widest.
MOST = 74


@pytest.mark.parametrize(
    "entry", [*organization.ENTRIES, *retention.ENTRIES, *widget.ENTRIES], ids=lambda each: each.name
)
def test_it_is_not_cut(entry: Entry) -> None:
    assert len(entry.help) <= MOST
