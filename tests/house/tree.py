"""The sources of deskterm as the house rules read them: parsed, never imported."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "deskterm"


@dataclass(frozen=True)
class Source:
    """One Python file: its dotted name, its path from the project's root and its text."""

    module: str
    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text, self.path)


@cache
def sources() -> list[Source]:
    """Every module of the package, in the order of their paths."""
    return [_read(path) for path in sorted(PACKAGE.rglob("*.py"))]


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def project_files() -> list[Path]:
    """The files that belong to the project: what git tracks, or in an unpacked sdist all there is."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode == 0:
        return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]
    return [path for path in ROOT.rglob("*") if path.is_file() and not _built(path)]


def _built(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(part.startswith(".") and part != ".ci" for part in parts) or "__pycache__" in parts


def _read(path: Path) -> Source:
    names = path.relative_to(PACKAGE.parent).with_suffix("").parts
    module = ".".join(names[:-1] if names[-1] == "__init__" else names)
    return Source(module, path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
