"""Values that programs write for "nothing" and that read like any other: `marker_words.csv` has the days by source."""

import csv
from pathlib import Path

_FILE = Path(__file__).with_name("marker_words.csv")
MARKER_DAYS: tuple[str, ...] = tuple(
    row["value"] for row in csv.DictReader(_FILE.read_text(encoding="utf-8").splitlines()) if row["kind"] == "day"
)
"""Days as year-month-day."""
MARKER_ID = rf"^(?:0+|9{{3,}}|{'|'.join(f'{digit}{{7,}}' for digit in range(1, 9))}|123456789|1234567890)$"
"""Ids: nothing but zeros or nines, one digit seven times or more, the digits in order."""
NO_PLACE = r"^00000(?:-?0000)?$"
"""ZIP and county codes that are read as blank: none is all zeros. 99999 is left alone: some
exports mean "elsewhere" by it."""
