"""`deskterm chat --plain`: from the sign-in to the last line."""

import asyncio
import io
import os
import sys
from datetime import datetime

from deskterm.cli import exits
from deskterm.cli.failures import exit_code, sentence
from deskterm.cli.local_log import log_to
from deskterm.cli.say import say
from deskterm.client.accounts.entrance import Entrance, Wish
from deskterm.client.errors import ApiError, ClientError
from deskterm.client.local.paths import log_file
from deskterm.text.words import tr

#: What shells expect of a program that ctrl+c ended.
INTERRUPTED = 130


def plain_chat(server: str | None, organization: str | None, email: str | None, *, once: bool) -> int:
    """Chat in lines, or send all of standard input as one message; answers the exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace", line_buffering=True)
    log_to(log_file())
    entrance = Entrance(Wish(server, organization, email, customers_only=True))
    try:
        return asyncio.run(_chat(entrance, once))
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # whoever read has gone; what is buffered must not be tried again at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return exits.OK
    except ClientError as error:
        return exits.fail(exit_code(error), _explained(error))


def _explained(error: ClientError) -> str:
    if isinstance(error, ApiError) and error.code == "unauthenticated":
        return tr(
            "{why} Run `deskterm login` first.", why=error.sentence or "Nobody is signed in here."
        ).strip()
    return sentence(error)


async def _chat(entrance: Entrance, once: bool) -> int:
    from deskterm.cli.plain.chat import PlainChat
    from deskterm.cli.plain.lines import Lines

    desk = await entrance.open()
    try:
        chat = PlainChat(desk, say, lambda: datetime.now().astimezone())
        lines = Lines()
        if once:
            return await chat.send_once(await lines.everything())
        return await chat.talk(lines)
    finally:
        await desk.close()
