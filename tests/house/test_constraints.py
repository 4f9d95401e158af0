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


def needed(name: str, extras: tuple[str, ...], found: set[str]) -> set[str]:
    """`found` and the names of everything installed that `name` with `extras` needs, however far away."""
    try:
        requires = distribution(name).requires or []
    except PackageNotFoundError:
        return found
    for requirement in map(Requirement, requires):
        wanted = canonicalize_name(requirement.name)
        applies = not requirement.marker or any(
            requirement.marker.evaluate({"extra": extra}) for extra in extras
        )
        if applies and wanted not in found:
            found.add(wanted)
            needed(wanted, ("", *requirement.extras), found)
    return found


def test_everything_that_gets_installed_is_pinned() -> None:
    missing = needed("deskterm", EXTRAS, set()) - set(pinned())
    assert not missing, f"add to constraints.txt: {', '.join(sorted(missing))}"


def test_nothing_else_is_pinned() -> None:
    pins = pinned()
    superfluous = {name for name in pins if is_installed(name)} - needed("deskterm", EXTRAS, set())
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
