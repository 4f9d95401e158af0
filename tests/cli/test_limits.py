"""`--limit`: what an operator may set, and what is refused in words."""

import pytest

from deskterm.cli.limits import rates
from deskterm.server.config import Rates
from tests.cli.processes import deskterm


def test_what_is_given_holds_and_the_rest_is_usual() -> None:
    found = rates(["messages-per-visitor=30", "requests-per-address=none", "requests-per-key=600"])
    assert (found.messages_per_visitor, found.requests_per_address, found.requests_per_key) == (30, None, 600)
    assert found.messages_per_customer == Rates().messages_per_customer


@pytest.mark.parametrize(
    "wrong", ["messages=3", "messages-per-visitor=-1", "messages-per-visitor", "=", "x=1"]
)
def test_what_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="limit"):
        rates([wrong])


def test_a_server_with_such_a_limit_does_not_start() -> None:
    refused = deskterm("serve", "--limit", "messages=3")
    assert refused.returncode == 2
    assert "messages-per-visitor" in refused.stderr
