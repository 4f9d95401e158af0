"""Which expressions of a source are finished content rather than text that may hold markup."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from tests.house.tree import Source, functions

TYPES = frozenset({"Content", "Text"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def makers(sources: Iterable[Source]) -> frozenset[str]:
    """The names of the project's functions that are annotated to return content.

    One that returns several (`list[Content]`, `Iterator[Content]`) is there as `each of <name>`.
    """
    found = set()
    for source in sources:
        for function in functions(source.tree):
            if _says_content(function.returns):
                found.add(function.name)
            elif isinstance(function.returns, ast.Subscript) and _says_content(
                _first(function.returns.slice)
            ):
                found.add(f"each of {function.name}")
    return frozenset(found)


def is_data(value: ast.expr | None, contents: frozenset[str], made_by: frozenset[str]) -> bool:
    """Whether `value` may be anything else than a literal or content.

    `contents` are the local names known to hold content, `made_by` the functions known to return it.
    """
    if value is None or isinstance(value, ast.Constant):
        return False
    if isinstance(value, ast.Name):
        return value.id not in contents
    if isinstance(value, ast.IfExp):
        return is_data(value.body, contents, made_by) or is_data(value.orelse, contents, made_by)
    if isinstance(value, ast.Call):
        builder = value.func.value if isinstance(value.func, ast.Attribute) else value.func
        return name_of(builder) not in TYPES | contents and name_of(value.func) not in TYPES | made_by
    return True


def content_names(function: Function, outer: frozenset[str], made_by: frozenset[str]) -> frozenset[str]:
    """The names that hold content everywhere in `function`: so annotated, or only ever assigned content."""
    given = function.args
    arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    ours = {argument.arg for argument in arguments if _says_content(argument.annotation)}
    others = {argument.arg for argument in arguments} - ours
    known = set(outer) - others | ours
    stored = Counter(
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    assigned: dict[str, list[ast.expr | None]] = defaultdict(list)
    for name, value, annotation in _assignments(function):
        assigned[name].append(ast.Constant("") if _says_content(annotation) else value)
    for name, values in assigned.items():
        everywhere = name not in others and len(values) == stored[name]
        if everywhere and not any(is_data(value, frozenset(known), made_by) for value in values):
            known.add(name)
    return frozenset(known)


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name, or nothing."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _assignments(function: Function) -> Iterator[tuple[str, ast.expr | None, ast.expr | None]]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value, None
        elif (
            isinstance(node, ast.For)
            and isinstance(node.target, ast.Name)
            and isinstance(node.iter, ast.Call)
        ):
            yield node.target.id, ast.Call(ast.Name(f"each of {name_of(node.iter.func)}"), [], []), None
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id, node.value, node.annotation


def _first(node: ast.expr) -> ast.expr:
    return node.elts[0] if isinstance(node, ast.Tuple) and node.elts else node


def _says_content(annotation: ast.expr | None) -> bool:
    return annotation is not None and ast.unparse(annotation) in TYPES
