"""Finds data that would be read as markup: square brackets in what customers write must never style or crash.

What a widget shows is a literal, content (`Content(…)`, or a name or function annotated so), or comes with
`markup=False`. Widgets that have no such switch (buttons, options, tabs) get content.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from tests.house.contents import content_names, is_data, makers, name_of
from tests.house.tree import Source

#: What parses its text as markup, and the keyword that its first argument may also come by.
SHOWN_BY = {
    "Static": "content",
    "Label": "content",
    "Button": "label",
    "Option": "prompt",
    "Checkbox": "label",
    "RadioButton": "label",
    "TabPane": "title",
    "Tab": "label",
    "notify": "message",
}
#: Attributes that are parsed as markup when they are set.
PARSED_ATTRIBUTES = frozenset({"border_title", "border_subtitle", "tooltip"})

Found = Iterator[tuple[int, str]]


def violations(sources: Iterable[Source]) -> list[str]:
    """One line for each place where data may be read as markup."""
    files = list(sources)
    checker = Checker(makers(files))
    return [
        f"{source.path}:{line} {problem}"
        for source in files
        for line, problem in sorted(checker.check(source.tree, frozenset(), None))
    ]


@dataclass(frozen=True)
class Checker:
    """Walks a tree; `made_by` are the functions that return content."""

    made_by: frozenset[str]

    def check(self, node: ast.AST, contents: frozenset[str], parent: str | None) -> Found:
        """The problems in and below `node`; `parent` is the widget that the class around it is made from."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            contents = content_names(node, contents, self.made_by)
        elif isinstance(node, ast.ClassDef):
            parent = next((name for name in map(name_of, node.bases) if name in SHOWN_BY), None)
        elif isinstance(node, ast.Attribute) and node.attr == "from_markup":
            yield node.lineno, "from_markup reads data as markup: assemble a Content"
        elif isinstance(node, ast.Call):
            yield from self._call(node, contents, parent)
        elif isinstance(node, ast.Assign):
            yield from self._assign(node, contents)
        for child in ast.iter_child_nodes(node):
            yield from self.check(child, contents, parent)

    def _call(self, call: ast.Call, contents: frozenset[str], parent: str | None) -> Found:
        name = name_of(call.func)
        if name == "update" and call.args and _is_formatted(call.args[0]):
            yield call.lineno, "update shows data as markup: pass a Content"
        shower = parent if ast.unparse(call.func) == "super().__init__" else name
        if shower not in SHOWN_BY or _markup_is_off(call):
            return
        shown = call.args[0] if call.args else _keyword(call, SHOWN_BY[shower])
        if is_data(shown, contents, self.made_by):
            yield call.lineno, f"{shower} shows data as markup: pass a Content, or markup=False"

    def _assign(self, node: ast.Assign, contents: frozenset[str]) -> Found:
        names = {target.attr for target in node.targets if isinstance(target, ast.Attribute)}
        for name in sorted(names & PARSED_ATTRIBUTES):
            if is_data(node.value, contents, self.made_by):
                yield node.lineno, f"{name} shows data as markup: assign a Content"


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((given.value for given in call.keywords if given.arg == name), None)


def _markup_is_off(call: ast.Call) -> bool:
    value = _keyword(call, "markup")
    return isinstance(value, ast.Constant) and value.value is False


def _is_formatted(value: ast.expr) -> bool:
    """Whether `value` is a string put together on the spot."""
    if isinstance(value, ast.Call):
        return isinstance(value.func, ast.Attribute) and value.func.attr in ("format", "join")
    return isinstance(value, ast.JoinedStr) or (
        isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add | ast.Mod) and _has_string(value)
    )


def _has_string(value: ast.expr) -> bool:
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(value))
