"""Every screen and widget has what Textual's style sheet says of such: of a class's bases only one counts."""

import pkgutil
from importlib import import_module

import pytest
from textual.app import App
from textual.dom import DOMNode
from textual.screen import ModalScreen, Screen
from textual.widget import Widget

import deskterm.screens
import deskterm.widgets


def nodes() -> set[type[DOMNode]]:
    """Every class that is drawn or styled."""
    found: set[type[DOMNode]] = set()
    for package in (deskterm.screens, deskterm.widgets):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            found |= {
                each
                for each in vars(import_module(module.name)).values()
                if isinstance(each, type) and issubclass(each, DOMNode) and not issubclass(each, App)
            }
    return {each for each in found if each.__module__.startswith("deskterm")}


@pytest.mark.parametrize("above", [ModalScreen, Screen, Widget])
def test_its_styles_come_down_to_it(above: type[Widget]) -> None:
    concerned = {each for each in nodes() if issubclass(each, above)}
    assert concerned
    assert [each for each in concerned if above not in each._css_bases(each)] == []
