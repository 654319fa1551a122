"""What a check found, as a record for a job and as lines for a terminal."""

from typing import Any

from data.checking.file_check import Checked, finding_list
from data.checking.intake_report import Report

STANDING = {
    "checked": "It was checked and counts for nothing yet. It waits to be accepted.",
    "accepted": "It is accepted and counts.",
    "withdrawn": "It was withdrawn and counts no more. It can be accepted again.",
    "left": "It was left, and its rows are gone. Send the file again.",
}
"""How a submission stands, by its state."""


def answer(
    checked: Checked, *, show_values: bool = False, most: int | None = None, without_reason: int = 0, late: int = 0
) -> dict[str, Any]:
    """The report as one record for a job, with at most so many findings; the outcome is the caller's to fill in.

    `without_reason`: how many of the submission's warnings are neither fixed nor justified. `late`: how many of its
    rows are of closed quarters.
    """
    report = checked.report
    first, last = report.covers
    found = [_placed(f, report) for f in finding_list(report, show_values=show_values)]
    return {
        "outcome": "",
        "submission": checked.submission,
        "sha256": report.sha256,
        "rows_in": report.rows_in,
        "rows_kept": report.rows_kept,
        "rows_left_blank": report.rows_left_blank,
        "rows_blocked": report.rows_blocked,
        "rows_left_out": report.rows_left_out,
        "rows_late": late,
        "covers": [str(first), str(last)] if first else None,
        "findings_total": len(found),
        "warnings_without_reason": without_reason,
        "findings": found[:most],
    }


def _placed(finding: dict[str, Any], report: Report) -> dict[str, Any]:
    """A finding; of a row that was made of a FHIR export, with its file and its line there."""
    if not report.origin or not finding["row"]:
        return finding
    name, line, _ = report.origin.place(finding["row"])
    return finding | {"file": name, "line": line}


def as_lines(answer: dict[str, Any]) -> str:
    """The record in lines for a person: every finding, then how it ended."""
    lines = []
    for f in answer["findings"]:
        row = f"{f['file']}, line {f['line']}" if "file" in f else f"row {f['row']}" if f["row"] else ""
        where = ", ".join(p for p in (row, f"column {f['column']}" if f["column"] else "") if p)
        value = f" In the file: {f['value']!r}." if f.get("value") is not None else ""
        lines.append(f"{where or 'the file'}: [{f['reach']}, {f['category']}, {f['rule']}] {f['message']}{value}")
    return "\n".join([*lines, ending(answer)])


def ending(answer: dict[str, Any]) -> str:
    """How it ended, in a sentence or two."""
    rows = (
        f"{answer['rows_in']:,} rows, {answer['rows_blocked']:,} of them blocked, "
        f"{answer['rows_left_blank']:,} kept with a value left blank, "
        f"{answer['findings_total']:,} findings.{_late(answer['rows_late'])}"
    )
    covers = answer["covers"]
    endings = {
        "known": f"This file was accepted already, as submission {answer['submission']}. Nothing changed.",
        "blocked": f"{rows} NOT accepted: nothing of this file was stored.",
        "checked": f"{rows} It could be accepted. Nothing was stored: it was only checked.",
        "waiting": f"{rows} It is kept as submission {answer['submission']}, and counts once it is accepted.",
        "accepted": f"{rows} Accepted as submission {answer['submission']}"
        + (f", covering {covers[0]} to {covers[1]}" if covers else "")
        + (
            f"; release {answer['release']} shows it."
            if "release" in answer
            else f"; it joins the next release{_planned(answer)}."
        )
        + _asks(answer["warnings_without_reason"]),
    }
    return endings[answer["outcome"]]


def _planned(answer: dict[str, Any]) -> str:
    return f", planned for {answer['next_release']}" if "next_release" in answer else ""


def _late(rows: int) -> str:
    """What becomes of rows that came after their quarter had closed."""
    is_late = "is" if rows == 1 else "are"
    return f" {rows:,} {is_late} of closed quarters: kept, and not counted." if rows else ""


def _asks(warnings: int) -> str:
    """What is left for a person to do: warnings don't hold a job up."""
    return (
        f" {warnings:,} of its warnings {'waits' if warnings == 1 else 'wait'} for a reason, on the page Submit data."
        if warnings
        else ""
    )
