"""Staff, a customer and an admin at one desk, each at a real terminal, against a real server."""

from tests.e2e.conftest import Server
from tests.e2e.terminal import ENTER, ESCAPE, ctrl

SARAH, JOHN, DANA = "sarah@designpi.com", "john.doe@example.com", "hello@designpi.com"
NOTE = "note to self: he pays in yen"


def test_an_answer_a_note_and_the_next_one(server: Server) -> None:
    with server.console(SARAH) as sarah, server.console(JOHN, columns=80, rows=24) as john:
        sarah.sees("Mine", "John Doe", "live")
        john.sees("To Support", "connected", "any news?")
        john.type("Here is one more question, Sarah." + ENTER)
        sarah.sees("now")
        sarah.type(ENTER)
        sarah.sees("Here is one more question, Sarah.", "Reply to John Doe")
        sarah.type("r" + "I am looking into it.")
        sarah.sees("I am looking into it.")
        john.sees("Support is typing")

        john.type("It is urgent!" + ENTER)
        sarah.sees("It is urgent!", "I am looking into it.")
        sarah.type(ctrl("s"))
        seen = john.sees("I am looking into it.")
        assert "Sarah Johnson" not in seen

        sarah.type(ctrl("t"))
        sarah.sees("only agents see this")
        sarah.type(NOTE + ctrl("s"))
        sarah.sees("internal note", NOTE)
        sarah.type(ESCAPE)
        sarah.sees("r reply")
        sarah.type("e")
        john.sees("If it is not solved, just write")
        assert NOTE not in john.text
        assert NOTE.encode() not in john.raw
        sarah.sees("Alice Brown", "Reply to Alice Brown")


def test_an_admin_takes_a_conversation_away(server: Server) -> None:
    with server.console(SARAH) as sarah, server.console(DANA) as dana:
        sarah.sees("Invoice export stops halfway", "live")
        sarah.type(ENTER)
        sarah.sees("Reply to John Doe")
        sarah.type("r" + "half an answer")
        sarah.sees("half an answer")

        dana.sees("All open", "John Doe", "Jane Smith", "live")
        dana.type("/")
        dana.sees("Show only")
        dana.type("priority:high" + ENTER)
        dana.sees("priority:high", "John Doe")
        dana.sees_no("Jane Smith", "Show only")
        dana.sees("▌ ▲John Doe")
        dana.type("a")
        dana.sees("Mike Chen", "Sarah Johnson")
        dana.type("Mike" + ENTER)

        sarah.sees("Dana Whitfield has given this conversation to somebody else")
        sarah.sees("half an answer")
        sarah.sees_no("Invoice export stops halfway", "john.doe@example.com")
        dana.sees("John Doe", "Mike")


def test_several_change_hands_at_once_and_come_back(server: Server) -> None:
    with server.console(SARAH) as sarah, server.console(DANA) as dana:
        sarah.sees("Mine", "John Doe", "Alice Brown", "live")
        dana.sees("All open", "John Doe", "Jane Smith", "live")
        dana.type("gt")
        dana.sees("Load", "waits longest")
        dana.type("*")
        dana.sees("3 selected")
        dana.type("a")
        dana.sees("Assign 3 to", "Mike Chen")
        dana.type("Mike" + ENTER)
        dana.sees("3 selected: assigned to Mike Chen", "2 change", "1 so already")
        dana.type(ENTER)
        dana.sees("2 assigned to Mike Chen", "u takes it back")
        sarah.sees_no("John Doe", "Alice Brown")
        dana.type("u")
        dana.sees("Taken back: 2 assigned to Mike Chen")
        sarah.sees("John Doe", "Alice Brown")


def test_a_draft_waits_for_the_next_start(server: Server) -> None:
    with server.console(JOHN, columns=80, rows=24) as john:
        john.sees("connected", "any news?")
        john.type("I was about to say")
        john.sees("I was about to say")
        john.type(ctrl("q"))
        assert john.ends() == 0
        assert "1 unsent text is kept for the next time in" in " ".join(john.text.split())
        assert john.modes == john.modes_before
    with server.console(JOHN, columns=80, rows=24) as again:
        again.sees("connected", "I was about to say")


def test_staff_drafts_wait_too(server: Server) -> None:
    with server.console(SARAH) as sarah:
        sarah.sees("John Doe", "live")
        sarah.type(ENTER)
        sarah.sees("Reply to John Doe")
        sarah.type("r" + "Dear John")
        sarah.sees("Dear John")
        sarah.type(ctrl("q"))
        assert sarah.ends() == 0
    with server.console(SARAH) as again:
        again.sees("John Doe", "live")
        again.type(ENTER)
        again.sees("Reply to John Doe", "Dear John")
