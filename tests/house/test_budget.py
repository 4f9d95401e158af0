"""Small files and functions that read from top to bottom."""

from tests.house.tree import Source, functions, sources

FILE_LINES = 300
FUNCTION_LINES = 60


def oversize(source: Source) -> list[str]:
    """One line for the file and for each of its functions that is longer than allowed."""
    lines = source.text.count("\n")
    found = [f"{source.path}: {lines} lines, at most {FILE_LINES}"] if lines > FILE_LINES else []
    for function in functions(source.tree):
        size = (function.end_lineno or function.lineno) - function.lineno + 1
        if size > FUNCTION_LINES:
            where = f"{source.path}:{function.lineno} {function.name}"
            found.append(f"{where}: {size} lines, at most {FUNCTION_LINES}")
    return found


def test_no_file_and_no_function_is_too_long() -> None:
    found = [line for source in sources() for line in oversize(source)]
    assert not found, "\n" + "\n".join(found)


def test_a_long_function_and_a_long_file_are_found() -> None:
    function = "async def f():\n" + "    pass\n" * FUNCTION_LINES
    short = "def g():\n" + "    pass\n" * (FUNCTION_LINES - 1)
    rest = "\n" * FILE_LINES
    assert oversize(Source("m", "m.py", function + short)) == ["m.py:1 f: 61 lines, at most 60"]
    assert oversize(Source("m", "m.py", short + rest)) == ["m.py: 360 lines, at most 300"]
