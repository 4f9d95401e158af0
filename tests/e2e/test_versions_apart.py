"""A server that speaks the protocol's next version: what was written here waits for one that fits."""

import sys
from pathlib import Path

from tests.e2e.conftest import running
from tests.e2e.terminal import ENTER, ctrl
from tests.e2e.test_offline_reading import SARAH, own

F5 = "\x1b[15~"
#: The server as it would be one version later: whoever imports the number afterwards has that one.
NEXT = """
import deskterm.protocol.wire.frames as frames
frames.PROTOCOL += 1
from deskterm.__main__ import main
raise SystemExit(main())
"""


def test_a_draft_and_what_waits_survive_a_server_one_version_apart(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        token = server.token(SARAH)
        environ = {"DESKTERM_TOKEN": token}
        conversation = own(server, token)["id"]
        port = server.url.rpartition(":")[2]
        with server.console(SARAH, also=environ, forked=True) as console:
            console.sees("● live")
            console.settle()
            console.type(ENTER)
            console.sees("Reply to John Doe")
            server.stop()
            console.sees("○ offline")
            console.type("r" + "It waits." + ctrl("s"))
            console.sees("1 message waiting")
            console.type("half a thought")
            console.sees("half a thought")
            with running(tmp_path, port, (sys.executable, "-c", NEXT)):
                console.type(F5)
                console.sees("is newer than this", "Update deskterm here.")
                console.type(ctrl("q"))
                assert console.ends() == 0
    with running(tmp_path, port) as again, again.console(SARAH, also=environ, forked=True) as console:
        console.sees("● live")
        console.settle()
        console.type(ENTER)
        console.sees("It waits.", "half a thought")
        console.sees_no("message waiting")
        page = again.call("GET", f"/conversations/{conversation}/messages", token=token)
        assert [each["body"] for each in page["items"]].count("It waits.") == 1
        console.type(ctrl("q"))
        assert console.ends() == 0
