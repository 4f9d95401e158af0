"""constraints.txt names one version for everything that gets installed."""

import re
from importlib.metadata import PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

EXTRAS = ("", "test", "lint")


def pinned() -> dict[str, str]:
    """Name and version of each line of constraints.txt, which may say nothing else."""
    pins: dict[str, str] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.!+]+)", line)
            assert match, f"not of the form name==version: {line}"
            pins[canonicalize_name(match[1])] = match[2]
    return pins


def needed(name: str, extras: tuple[str, ...]) -> set[str]:
    """The names of everything installed that `name` with `extras` needs, however far away."""
    seen: set[tuple[str, str]] = set()
    waiting = [(name, extra) for extra in extras]
    while waiting:
        each, extra = waiting.pop()
        for requirement in map(Requirement, requires(each)):
            if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
                continue
            wanted = canonicalize_name(requirement.name)
            found = {(wanted, with_extra) for with_extra in ("", *requirement.extras)} - seen
            seen |= found
            waiting += found
    return {name for name, _ in seen}


def requires(name: str) -> list[str]:
    """What a package says it needs; nothing for one that this environment does without."""
    try:
        return distribution(name).requires or []
    except PackageNotFoundError:
        return []


def test_everything_that_gets_installed_is_pinned() -> None:
    missing = needed("deskterm", EXTRAS) - set(pinned())
    assert not missing, f"add to constraints.txt: {', '.join(sorted(missing))}"


def test_nothing_else_is_pinned() -> None:
    pins = pinned()
    superfluous = {name for name in pins if is_installed(name)} - needed("deskterm", EXTRAS)
    assert not superfluous, f"remove from constraints.txt: {', '.join(sorted(superfluous))}"


def is_installed(name: str) -> bool:
    """Whether this environment has the package."""
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True


def test_the_pins_are_within_the_ranges_of_the_project() -> None:
    pins = pinned()
    for requirement in map(Requirement, distribution("deskterm").requires or []):
        version = pins[canonicalize_name(requirement.name)]
        assert requirement.specifier.contains(version), f"{requirement} does not allow {version}"
