"""Settings that an admin changes reach every console at once, not at the next sign-in."""

from dataclasses import replace

from deskterm.client.http import parse
from deskterm.client.replica.changes import MeChanged
from deskterm.client.replica.replica import Replica
from deskterm.protocol.records import Me, Organization, Role

HERE = Organization("Design Pi", "o", "designpi", {"send_hold_seconds": 0})
DANA = Me("u", "Dana", "hello@designpi.com", Role.ADMIN, "m", None, HERE)


def test_changed_settings_are_taken_and_told_once() -> None:
    replica = Replica()
    replica.put_me(DANA)
    said = {
        "id": "o",
        "slug": "designpi",
        "name": "Design Pi",
        "settings": {"send_hold_seconds": 5},
        "rev": 9,
    }
    update = parse.update("organization.updated", {"organization": said})
    assert update is not None
    assert replica.apply(update) == (MeChanged(),)
    changed = replace(HERE, settings={"send_hold_seconds": 5})
    assert replica.organization == changed
    assert replica.me == replace(DANA, organization=changed)
    assert replica.apply(update) == ()


def test_contacts_read_the_new_welcome() -> None:
    replica = Replica()
    replica.put_me(replace(DANA, role=Role.CUSTOMER))
    said = {
        "name": "Design Pi",
        "logo": None,
        "welcome": "Hi!",
        "support": {"online": False, "text": "Later"},
    }
    update = parse.update("organization.updated", {"organization": said})
    assert update is not None
    replica.apply(update)
    assert replica.organization is not None
    assert replica.organization.settings["welcome"] == "Hi!"
