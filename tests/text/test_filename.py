"""Names that somebody else chose."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deskterm.text.filename import LONGEST, safe_filename

NAMES = {
    "report.pdf": "report.pdf",
    "../../etc/passwd": "passwd",
    "/absolute/log.txt": "log.txt",
    "C:\\Users\\ana\\a b.png": "a b.png",
    "a\x00b.txt": "ab.txt",
    "CON": "_CON",
    "con.txt": "_con.txt",
    "console.txt": "console.txt",
    ".bashrc": "bashrc",
    "..": "file",
    "": "file",
    "///": "file",
    "invoice‮fdp.exe": "invoicefdp.exe",
    "zero\u200bwidth\ufeff.txt": "zerowidth.txt",
    "two\r\nlines\t.txt": "two lines .txt",
    'what?"<>|*:.txt': "what_______.txt",
    "trailing. . ": "trailing",
    "Ünïcödé 文件.txt": "Ünïcödé 文件.txt",
    "x" * 300 + ".tar": "x" * 116 + ".tar",
    "x" * 300: "x" * 120,
}


@pytest.mark.parametrize("given_name", NAMES, ids=lambda name: ascii(name)[:30])
def test_names(given_name: str) -> None:
    assert safe_filename(given_name) == NAMES[given_name]


@given(st.text())
def test_any_name_is_one_that_a_file_system_bears(name: str) -> None:
    safe = safe_filename(name)
    assert 0 < len(safe) <= LONGEST
    assert not set(safe) & set('/\\<>:"|?*')
    assert safe.strip(". ") == safe
    assert all(unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for each in safe)
    assert safe_filename(safe) == safe
