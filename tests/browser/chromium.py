"""A real browser, headless, driven through its DevTools protocol."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect

COMMAND = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
NEEDS_CHROMIUM = pytest.mark.skipif(COMMAND is None, reason="needs Chromium: apt install chromium")
#: Seconds after which what is waited for will not come.
PATIENCE = 60.0
_OPTIONS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-site-isolation-trials",  # so that one session sees the frame, too
    "--disable-features=IsolateOrigins,site-per-process,LocalNetworkAccessChecks",
    "--remote-debugging-port=0",
)


class Browser:
    """One browser with its connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._pages: dict[str, Page] = {}
        self._listening = asyncio.create_task(self._listen())

    async def ask(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        """The answer to one command."""
        number = next(self._numbers)
        self._waiting[number] = answer = asyncio.get_running_loop().create_future()
        said = {"id": number, "method": method, "params": params} | (
            {"sessionId": session} if session else {}
        )
        await self._connection.send(json.dumps(said))
        async with asyncio.timeout(PATIENCE):
            said_back: dict[str, Any] = await answer
            return said_back

    async def open(self, address: str, *, width: int = 1000, height: int = 800) -> "Page":
        """A new page in a profile of its own: nothing is shared with the others."""
        made = await self.ask("Target.createBrowserContext", disposeOnDetach=True)
        context = made["browserContextId"]
        target = await self.ask("Target.createTarget", url="about:blank", browserContextId=context)
        attached = await self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        page = self._pages[attached["sessionId"]] = Page(self, attached["sessionId"])
        await page.begin(width, height)
        await page.go(address)
        return page

    async def _listen(self) -> None:
        async for text in self._connection:
            said = json.loads(text)
            if (number := said.get("id")) is not None:
                answer = self._waiting.pop(number)
                if "error" in said:
                    answer.set_exception(RuntimeError(said["error"]["message"]))
                else:
                    answer.set_result(said["result"])
            elif (page := self._pages.get(said.get("sessionId", ""))) is not None:
                page.heard(said["method"], said["params"])

    async def close(self) -> None:
        """Hear no more."""
        self._listening.cancel()
        await asyncio.gather(self._listening, return_exceptions=True)


class Page:
    """A page and the chat's frame inside it."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self._contexts: dict[int, str] = {}
        self.console: list[str] = []

    async def begin(self, width: int, height: int) -> None:
        """Hear of what happens in it."""
        for domain in ("Page", "Runtime", "Network", "Log", "Accessibility"):
            await self.ask(f"{domain}.enable")
        await self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    async def ask(self, method: str, **params: Any) -> dict[str, Any]:
        """The answer to one command to this page."""
        return await self._browser.ask(method, self._session, **params)

    def heard(self, method: str, params: dict[str, Any]) -> None:
        """Keep which frames there are and what is complained about."""
        if method == "Runtime.executionContextCreated":
            context = params["context"]
            if context["auxData"].get("isDefault"):
                self._contexts[context["id"]] = context["origin"]
        elif method == "Runtime.executionContextDestroyed":
            self._contexts.pop(params["executionContextId"], None)
        elif method == "Runtime.executionContextsCleared":
            self._contexts.clear()
        elif method == "Log.entryAdded":
            self.console.append(params["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.console.append(params["exceptionDetails"].get("exception", {}).get("description", "thrown"))

    async def go(self, address: str) -> None:
        """Open an address."""
        await self.ask("Page.navigate", url=address)
        await self.until("document.readyState === 'complete'")

    async def close(self) -> None:
        """Close the tab."""
        found = await self.ask("Target.getTargetInfo")
        await self._browser.ask("Target.closeTarget", targetId=found["targetInfo"]["targetId"])

    async def evaluate(self, script: str, *, frame: str | None = None) -> Any:
        """What a script says, in the website or in the frame of an origin; None where that frame is not."""
        extra = {}
        if frame is not None:
            found = [number for number, origin in self._contexts.items() if origin == frame]
            if not found:
                return None
            extra = {"contextId": found[-1]}
        answer = await self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True, **extra
        )
        if "exceptionDetails" in answer:
            return None
        return answer["result"].get("value")

    async def until(self, script: str, *, frame: str | None = None) -> None:
        """Wait until a script says something true."""
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    try:
                        if await self.evaluate(f"Boolean({script})", frame=frame):
                            return
                    except RuntimeError:
                        pass  # the page is on its way to another one
                    await asyncio.sleep(0.02)
        except TimeoutError:
            pytest.fail(f"never true: {script} ({self.console})")

    async def press(self, key: str, *, code: int = 0, text: str = "") -> None:
        """One key, down and up."""
        usual = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        await self.ask("Input.dispatchKeyEvent", type="keyDown", text=text, **usual)
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **usual)

    async def tab(self) -> None:
        await self.press("Tab", code=9)

    async def enter(self) -> None:
        await self.press("Enter", code=13, text="\r")

    async def escape(self) -> None:
        await self.press("Escape", code=27)

    async def type(self, text: str) -> None:
        """Text where the focus is."""
        await self.ask("Input.insertText", text=text)

    async def block(self, *addresses: str) -> None:
        """Let requests to these addresses fail, and no others."""
        await self.ask("Network.setBlockedURLs", urls=list(addresses))

    async def offline(self, off: bool) -> None:
        """Cut the network, or mend it."""
        await self.ask(
            "Network.emulateNetworkConditions",
            offline=off,
            latency=0,
            downloadThroughput=-1,
            uploadThroughput=-1,
        )


@contextmanager
def chromium(profile: Path) -> Iterator[str]:
    """The program, running; the address of its DevTools."""
    assert COMMAND is not None
    process = subprocess.Popen(
        [COMMAND, *_OPTIONS, f"--user-data-dir={profile}", "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(profile)},
        start_new_session=True,
    )
    try:
        port, path = _devtools(process, profile / "DevToolsActivePort")
        yield f"ws://127.0.0.1:{port}{path}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _devtools(process: "subprocess.Popen[bytes]", said: Path) -> list[str]:
    limit = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < limit:
        if said.exists() and len(lines := said.read_text().splitlines()) == 2:
            return lines
        time.sleep(0.02)
    pytest.fail("Chromium did not start")


@asynccontextmanager
async def browser(address: str) -> AsyncIterator[Browser]:
    """A connection to a running browser; its pages go with it."""
    async with connect(address, max_size=None, proxy=None) as connection:
        running = Browser(connection)
        try:
            yield running
        finally:
            await running.close()
