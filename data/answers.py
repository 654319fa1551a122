"""What a check found, as a record for a job and as lines for a terminal."""

from typing import Any

from data.checking import Checked, finding_list


def answer(checked: Checked, *, show_values: bool = False) -> dict[str, Any]:
    """The report as one record for a job; the outcome is the caller's to fill in."""
    report = checked.report
    first, last = report.covers
    return {
        "outcome": "",
        "submission": checked.submission,
        "sha256": report.sha256,
        "rows_in": report.rows_in,
        "rows_kept": report.rows_kept,
        "rows_blocked": report.rows_blocked,
        "covers": [str(first), str(last)] if first else None,
        "findings": finding_list(report, show_values=show_values),
    }


def told(answer: dict[str, Any]) -> str:
    """The record in lines for a person: every finding, then how it ended."""
    lines = []
    for f in answer["findings"]:
        where = ", ".join(
            p for p in (f"row {f['row']}" if f["row"] else "", f"column {f['column']}" if f["column"] else "") if p
        )
        value = f" In the file: {f['value']!r}." if f.get("value") is not None else ""
        lines.append(f"{where or 'the file'}: [{f['reach']}, {f['category']}, {f['rule']}] {f['message']}{value}")
    rows = (
        f"{answer['rows_in']:,} rows, {answer['rows_blocked']:,} of them blocked, {len(answer['findings']):,} findings."
    )
    endings = {
        "known": f"This file was accepted already, as submission {answer['submission']}. Nothing changed.",
        "blocked": f"{rows} NOT accepted: nothing of this file was stored.",
        "checked": f"{rows} It could be accepted. Nothing was stored (--dry-run).",
        "accepted": f"{rows} Accepted as submission {answer['submission']}"
        + (f", covering {answer['covers'][0]} to {answer['covers'][1]}" if answer["covers"] else "")
        + (f"; release {answer['release']} shows it." if "release" in answer else "; it joins the next release."),
    }
    return "\n".join([*lines, endings[answer["outcome"]]])
