"""The reporting calendar in words: what a cell, a tile and the page's title say."""

import datetime as dt
from collections.abc import Sequence
from typing import Literal, NamedTuple

from data.reporting import reporting_calendar
from data.reporting.reporting_calendar import Entry
from pages.components.layout.cards import Kind
from pages.components.wording.count_words import day, listed, many
from schemas.datasets.dataset_catalog import DATASETS

Look = Kind | Literal["wait", "none"]
_WORST = ("missing", "expected", "to come", "late", "on time")
_LOOKS: dict[str, tuple[Look, str]] = {
    "on time": ("ok", "✓"), "late": ("late", "L"), "expected": ("provisional", "P"), "missing": ("worse", "!"),
    "to come": ("wait", "○"),
}  # fmt: skip


class Cell(NamedTuple):
    """A cell: how it looks, its sign, its word, and all of it in words."""

    look: Look
    sign: str
    word: str
    said: str


def of(entries: Sequence[Entry], state: str) -> list[Entry]:
    """The entries in a state."""
    return [e for e in entries if e.state == state]


def overdue(entries: Sequence[Entry]) -> list[Entry]:
    """What is due and not in, the oldest first."""
    return sorted([*of(entries, "missing"), *of(entries, "expected")], key=lambda e: e.due)


def short(value: dt.date) -> str:
    """A day as 15 Oct, where the year is plain."""
    return f"{value.day} {value:%b}"


def period(days: tuple[dt.date, dt.date]) -> str:
    """A period as Sep 2026 or Jul–Sep 2026."""
    first, last = days
    return f"{last:%b %Y}" if first.month == last.month else f"{first:%b}–{last:%b %Y}"


def cell(entries: Sequence[Entry]) -> Cell:
    """What a cell says of its files: the worst of them, and of how many."""
    if not entries:
        return Cell("none", "–", "Not asked", "Does not report this")
    state = next(s for s in _WORST if of(entries, s))
    those = of(entries, state)
    look, sign = _LOOKS[state]
    text = " ".join(f"{DATASETS[e.dataset].title} {sentence(e)}" for e in entries)
    return Cell(look, sign, _word(state, those, len(entries)), text)


def _word(state: str, those: list[Entry], count: int) -> str:
    some = f"{len(those)} of {count} " if count > 1 and len(those) < count else ""
    last = max(those, key=lambda e: e.due)
    if state == "late":
        return f"{some}late" if some else f"{many(max(e.late_by for e in those), 'day')} late"
    if state == "missing":
        part = f"{last.part:.0%} in" if count == 1 and last.part else "Missing"
        return f"{some}missing" if some else part
    if state == "expected":
        return f"{some}by {short(last.usually_by or last.due)}" if some else f"By {short(last.usually_by or last.due)}"
    return f"Due {short(last.due)}" if state == "to come" else "On time"


def apart(days: int) -> str:
    """How far from the due day: 3 days before the due day, on the due day, 5 days after the due day."""
    if days == 0:
        return "on the due day"
    return f"{many(abs(days), 'day')} {'after' if days > 0 else 'before'} the due day"


def sentence(e: Entry) -> str:
    """What became of one file; it follows the file's name."""
    if e.came:
        return f"came on {day(e.came)}, {apart(e.late_by)}."
    if e.state == "to come":
        return f"is due on {day(e.due)}."
    part = f" So far {e.part:.0%} of its days are in." if e.part else ""
    return f"was due on {day(e.due)}, and is not in.{part}"


def usual(e: Entry) -> str:
    """How late such files of this partner usually come; empty while too few have come."""
    if not e.usual:
        return ""
    by = f". Nine of ten come by {day(e.usually_by)}" if e.usually_by and not e.came else ""
    return f"Usually {apart(e.usual.median)}{by}"


def headline(entries: Sequence[Entry], ended: tuple[dt.date, dt.date]) -> str:
    """The page's one sentence: how the files of the last ended period stand, and whether older ones are missing."""
    those = [e for e in entries if ended[0] <= e.days.last <= ended[1]]
    older = [e for e in overdue(entries) if e.days.last < ended[0]]
    if not those:
        return f"No file is owed for {period(ended)}"
    gone, waits, late = overdue(those), of(those, "to come"), of(those, "late")
    files = f"of {many(len(those), 'file')} for {period(ended)}"
    rest = ". Everything else is in" if len(those) > len(gone) + len(waits) else ""
    if gone:
        coming = f", {len(waits)} still to come" if waits else ""
        first = f"{len(gone)} {files} {_are(gone)} missing{coming}"
    elif waits:
        first = f"{len(waits)} {files} {_are(waits)} still to come"
    else:
        whole = f"All {len(those)} files" if len(those) > 1 else "The one file"
        first = f"{whole} for {period(ended)} {_are(those)} in"
        rest = f". {len(late)} came late" if late else ", on time"
    return f"{first}. {many(len(older), 'older file')} {_are(older)} missing too" if older else first + rest


def _are(entries: Sequence[Entry]) -> str:
    return "is" if len(entries) == 1 else "are"


def tiles(entries: Sequence[Entry], names: dict[str, str]) -> list[tuple[str, str, str]]:
    """The four tiles: what, the figure, a note below it."""
    rate, late = reporting_calendar.rate(entries), of(entries, "late")
    gone, waits = overdue(entries), of(entries, "to come")
    return [
        ("Received on time", "–" if not rate.due else f"{rate.on_time / rate.due:.0%}",
         f"{rate.on_time:,} of {many(rate.due, 'file')} due" if rate.due else "Nothing was due yet"),
        ("Late", f"{len(late)}", _longest(late)),
        ("Missing", f"{len(gone)}", _who(gone, names)),
        ("Still to come", f"{len(waits)}", _next(waits)),
    ]  # fmt: skip


def _longest(late: list[Entry]) -> str:
    return f"longest {many(max(e.late_by for e in late), 'day')}" if late else "No file came late"


def _who(gone: list[Entry], names: dict[str, str]) -> str:
    if not gone:
        return "Nothing due is missing"
    who = listed(list(dict.fromkeys(names[e.partner_id] for e in gone))[:2])
    return (
        f"{who}, {period(gone[0].days)}"
        if len(gone) == 1
        else f"oldest: {names[gone[0].partner_id]}, {period(gone[0].days)}"
    )


def _next(waits: list[Entry]) -> str:
    if not waits:
        return "Nothing more is due soon"
    first = min(waits, key=lambda e: e.due)
    return f"{period(first.days)}, due {day(first.due)}"
