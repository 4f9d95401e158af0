"""Finds sentences that no catalogue has: all that people read goes through `deskterm.text.words`.

A sentence is a literal of several words, or one that begins like one; in it other things may stand (an
f-string). It is translated inside a call of `tr`, `trn`, `later` or of what shows literals.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from deskterm.cli.catalogue import SHOWN_BY
from tests.house.contents import name_of

TRANSLATED_BY = frozenset(SHOWN_BY) | {"trn"}
#: Calls whose words nobody reads, or that are English for now (options of the command line).
UNREAD = frozenset(
    {
        "Binding",
        "debug",
        "error",
        "exception",
        "info",
        "getLogger",
        "warning",
        "run_worker",
        "work",
        "add_argument",
        "add_parser",
        "query",
        "query_one",
        "Path",
        "TypeVar",
        "import_module",
    }
)
#: Literals that are no sentences, though they look so: where each is.
KNOWN = {
    "client/http/rest.py": (
        "Idempotency-Key",
        "Content-Length",
        "Accept-Encoding",
        "Authorization",
        "Bearer ",
        "User-Agent",
        "Accept",
    ),
    "client/live/subscription.py": ("Authorization", "Bearer "),
    "client/outbox/rules.py": ("signed out",),
    "screens/guide/tour.py": ("pane tour",),
    "widgets/text/parser.py": ("maxNesting",),
    "screens/way_in/forms.py": ("you@example.com",),
    "screens/inbox/verbs.py": ("login, billing",),
    "screens/triage/bulk.py": ("login, billing",),
    "cli/plain/lines.py": ("standard input",),
    "terminal/findings.py": (
        ", set-clipboard off",
        ", set-clipboard ",
        "allow-passthrough off",
        "allow-passthrough on",
        "focus-events off",
        "GNU screen",
    ),
    "cli/checkup.py": ("chmod  ",),
    "cli/data_check.py": ("chmod  ",),
    "cli/database_check.py": ("pip install 'deskterm[postgres]'",),
    "cli/db_copy.py": ("postgresql://…",),
    "cli/demo.py": ("john.doe@example.com", " demo --as "),
    "cli/demo_server.py": (r"https?://\S+",),
    "cli/script/keys.py": ("keys ",),
    "cli/script/show.py": ("waiting since",),
    "cli/script/webhooks.py": ("webhooks ",),
    "cli/doctor_try.py": ("copied by deskterm doctor", "deskterm doctor"),
    "cli/login.py": ("deskterm login",),
    "screens/account/verbs.py": ("deskterm --server ", "deskterm chat --server "),
    "screens/writing/drafts.py": (" blanks",),
    "widgets/thread/plan.py": ("day ", "unread "),
    "cli/logout.py": (" --server ", " --organization "),
}
_KEY_NAMES = frozenset({"Esc", "Tab", "Del", "PgUp", "PgDn", "Enter"})
_SENTENCE = re.compile(r"[A-Za-z]{2,}[ ,.…:!?]+[^ ]|\b[A-Z][a-z]{2,}|[a-z]{3,}…|^ ?[a-z]{3,} | [a-z]{3,} ?$")
#: Ids, files, addresses.
_ID = re.compile(r"[a-z\0][\w./:\0-]*")
#: Which verb complains of what: the words are another text.
_COMPLAINT = re.compile(r"deskterm [a-z\0 -]+: \0(?:: \0)?")
_STYLES = re.compile(r"(?:bold|italic|underline|reverse|dim|on|\$[\w\0-]+|#\w*|[\0 ])*")


def escaped(tree: ast.Module, path: str) -> Iterator[tuple[int, str]]:
    """The sentences of a file that are not translated, each with its line."""
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        text = _text(node)
        if text is None or not _is_sentence(text) or text.replace("\0", "") in KNOWN.get(path, ()):
            continue
        if isinstance(parents.get(node), ast.JoinedStr | ast.Expr):  # a part of a text, or a docstring
            continue
        if not _is_seen_to(node, parents):
            yield node.lineno, text.replace("\0", "{…}")  # type: ignore[attr-defined]


def path_of(file: Path) -> str:
    """How `KNOWN` names a file."""
    return file.as_posix().rpartition("/deskterm/")[2]


def _text(node: ast.AST) -> str | None:
    """The words of a literal, with what stands in them left out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(each.value) if isinstance(each, ast.Constant) else "\0" for each in node.values)
    return None


def _is_sentence(text: str) -> bool:
    plain = text.strip()
    if "(?" in text or plain in _KEY_NAMES or plain.startswith(("#", "-", ".", "goto.")) or "\x1b" in plain:
        return False
    if _ID.fullmatch(plain) or _COMPLAINT.fullmatch(plain):
        return False
    return _SENTENCE.search(text) is not None and _STYLES.fullmatch(text) is None


def _is_seen_to(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether something around the literal translates it, or nobody reads it."""
    child = node
    while (around := parents.get(child)) is not None:
        if isinstance(around, ast.Call) and child is not around.func:
            name = name_of(around.func)
            if name in UNREAD or (name in TRANSLATED_BY and isinstance(node, ast.Constant)):
                return True
        if isinstance(around, ast.Raise | ast.Subscript | ast.Compare | ast.arg | ast.Assert):
            return True
        if isinstance(around, ast.FunctionDef | ast.AsyncFunctionDef) and child is around.returns:
            return True
        if isinstance(around, ast.AnnAssign) and child is around.annotation:
            return True
        child = around
    return False
