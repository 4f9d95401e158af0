"""Finds text on its way to the terminal past the one place that makes it safe.

1. Verbs print and ask through `cli/say.py` alone.
2. Fields of one line are `LineField`, texts of several `ComposerText`: both make safe what they take.
3. Content that is not made by `widgets/paint.py` is made of literals, or of what `safe` answers.
4. Only `terminal/` writes to a descriptor, and only the first frame and the last lines besides.
"""

import ast
from collections.abc import Iterable, Iterator

from tests.house.contents import name_of
from tests.house.tree import Source

_PACKAGE = "src/deskterm/"
#: Who may call what: the last part of a name, and the files where it is done safely.
ALLOWED = {
    "print": ("cli/say.py", "cli/catalogue.py", "commands/docs.py", "settings/docs.py"),
    "input": ("cli/say.py",),
    "getpass": ("cli/say.py",),
    "Input": ("widgets/asking/line_field.py",),
    "TextArea": ("widgets/composer/blank_filling.py",),
}
#: Descriptors are written to where the text is our own.
WRITERS = ("terminal/", "cli/doctor_try.py", "cli/first_frame.py", "cli/orderly.py", "cli/start.py")
#: Who else talks to the terminal.
DRAWERS = ("cli/", "screens/", "widgets/", "app")
#: Where content is put together of parts that were made safe: each says so itself.
PAINTERS = ("widgets/paint.py", "widgets/text/", "widgets/composer/canned_preview.py")
_SAFE = frozenset({"safe", "safe_line", "safe_name", "plain"})

Found = Iterator[tuple[int, str]]


def violations(sources: Iterable[Source]) -> list[str]:
    """One line for each way past."""
    return [
        f"{source.path}:{line} {problem}"
        for source in sources
        for line, problem in sorted(_check(source.tree, source.path.removeprefix(_PACKAGE)))
    ]


def _check(tree: ast.Module, path: str) -> Found:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = name_of(node.func)
        if name in ALLOWED and not _is_method(node) and not path.startswith(ALLOWED[name]):
            yield node.lineno, f"{name} past {ALLOWED[name][0]}"
        elif ast.unparse(node.func) in ("sys.stdout.write", "sys.stderr.write") and path != "cli/export.py":
            yield node.lineno, "a stream is written to past cli/say.py"
        elif ast.unparse(node.func) == "os.write" and path.startswith(
            ("cli/", "screens/", "widgets/", "app")
        ):
            if not path.startswith(WRITERS):
                yield node.lineno, "a descriptor is written to past terminal/"
        elif name in ("Content", "Text") and not path.startswith(PAINTERS) and _is_unsafe(node):
            yield node.lineno, f"{name} of data past widgets/paint.py"


def _is_method(call: ast.Call) -> bool:
    """Whether it is something else's: only modules' own functions count."""
    return isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) != "getpass"


def _is_unsafe(call: ast.Call) -> bool:
    """Whether the text of a content may be anybody's."""
    if not call.args:
        return False
    text = call.args[0]
    made_of = {name_of(each.func) for each in ast.walk(text) if isinstance(each, ast.Call)}
    literal = not any(isinstance(each, ast.Name | ast.Attribute) for each in ast.walk(text))
    repeated = text.left if isinstance(text, ast.BinOp) and isinstance(text.op, ast.Mult) else None
    return not (literal or isinstance(repeated, ast.Constant) or made_of & _SAFE)
