"""In by what a mail brought: a new password for who forgot theirs, and back to a thread with replies."""

import asyncio
from contextlib import suppress
from pathlib import Path

from aiohttp.test_utils import TestServer

from deskterm.app import DesktermApp
from deskterm.client.accounts.entrance import Entrance, Wish
from deskterm.client.http.api import Api
from deskterm.protocol.ids import IdSource
from deskterm.server.app import SERVICES, make_app
from deskterm.server.clock import ManualClock, SystemClock
from deskterm.server.config import Config, HashCost
from deskterm.server.jobs.scheduler import Jobs
from deskterm.settings import Settings
from tests.letterbox import Receiver, receiver
from tests.screens.real_server import DANA, JOHN, SARAH, Person, signed_in

__all__ = ["receiver"]


async def mailed(mailing: Jobs, receiver: Receiver, prefix: str) -> str:
    """The token that an e-mail brings: sent as soon as the request is worked off."""
    async with asyncio.timeout(20):
        while True:
            await mailing.tick()
            with suppress(AssertionError):
                return receiver.token(prefix)
            await asyncio.sleep(0.01)


async def answered(address: str, clock: ManualClock) -> None:
    """John asks, and Dana answers while he is away."""
    john = await signed_in(address, JOHN)
    dana = await signed_in(address, DANA)
    own = await john.portal_conversation()
    await john.send_message(own.id, id=IdSource().new(), body="is it blue?")
    clock.advance(1)
    await dana.send_message(own.id, id=IdSource().new(), body="It is green.")
    await john.logout()
    for each in (john, dana):
        await each.close()
    clock.advance(3_601)


async def test_a_mailed_token_sets_a_password_and_one_about_replies_leads_back(
    tmp_path: Path, receiver: Receiver
) -> None:
    data, cost = tmp_path / "data", HashCost(memory=8, passes=1)
    config = Config(data=data, demo=True, hash_cost=cost, mail=receiver.settings, timers=False)
    clock = ManualClock(SystemClock().now())
    served = make_app(config, clock=clock)
    async with TestServer(served, host="127.0.0.1") as running:
        address, mailing = str(running.make_url("/")).rstrip("/"), served[SERVICES].mailing
        for prefix, email, sees in (
            ("dk_r_", SARAH, "Sarah Johnson (staff)"),
            ("dk_b_", JOHN, "It is green."),
        ):
            entrance = Entrance(Wish(server=address))
            app = DesktermApp(None, Settings(motion="none"), entrance=entrance)
            async with app.run_test(size=(120, 36), notifications=True) as pilot:
                somebody = Person(app, pilot)
                await somebody.sees("answers there")
                if prefix == "dk_b_":
                    await answered(address, clock)
                    await somebody.press("f4")
                else:
                    await somebody.press("f6")
                    await somebody.sees("Say your e-mail address first.")
                    await somebody.type(email)
                    await somebody.press("f6")
                    await somebody.sees("A token comes, if the server knows you and sends mail.")
                await somebody.type(await mailed(mailing, receiver, prefix))
                await somebody.press("enter")
                if prefix == "dk_r_":
                    await somebody.sees("A new password")
                    await somebody.type("a better one")
                    await somebody.press("enter")
                await somebody.sees(sees)
                await app.action_quit()
        again = Api(address)
        assert (await again.login(SARAH, "a better one")).me.email == SARAH
        await again.close()
