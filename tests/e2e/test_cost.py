"""Bytes that a key costs on a real terminal, with generous ceilings: what a slow line would feel."""

from tests.e2e.conftest import Server
from tests.e2e.terminal import ENTER, cost

DANA = "hello@designpi.com"


def test_keys_cost_few_bytes(server: Server) -> None:
    with server.console(DANA, COLORTERM="truecolor", SSH_CONNECTION="x") as console:
        console.sees("All open", "John Doe", "Jane Smith", "live")
        down = [cost(console, key) for key in "jkj"]
        assert all(0 < each <= 700 for each in down), down
        console.type(ENTER)
        console.sees("Reply to")
        console.type("r")
        console.sees("^S send")
        cost(console, "H")  # also marks the row as having a draft
        letters = [cost(console, letter) for letter in "ello"]
        assert all(0 < each <= 800 for each in letters), letters


def test_moves_in_triage_cost_few_bytes(server: Server) -> None:
    with server.console(DANA, COLORTERM="truecolor", SSH_CONNECTION="x") as console:
        console.sees("All open", "John Doe", "Jane Smith", "live")
        console.type("gt")
        console.sees("Load", "waits longest")
        down = [cost(console, key) for key in "jkj"]
        assert all(0 < each <= 800 for each in down), down
        console.type("b")
        console.sees("Unassigned", "by assignee")
        cost(console, "h")  # also draws what was left of the board
        moves = [cost(console, key) for key in "lhlh"]
        assert all(0 <= each <= 1300 for each in moves), moves  # another lane: two titles, two cards
        assert any(moves)
