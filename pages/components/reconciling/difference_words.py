"""Words for why a partner's own report and Concord differ."""

import csv
import io

from pages.components.tables.chart_numbers import neutral
from pages.components.tables.plain_table import Cell
from pages.components.wording.count_words import day, many
from workflow.reconciling.own_list import Kind, Line, Part, Reconciled

COLUMNS = ("What it is", "How many", "Your report", "Concord", "What to look at")
LEAD = (
    "Upload the list behind your own report: an id, and whether each counts and meets the measure. "
    "It is compared here and not kept."
)
_WHAT: dict[Kind, tuple[str, str]] = {
    "same": ("Both say the same", ""),
    "we_met": ("Meets it at Concord, not in your report", "Look at the last value that your file sent for each."),
    "they_met": ("Meets it in your report, not at Concord", "Look at the last value that your file sent for each."),
    "excluded": ("Left out by Concord", "Your file holds what leaves them out."),
    "not_considered": ("In your files, but not in the measure", "A diagnosis, a visit, an age or a date is missing."),
    "unknown": ("In none of your accepted files", "Send their rows, or compare how the ids are written."),
    "left_out": ("Counts at Concord, does not count in your report", "Your report knows a reason that no file has."),
    "not_listed": ("Counts at Concord, not in your list", "Find each by the row of your file."),
}


def percent(part: Part) -> str:
    """A figure with what it is made of."""
    return (
        f"{part.numerator / part.denominator:.1%} ({part.numerator:,} of {part.denominator:,})"
        if part.denominator
        else "no figure (0 of 0)"
    )


def headline(found: Reconciled) -> str:
    """The two figures in one sentence."""
    if found.theirs == found.ours and all(line.kind == "same" for line in found.lines):
        return f"Your report and Concord agree: {percent(found.ours)}"
    return f"Your report says {percent(found.theirs)}. Concord says {percent(found.ours)}"


def rows(found: Reconciled) -> list[list[Cell]]:
    """A row for each reason; the columns of both sides add up to the two figures."""
    table: list[list[Cell]] = [
        [_what(found, line), len(line.entries), _part(line.theirs), _part(line.ours), _WHAT[line.kind][1]]
        for line in found.lines
    ]
    total = sum(len(line.entries) for line in found.lines)
    return [*table, ["Together", total, _part(found.theirs), _part(found.ours), ""]]


def notes(found: Reconciled) -> list[str]:
    """What else is to be known."""
    said = []
    if found.stands != found.ours:
        said.append(
            f"The figure of the year to {day(found.period_end)} stays {percent(found.stands)}. "
            "Rows that came after the year was closed do not move it."
        )
    if found.again:
        said.append(f"{many(found.again, 'row')} of your list named somebody once more and counted once.")
    return said


def as_csv(found: Reconciled) -> bytes:
    """Everyone for whom the two differ: the id of the list, the reason, and where the files name them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "difference", "reason", "submission", "row"])
    for line in found.lines:
        for entry in line.entries if line.kind != "same" else ():
            reason = found.indicator.exclusions.get(line.reason or "", line.reason or "")
            writer.writerow([neutral(entry.id), _WHAT[line.kind][0], reason, entry.submission, entry.line])
    return out.getvalue().encode("utf-8-sig")


def _what(found: Reconciled, line: Line) -> str:
    if line.reason is None:
        return _WHAT[line.kind][0]
    return f"{_WHAT[line.kind][0]}: {found.indicator.exclusions.get(line.reason, line.reason)}"


def _part(part: Part) -> str:
    return f"{part.numerator:,} of {part.denominator:,}"
