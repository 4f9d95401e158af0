"""Every text goes to the terminal through the place that makes it safe (tests/house/choke.py says how)."""

import pytest

from tests.house.choke import violations
from tests.house.tree import Source, sources


def test_every_text_is_made_safe_on_its_way() -> None:
    found = violations(sources())
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("cli/new.py", "print(name)"),
        ("cli/new.py", 'answer = input(f"{name}: ")'),
        ("cli/new.py", 'getpass.getpass(f"{name}: ")'),
        ("cli/new.py", "sys.stdout.write(name)"),
        ("cli/new.py", "os.write(1, name)"),
        ("screens/new/screen.py", "os.write(1, name)"),
        ("screens/new/screen.py", "field = Input(name)"),
        ("widgets/new.py", "TextArea(text)"),
        ("widgets/new.py", "Content(name)"),
        ("widgets/new.py", 'Content("#" + name)'),
        ("app.py", 'Text(f"{name}")'),
    ],
)
def test_a_way_past_is_found(path: str, line: str) -> None:
    assert len(violations([Source("m", f"src/deskterm/{path}", line)])) == 1


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("cli/say.py", "print(safe(words))"),
        ("cli/new.py", "say(name)"),
        ("widgets/new.py", "LineField(name)"),
        ("widgets/new.py", 'Content("\\n").join(lines)'),
        ("widgets/new.py", "Content(safe(name))"),
        ("widgets/new.py", 'Content(" " * width)'),
        ("widgets/paint.py", "Content(text, spans)"),
        ("terminal/new.py", "os.write(1, name)"),
        ("screens/new/screen.py", "line.input(name)"),
    ],
)
def test_the_ways_through_are_left_alone(path: str, line: str) -> None:
    assert violations([Source("m", f"src/deskterm/{path}", line)]) == []
