"""Each rule about the channel, files, webhooks and secrets has a test that names its number."""

import re

import pytest

from tests.house.tree import ROOT

RULES = [f"T{number}" for number in (*range(20, 30), *range(40, 50))]
NAMED = {
    found
    for file in (ROOT / "tests").rglob("test_*.py")
    if file.name != "test_security.py"
    for found in re.findall(r"\bT\d{1,2}\b", file.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_has_a_test_that_names_it(rule: str) -> None:
    assert rule in NAMED
