"""Rows of scored statements, one for each statement and group: read whole or not at all."""

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping

from data.ledger.stories.people_asked import Scored
from data.ledger.submissions import NotPossible

COLUMNS = ("measure", "statement", "grouping", "group", "asked_on", "agree", "unsure", "disagree")
TEMPLATE = (
    ",".join(COLUMNS)
    + "\nbp_control,The clinic is open when I can come,language,spanish,2026-09-15,41,17,35\n"
    + "bp_control,The clinic is open when I can come,language,english,2026-09-15,118,22,64\n"
).encode()
LARGEST, MOST_ROWS = 1_000_000, 1_000
_GROUPINGS = {"zip code": "zip", "county": "county_fips", "everyone": "", "all": ""}
"""What people write for a grouping -> what it is called."""


def read_scores(data: bytes) -> list[Scored]:
    """The rows, as CSV or as copied from a spreadsheet. Raises NotPossible, with the row and what to do."""
    try:
        text = data.decode("utf-8-sig") if len(data) <= LARGEST else ""
    except UnicodeDecodeError:
        text = ""
    if not text or "\0" in text:
        raise NotPossible("put rows here, with the line that names the columns, of at most one megabyte")
    tabs = "\t" in text.partition("\n")[0]  # as a spreadsheet's cells are copied
    rows = csv.DictReader(io.StringIO(text), strict=True, delimiter="\t" if tabs else ",")
    heads = [(head or "").strip().casefold().replace(" ", "_") for head in rows.fieldnames or ()]
    if missing := [name for name in COLUMNS if name not in heads]:
        raise NotPossible(f"a column is missing: {', '.join(missing)}. Take the template")
    rows.fieldnames = heads
    try:
        found = [_scored(n, row) for n, row in enumerate(rows, 2)]
    except csv.Error:
        raise NotPossible("a quote does not close, or a line is broken. Copy the rows anew") from None
    if len(found) > MOST_ROWS:
        raise NotPossible(f"send at most {MOST_ROWS:,} rows at once")
    return found


def _scored(n: int, row: Mapping[str | None, str | None]) -> Scored:
    cells = {name: (row.get(name) or "").strip() for name in COLUMNS}
    if None in row:
        raise NotPossible(f"row {n} has more cells than columns. Put a statement with commas in quotes")
    by = _GROUPINGS.get(cells["grouping"].casefold(), cells["grouping"].casefold().replace(" ", "_"))
    group = (by, cells["group"].casefold()) if by else None
    return Scored(cells["measure"], cells["statement"], group, _day(n, cells["asked_on"]),
                  *(_count(n, name, cells[name]) for name in COLUMNS[5:]))  # fmt: skip


def _day(n: int, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise NotPossible(f"row {n}: write the day in asked_on as 2026-09-15") from None


def _count(n: int, name: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise NotPossible(f"row {n}: write how many people in {name}, as a whole number")
    return int(text)
