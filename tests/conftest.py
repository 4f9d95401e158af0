"""What holds for every test: nothing of the developer's machine gets in, and nothing hangs for ever."""

import faulthandler
import gc
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.idle import look_instead_of_guessing
from tests.postgres import Cluster, running
from tests.reused import Reused
from tests.styled_once import parse_style_sheets_once

#: Seconds after which a test that has not ended is taken to hang.
LIMIT = 600.0
LONG_LIMIT = 3600.0

#: Variables that change what the console draws, where it connects or how it finds credentials.
FOREIGN = frozenset(
    {
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR",
        "CLICOLOR_FORCE",
        "COLORTERM",
        "COLORFGBG",
        "TERM_PROGRAM",
        "TERM_PROGRAM_VERSION",
        "WT_SESSION",
        "COLUMNS",
        "LINES",
        "UNICODE_VERSION",
        "ESCDELAY",
        "STY",
        "EDITOR",
        "VISUAL",
        "BROWSER",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "NO_PROXY",
        "LC_ALL",
    }
)
FOREIGN_PREFIXES = ("DESKTERM_", "SSH_", "MOSH_", "TMUX", "XDG_", "ZELLIJ", "KITTY_", "VTE_", "ITERM_")

ENGINES = ("sqlite", "postgres")
#: Folders whose tests run on both in every run.
BOTH = ("contract", "server")
#: Fixtures that open a desk's database, or say which.
DESKS = frozenset({"engine", "config", "demo"})

_terminal = pytest.StashKey[int]()

settings.register_profile(
    "deskterm",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("deskterm")
look_instead_of_guessing()
parse_style_sheets_once()
gc.set_threshold(50_000, 20, 20)  # looking for garbage took a tenth of the time of tests that open consoles


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--engine sqlite` or `postgres` runs tests that open a desk's database on that one only."""
    parser.addoption("--engine", choices=ENGINES, default=None)


def pytest_configure(config: pytest.Config) -> None:
    """Refuse settings that Textual has read already: its snapshot plugin is imported before this file."""
    read = sorted(
        name for name in os.environ if name.startswith("TEXTUAL") and not name.startswith("TEXTUAL_SNAPSHOT")
    )
    if read:
        pytest.exit(f"unset {', '.join(read)} first: Textual reads them at import (make test does so)", 4)
    terminal = os.dup(2)  # nothing is captured here yet
    config.stash[_terminal] = terminal
    config.add_cleanup(lambda: os.close(terminal))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """End the run with every thread's stack when a test, with its fixtures, hangs."""
    marker = item.get_closest_marker("limit")
    usual = LONG_LIMIT if item.get_closest_marker("long") else LIMIT
    limit = marker.args[0] if marker else usual
    faulthandler.dump_traceback_later(limit, exit=True, file=item.config.stash[_terminal])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture(autouse=True)
def nothing_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty home, no keyring, no variable of the terminal, session or network outside."""
    for name in list(os.environ):
        if name.upper() in FOREIGN or name.startswith(FOREIGN_PREFIXES):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    for name, folder in {
        "HOME": "",
        "USERPROFILE": "",
        "XDG_CONFIG_HOME": ".config",
        "XDG_DATA_HOME": ".local/share",
        "XDG_STATE_HOME": ".local/state",
        "XDG_CACHE_HOME": ".cache",
        "XDG_RUNTIME_DIR": ".runtime",
        "DESKTERM_HOME": "deskterm",
    }.items():
        (home / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
        monkeypatch.setenv(name, str(home / folder))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL for whoever asks for it, started once."""
    with running() as made:
        yield made


@pytest.fixture(scope="session")
def reused(cluster: Cluster) -> Iterator[Reused]:
    """Lends databases of that PostgreSQL."""
    lending = Reused(cluster)
    yield lending
    lending.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What opens a desk's database does so on the engines it is for, or on the one that the run is for."""
    marks = list(metafunc.definition.iter_markers())
    its_own = any(each.name == "parametrize" and each.args[0] == "engine" for each in marks)
    if DESKS.isdisjoint(metafunc.fixturenames) or its_own:
        return
    if "engine" not in metafunc.fixturenames:  # behind a fixture that another one of its name replaces
        metafunc.fixturenames.append("engine")
    chosen = metafunc.config.getoption("--engine")
    engines = (chosen,) if chosen else ENGINES if _in_folder(metafunc) else ENGINES[:1]
    metafunc.parametrize("engine", engines, indirect=True, scope="session")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of hundreds of histories some are enough on PostgreSQL; asked for what is long, it plays them all."""
    for item in items:
        few = item.get_closest_marker("few_on_postgres")
        params = item.callspec.params if isinstance(item, pytest.Function) and few else {}
        if few and params["engine"] == "postgres" and params.get("seed", few.args[0]) >= few.args[0]:
            item.add_marker("long")


def _in_folder(metafunc: pytest.Metafunc) -> bool:
    return metafunc.definition.path.relative_to(Path(__file__).parent).parts[0] in BOTH


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """Which database a desk is on."""
    return str(request.param)


@pytest.fixture(scope="session")
def empty(engine: str, request: pytest.FixtureRequest) -> Callable[[], str | None]:
    """Makes a database that stays until the end of the run, to be copied; None where it is to be SQLite."""
    return lambda: request.getfixturevalue("cluster").make() if engine == "postgres" else None


@pytest.fixture
def original() -> str | None:
    """The address of what the test's database is to be like; None for a new desk's."""
    return None


@pytest.fixture
def postgres(engine: str, original: str | None, request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The address of a database of the test's own; None where it is to be SQLite."""
    if engine != "postgres":
        yield None
        return
    lending: Reused = request.getfixturevalue("reused")
    with lending.like(original or lending.cluster.new_desk) as address:
        yield address
