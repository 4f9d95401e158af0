"""A customer and an admin hold three direct conversations at once, each at a real terminal."""

import re

from tests.e2e.conftest import Server
from tests.e2e.terminal import ENTER, ESCAPE, ctrl

DANA, JOHN = "hello@designpi.com", "john.doe@example.com"
VOICES = ("Mia", "Billing", "Events")
F7 = "\x1b[18~"


def test_three_direct_conversations_are_never_mistaken(server: Server) -> None:
    token = server.token(DANA)
    server.call("POST", "/personas", {"name": "Events", "open": True}, token)
    with server.console(JOHN) as john, server.console(DANA, columns=160, rows=40) as dana:
        john.sees("Help & Support", "connected")
        dana.sees("All open", "live")
        for voice in VOICES:
            john.type(F7)
            john.sees("Write to")
            john.type(voice + ENTER)
            john.sees(f"To {voice}")
            for text in (f"question for {voice}", f"urgent for {voice}"):
                john.type(text + ENTER)
                john.sees(text, "✓")
            john.type(f"more for {voice}")
            john.sees(f"more for {voice}")

        dana.type("gD")
        dana.sees("All direct messages", *(f"◆ {voice}" for voice in VOICES))
        for place, voice in enumerate(VOICES):
            dana.type("/")
            dana.sees("Show only")
            dana.type(f"persona: {voice}" + ENTER)
            dana.sees(f"persona:{voice}")
            dana.type(ENTER)
            dana.sees(f"question for {voice}", f"as ◆ {voice} (you: Dana Whitfield)")
            dana.type("r")
            dana.type(f"answer {place} of {voice}" + ctrl("s"))
            dana.sees(f"{voice} (Dana Whitfield)", f"answer {place} of {voice}")
            dana.type(ESCAPE)
            dana.sees("r reply")
            dana.type(ESCAPE)
            dana.sees("⏎ open")

        john.type("\t")
        listed = john.sees("Direct messages", "next new")
        for voice in VOICES[:2]:  # the third is open
            assert re.search(rf"●\S+ +{voice} .* 1 ", listed), listed
        john.type(ESCAPE)
        for place, voice in enumerate(VOICES):
            john.type(F7)
            john.sees("Write to")
            john.type(voice + ENTER)
            seen = john.sees(f"To {voice}", f"answer {place} of {voice}", f"more for {voice}")
            order = [f"question for {voice}", f"urgent for {voice}", f"answer {place} of {voice}"]
            assert sorted(order, key=seen.index) == order
            others = [each for each in VOICES if each != voice]
            assert not any(f"of {each}" in seen or f"more for {each}" in seen for each in others)
        assert "Dana" not in john.text
        assert DANA.encode() not in john.raw
