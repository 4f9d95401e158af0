"""All registered SQL, with the names under which storage keeps it."""

import importlib
import pkgutil

import deskterm.server.storage
from deskterm.server.storage.database import STATEMENTS, Statement


def registered() -> dict[str, Statement]:
    """Every statement, by `module.NAME` where a module keeps it under a name, else by its position."""
    named: dict[int, str] = {}
    for info in pkgutil.walk_packages(deskterm.server.storage.__path__, "deskterm.server.storage."):
        module = importlib.import_module(info.name)
        for name, value in vars(module).items():
            if isinstance(value, Statement):
                named.setdefault(id(value), f"{info.name.rpartition('.')[2]}.{name}")
    return {named.get(id(each), f"number {at}"): each for at, each in enumerate(STATEMENTS)}
