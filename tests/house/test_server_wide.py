"""Who asks the database for all organizations at once is named here, and why; all others have a fence.

`call.db`, `channel.db` and `db.within(…)` are one organization's, `services.db` and `self._db` everybody's.
"""

import re

from tests.house.tree import sources

_FLOORS = re.compile(r"src/deskterm/server/(http|live|widget|mail)/")
_WHOLE = re.compile(r"(?:services|_hub|self|self\._hub|source)\._?db\.(?:read|write|read_in_thread)\(")
#: How many accesses each may have.
NAMED = {
    "http/handlers/auth.py": (3, "a person has one password, and may be in several organizations"),
    "http/handlers/me.py": (1, "the organizations that a person may go to"),
    "http/handlers/erasure.py": (1, "who is in no other organization loses the account, too"),
    "http/handlers/ways_in.py": (2, "whose password it is, wherever they are"),
    "http/handlers/visitors.py": (1, "a website's key says which organization it is"),
    "widget/pages.py": (1, "a website's key says which organization it is"),
    "live/attendance.py": (5, "a server renews for everybody who is connected to it"),
    "live/hub.py": (1, "one look at the heads of all organizations that are listened to"),
    "live/channel.py": (3, "it is made with its organization's part"),
    "http/call.py": (2, "it is the caller's part"),
    "mail/off_page.py": (1, "a token says which organization it is"),
    "mail/writing.py": (1, "letters of all organizations wait in one line"),
}


def test_who_has_no_fence_is_named() -> None:
    found = {}
    for source in sources():
        count = len(_WHOLE.findall(source.text)) if _FLOORS.match(source.path) else 0
        if count:
            found[source.path.removeprefix("src/deskterm/server/")] = count
    assert found == {name: count for name, (count, _) in NAMED.items()}
