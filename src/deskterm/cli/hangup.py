"""Notices that the terminal is gone where no signal says so.

A program without a controlling terminal gets no SIGHUP when its terminal goes. Without this the console would
live on, reading the end of its input as fast as it can.
"""

import os
import select
import signal
import threading


def watch_terminal(descriptor: int = 0) -> None:
    """Send this process SIGHUP once the terminal behind `descriptor` is gone; costs nothing until then."""
    if hasattr(select, "poll"):
        threading.Thread(target=_wait, args=(descriptor,), name="deskterm-hangup", daemon=True).start()


def _wait(descriptor: int) -> None:
    poll = select.poll()
    poll.register(descriptor, 0)  # asks for nothing, so only the end of the terminal is reported
    poll.poll()
    os.kill(os.getpid(), signal.SIGHUP)
