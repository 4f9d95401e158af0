"""Who may import whom in deskterm, and a checker that says in one line who does so without leave."""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.house.tree import Source

#: What a layer may import of ours besides itself; `protocol` stands for its plain modules (no pydantic),
#: `wire` for the others. A module is of the longest name here that it starts with.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "record": frozenset(),
    "text": frozenset({"record"}),
    "protocol": frozenset({"record", "text", "wire"}),  # what carries pydantic is found out, not declared
    "styles": frozenset(),
    "widget_keys": frozenset(),
    "themes": frozenset({"styles", "widgets"}),
    "commands": frozenset({"record", "text", "protocol", "widget_keys"}),
    "settings": frozenset({"record", "text", "protocol"}),
    "terminal": frozenset({"record", "text", "styles", "themes", "settings"}),
    "widgets": frozenset({"record", "text", "protocol", "widget_keys"}),
    "client": frozenset({"record", "text", "protocol", "wire"}),
    "server": frozenset({"record", "text", "protocol", "wire"}),
    "screens": frozenset(
        {
            "record",
            "client",
            "widgets",
            "text",
            "protocol",
            "styles",
            "themes",
            "commands",
            "settings",
            "terminal",
            "widget_keys",
        }
    ),
}

#: These may import everything, only `app` the screens.
FREE = frozenset({"app", "cli", "demo", "__main__"})
MAY_IMPORT_SCREENS = frozenset({"app", "screens"})

LAYERS = frozenset(MAY_IMPORT) | FREE

#: Which layers alone may import a library; the standard library and the unnamed are open to all.
LIBRARIES: dict[str, frozenset[str]] = {
    "aiohttp": frozenset({"server"}),
    "apsw": frozenset({"server"}),
    "argon2": frozenset({"server"}),
    "opentelemetry": frozenset({"server"}),
    "psycopg": frozenset({"server"}),
    "prometheus_client": frozenset({"server"}),
    "uvloop": frozenset({"server", "cli"}),
    "pydantic": frozenset({"protocol", "client", "server"}),
    "pydantic_core": frozenset({"protocol", "client", "server"}),
    "httpx": frozenset({"client"}),
    "websockets": frozenset({"client"}),
    "keyring": frozenset({"client"}),
    "textual": frozenset(
        {"screens", "widgets", "app", "cli", "themes", "terminal", "commands", "widget_keys"}
    ),
    "rich": frozenset({"text", "screens", "widgets", "app", "cli", "themes", "terminal"}),
}

#: Inside the server a request takes the stairs once each way; nobody calls upwards.
SERVER_NEVER: dict[str, frozenset[str]] = {
    "server.desk": frozenset({"server.http", "aiohttp", "apsw"}),
    "server.storage": frozenset(
        {"server.http", "server.desk", "server.legacy", "server.live", "server.jobs", "aiohttp"}
    ),
    "server.legacy": frozenset({"server.http", "server.live", "apsw", "aiohttp"}),
    "server.http": frozenset({"apsw"}),
}


@dataclass(frozen=True)
class Import:
    """One imported module, and whether importing the file that says so loads it at once."""

    name: str
    line: int
    at_once: bool


def imports(source: Source, known: Iterable[str]) -> list[Import]:
    """Everything `source` imports; `from package import name` counts as the module `name` if it is one."""
    modules = frozenset(known)
    return list(_imports(source.tree, modules, at_once=True))


def violations(sources: Iterable[Source]) -> list[str]:
    """One readable line per import that the rules forbid."""
    files = list(sources)
    found = {source.module: imports(source, [other.module for other in files]) for source in files}
    heavy = _carry_pydantic(found)
    lines = []
    for source in files:
        for imported in found[source.module]:
            problem = _problem(source.module, imported.name, heavy)
            if problem:
                lines.append(f"{source.path}:{imported.line} {problem}")
    return lines


def _problem(importer: str, imported: str, heavy: frozenset[str]) -> str | None:
    layer = _layer(importer)
    inside = importer.removeprefix("deskterm.")
    for floor, never in SERVER_NEVER.items():
        if _within(inside, floor) and any(
            _within(imported.removeprefix("deskterm."), name) for name in never
        ):
            return f"{floor} must not import {imported}"
    if not _within(imported, "deskterm"):
        return _library_problem(layer, imported)
    target = _layer(imported)
    if target in ("", layer):
        return None
    if target == "screens" and layer not in MAY_IMPORT_SCREENS:
        return f"only app imports screens, not {layer or 'the package itself'}"
    if layer in FREE:
        return None
    if layer not in MAY_IMPORT:
        return f"{layer or 'the package itself'} has no rule yet: give it one in tests/house/imports.py"
    wanted = "wire" if imported in heavy else target
    if wanted in MAY_IMPORT[layer]:
        return None
    reason = " (it carries pydantic, which is only for server and client)" if wanted == "wire" else ""
    return f"{layer} must not import {imported}{reason}"


def _library_problem(layer: str, imported: str) -> str | None:
    library = imported.partition(".")[0]
    if layer == "text" and imported != "rich.cells" and library not in sys.stdlib_module_names:
        return f"text must not import {imported}: only the standard library and rich.cells"
    if library in LIBRARIES and layer not in LIBRARIES[library]:
        return f"{layer or 'the package itself'} must not import {imported}"
    return None


def _layer(module: str) -> str:
    """`deskterm.server.http.app` is of `server`; the package itself of the nameless layer."""
    return module.removeprefix("deskterm").lstrip(".").partition(".")[0]


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _carry_pydantic(found: dict[str, list[Import]]) -> frozenset[str]:
    """The protocol modules that load pydantic when they are imported, directly or through each other."""
    heavy: set[str] = set()
    while True:
        more = {
            module
            for module, imported in found.items()
            if _within(module, "deskterm.protocol") and module not in heavy
            if any(one.at_once and (_within(one.name, "pydantic") or one.name in heavy) for one in imported)
        }
        if not more:
            return frozenset(heavy)
        heavy |= more


def _imports(node: ast.AST, known: frozenset[str], at_once: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, at_once) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (Import(name, child.lineno, at_once) for name in _from(child, known))
        else:
            deferred = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or _for_types(
                child
            )
            yield from _imports(child, known, at_once and not deferred)


def _from(node: ast.ImportFrom, known: frozenset[str]) -> set[str]:
    package = node.module or ""
    names = {f"{package}.{alias.name}" for alias in node.names}
    modules = {name for name in names if name in known or (package == "deskterm" and _layer(name) in LAYERS)}
    return modules if modules and modules == names else {package, *modules}


def _for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
