"""No data reaches a widget as markup (tests/house/markup.py says how)."""

import pytest

from tests.house.markup import violations
from tests.house.tree import Source, sources

HELPER = Source(
    "h",
    "h.py",
    "def row(name: str) -> Content:\n    return Content(name)\n"
    "def rows(names: list[str]) -> tuple[Content, ...]:\n    return tuple(map(row, names))",
)


def test_no_data_is_shown_as_markup() -> None:
    found = violations(sources())
    assert not found, "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        'Static(f"from {name}")',
        "Label(name)",
        "Static(content=name)",
        'Static("from " + name, classes="who")',
        "Label(safe(name), markup=True)",
        'self.notify(f"{name} is back")',
        'app.notify(error.detail, severity="error")',
        "Button(name)",
        "Option(contact.name, id=contact.id)",
        "TabPane(view.title)",
        'Static("yes" if there else name)',
        'Content.from_markup("[b]x[/b]")',
        'Text.from_markup(f"[b]{name}[/b]")',
        'line.update(f"{count} new")',
        'line.update("%s new" % count)',
        'line.update("{} new".format(count))',
        'self.border_title = f"#{number}"',
        "pane.border_subtitle = name",
        "class Name(Static):\n    def __init__(self, name):\n        super().__init__(name)",
        "def f(name: str):\n    name = Content(name)\n    yield Static(name)",
        "def f(a):\n    line = Content(a)\n    for line in a:\n        yield Static(line)",
        "def f(a):\n    line = Content(a) if a else a\n    yield Static(line)",
        "def f(a):\n    for line in row(a):\n        yield Static(line)",
        "def f(line: Content):\n    def g(line: str):\n        return Static(line)",
    ],
)
def test_data_as_markup_is_found(line: str) -> None:
    assert len(violations([Source("m", "m.py", line), HELPER])) == 1


@pytest.mark.parametrize(
    "line",
    [
        'Static("Nothing unassigned.")',
        "Static()",
        "Static(Content(safe(name)))",
        'Label(Content.assemble((name, "bold")))',
        "Static(name, markup=False)",
        'Button(label="Send", id=name)',
        'Option(Content(name) if name else "nobody")',
        "self.notify(error.detail, markup=False)",
        "line.update(content)",
        "settings.update(changes)",
        'self.border_title = Content(f"#{number}")',
        "class Name(Static):\n    def __init__(self, name):\n        super().__init__(name, markup=False)",
        "def f(line: Content):\n    yield Static(line)",
        "def f(a):\n    line = Content()\n    if a:\n        line = row(a)\n    yield Static(line.append(a))",
        "def f(a):\n    for line in rows(a):\n        yield Static(line)",
        "def f(a):\n    line: Content = a.line\n    pane.border_title = line",
        "class Row(Widget):\n    def __init__(self, name):\n        super().__init__(name)",
    ],
)
def test_what_is_safe_is_left_alone(line: str) -> None:
    assert violations([Source("m", "m.py", line), HELPER]) == []
