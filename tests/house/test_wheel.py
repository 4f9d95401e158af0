"""What is released works without a checkout: sdist -> wheel -> an empty environment."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from deskterm import __version__
from tests.house.tree import PACKAGE, ROOT

#: Long enough for a machine that is busy with other things.
SECONDS = 100


@dataclass(frozen=True)
class Release:
    """A finished build: the wheel was made from the sdist, not from the tree."""

    sdist: Path
    wheel: Path


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel in it; the libraries are those of the environment the tests run in."""

    folder: Path

    def python(self, program: str) -> str:
        """What `program` prints, run far from the checkout."""
        return self._run(self.folder / "bin" / "python", "-c", program)

    def deskterm(self, *arguments: str) -> str:
        """What the `deskterm` command prints."""
        return self._run(self.folder / "bin" / "deskterm", *arguments)

    def _run(self, *command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """sdist and wheel, built from the tree without downloading anything."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,), (wheel,) = folder.glob("*.tar.gz"), folder.glob("*.whl")
    return Release(sdist, wheel)


@pytest.fixture(scope="module")
def installed(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a new environment that borrows its libraries through a .pth file."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-index", "--no-compile"]
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(release.wheel)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib") + os.linesep)
    return Installed(folder)


def test_the_wheel_has_every_file_of_the_package_and_every_style(release: Release) -> None:
    names = set(zipfile.ZipFile(release.wheel).namelist())
    package = {path.relative_to(PACKAGE.parent).as_posix() for path in _files(PACKAGE)}
    styles = {f"deskterm/{path.relative_to(ROOT).as_posix()}" for path in _files(ROOT / "styles")}
    assert styles
    assert not (package | styles) - names
    assert not {name for name in names if name.startswith(("tests/", "benchmarks/")) or name.endswith(".pyc")}


def test_the_wheel_has_every_migration(release: Release) -> None:
    migrations = PACKAGE / "server" / "storage" / "migrations"
    names = set(zipfile.ZipFile(release.wheel).namelist())
    for path in migrations.glob("*.sql"):
        assert f"deskterm/server/storage/migrations/{path.name}" in names


def test_the_sdist_has_what_building_and_testing_need(release: Release) -> None:
    with tarfile.open(release.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for folder in ("src", "styles", "tests"):
        assert not {path.relative_to(ROOT).as_posix() for path in _files(ROOT / folder)} - names
    assert {"Makefile", "constraints.txt", "pyproject.toml", "README.md", ".ci/run"} <= names


def test_the_package_and_its_styles_come_from_the_wheel(installed: Installed) -> None:
    program = "from deskterm import styles; print(styles.__file__); print(styles.path('base.tcss'))"
    for line in installed.python(program).splitlines():
        assert Path(line).is_relative_to(installed.folder), line


def test_every_module_can_be_imported_from_the_wheel(installed: Installed) -> None:
    """No module leans on a file that only the checkout has."""
    program = (
        "import deskterm, importlib, pkgutil\n"
        "names = [m.name for m in pkgutil.walk_packages(deskterm.__path__, 'deskterm.')]\n"
        "print(len([importlib.import_module(n) for n in names if not n.endswith('__main__')]))"
    )
    assert int(installed.python(program)) > 0


def test_the_command_runs(installed: Installed) -> None:
    assert __version__ in installed.deskterm("--version")


def test_the_installed_console_shows_the_demo_of_the_installed_server(installed: Installed) -> None:
    shown = installed.python(_HEADLESS)
    assert "Invoice export stops halfway" in shown
    assert "Sarah Johnson" in shown


#: Opens the inbox of a demo person in a console without a terminal, and prints what is on its screen.
_HEADLESS = """
import asyncio, html, re
from deskterm.app import DesktermApp
from deskterm.cli.demo_server import demo_server, make_folder
from deskterm.client.accounts.entrance import Entrance, Wish
from deskterm.protocol.demo import person

async def show(url):
    entrance = Entrance(Wish(server=url, person=person("sarah@designpi.com")))
    app = DesktermApp(entrance.open, entrance=entrance)
    async with app.run_test(size=(120, 36)) as pilot:
        for _ in range(200):
            await pilot.pause(0.05)
            picture = html.unescape(re.sub("<[^>]+>", "", app.export_screenshot())).replace("\\xa0", " ")
            if "Invoice" in picture:
                break
        return picture

folder = make_folder(None)
try:
    with demo_server(folder) as url:
        print(asyncio.run(show(url)))
finally:
    folder.sweep()
"""


def _files(folder: Path) -> list[Path]:
    """The files under `folder` that belong into a release."""
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
