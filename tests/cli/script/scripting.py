"""Running verbs for scripts as somebody of the demo."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests import forking
from tests.cli.processes import sign_in

DANA, SARAH, JOHN = "hello@designpi.com", "sarah@designpi.com", "john.doe@example.com"
_PASSWORDS = {DANA: "admin123", SARAH: "staff123", JOHN: "customer123"}


class Script:
    """Verbs against one server, with local files of their own."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self.home = home
        self._tokens: dict[str, str] = {}

    def token(self, who: str = DANA) -> str:
        """A session of somebody's, the same every time."""
        if who not in self._tokens:
            self._tokens[who] = sign_in(self.url, who, _PASSWORDS[who])
        return self._tokens[who]

    def environment(self, who: str = DANA, **more: str) -> Mapping[str, str]:
        """What a verb finds around it."""
        own = {
            "DESKTERM_SERVER": self.url,
            "DESKTERM_TOKEN": self.token(who),
            "DESKTERM_HOME": str(self.home),
        }
        return os.environ | own | more

    def run(
        self, *words: str | Path, who: str = DANA, stdin: str | bytes = "", **environ: str
    ) -> subprocess.CompletedProcess[str]:
        """One verb to its end."""
        return forking.run(*words, stdin=stdin, env=self.environment(who, **environ))

    def start(self, *words: str | Path, who: str = DANA) -> "subprocess.Popen[str]":
        """A verb that goes on."""
        return forking.start(
            *words,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.environment(who),
        )
