"""The visible sheets of an .xlsx, .xls or .ods file as CSV text.

The parser runs in a child process with limits on memory, processor time and the clock: hostile spreadsheets
(bombs, sheets a million columns wide, files that make a parser panic) end the child and are refused.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from data.findings import Refused
from data.receiving.spreadsheet_process import REFUSED, SECONDS, TOO_LARGE
from schemas.policy.rule_catalog import RULES

LARGEST = 200 << 20
_CHILD = Path(__file__).with_name("spreadsheet_process.py")


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its cells as CSV (row n of the sheet is line n), and what that cannot show (rule -> how
    often): formulas without a value, hidden rows, merged cells, days counted from 1904, cells with an error."""

    name: str
    text: bytes
    marks: Mapping[str, int]


def sheets(data: bytes) -> list[Sheet]:
    """The visible sheets that are not empty. Raises Refused when it cannot be read, or holds nothing."""
    if len(data) > LARGEST:
        raise Refused("unpacks_too_large", note="Spreadsheets are read up to 200 MB.")
    try:
        child = subprocess.run(
            [sys.executable, str(_CHILD)], input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Refused("unpacks_too_large", note="It takes longer than two minutes to read.") from None
    if child.returncode == REFUSED:
        raise Refused(_rule(child.stderr))
    if child.returncode == TOO_LARGE:
        raise Refused("unpacks_too_large")
    if child.returncode:
        raise Refused("damaged_file")
    found = list(_sheets(child.stdout))
    if not found:
        raise Refused("empty_file")
    return found


def _rule(stderr: bytes) -> str:
    """The rule that the child names last; a parser that panics writes its own words before."""
    last = stderr.decode(errors="replace").rsplit("\n", 1)[-1].strip()
    return last if last in RULES else "damaged_file"


def _sheets(out: bytes) -> Iterator[Sheet]:
    at = 0
    while at < len(out):
        end = out.index(b"\n", at)
        head = json.loads(out[at:end])
        at = end + 1 + head["bytes"]
        yield Sheet(head["name"], out[end + 1 : at], head["marks"])
