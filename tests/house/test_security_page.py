"""The page of threats names tests that exist."""

import re

from tests.house.test_docs import ROOT, text

NAMED = re.compile(r"`(test_\w+)`")


def test_every_test_that_the_page_names_exists():
    written = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        written |= set(re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE))
    rows = [line for line in text("reference/security.md").splitlines() if line.startswith("| ")]
    rows = [row for row in rows if "---" not in row and "Shown by" not in row]
    assert len(rows) > 40 and all(NAMED.search(row) for row in rows), "a threat without its test"
    assert {name for row in rows for name in NAMED.findall(row)} - written == set()


def test_every_threat_has_its_row():
    numbers = re.findall(r"^\| (\d+) \|", text("reference/security.md"), re.MULTILINE)
    assert numbers == [str(n) for n in range(1, len(numbers) + 1)] and len(numbers) >= 31
