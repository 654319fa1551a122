"""What is said of the year ahead: of a place or group, of the forecasts of earlier years, and of files to come."""

import datetime as dt
from collections.abc import Mapping, Sequence

from data.reporting.reporting_calendar import Entry
from metrics.counting import strata
from metrics.judging import figure_words
from metrics.judging.heading.year_ahead import Ahead, Tried
from metrics.judging.indicator_facts import Situation
from metrics.statistics.intervals import wilson
from pages.components.wording.count_words import day, many

HEADS = ("Group or place", "Now", "Next year, 95% range", "Target", "In words")
TRIED_HEADS = ("Measure", "Forecasts", "Came within the range", "Promised", "Forecast shown")
FILE_HEADS = ("Partner", "File", "For", "How it stands", "Share of those counted")
OUTLOOK = {
    "off course": "will very probably miss the target",
    "open": "may meet or miss the target",
    "on course": "will very probably meet the target",
}
NO_TARGET = "No target set"
LEAD = "Groups and places, never persons. Of each the latest year, and where the next is expected."
NO_TREND = "A year may move from the one before as far as years did so far. No trend is read into so few years."
CHANCE = "One of 20 ranges misses by chance alone."
TRIED = "Each year was forecast from the two before it, as if nothing later were known."
FILES = "A measure without a partner’s file is of fewer people, and stays provisional."
NOTHING_LATE = "Every file of the last period is in"


def headline(off: int, every: int) -> str:
    """How many places and groups will very probably miss their target."""
    if not every:
        return "Where next year is heading cannot be told yet"
    those = many(every, "group or place", "groups and places")
    if not off:
        return f"None of {those} with a forecast is sure to miss its target next year"
    return f"{off} of {those} with a forecast will very probably miss the target next year"


def name(one: Ahead) -> str:
    """A group or place with what it is one of."""
    return f"{strata.stratum_title(one.by)}: {strata.category_label(one.by, one.category)}"


def row(one: Ahead, s: Situation) -> list[str]:
    """A group or place as a row."""
    scale = figure_words.scale_of(s.indicator)
    _, low, high = one.expected
    return [
        name(one), scale.value(one.now), scale.span(low, high), scale.value(s.target) if s.target is not None else "–",
        OUTLOOK[one.outlook] if one.outlook else NO_TARGET,
    ]  # fmt: skip


def legend(those: Sequence[Ahead], s: Situation) -> list[tuple[str, str, str]]:
    """What the marks of the picture mean, of those that are there."""
    there = {one.outlook for one in those}
    looks = (("worse", "off course"), ("usual", "open"), ("better", "on course"))
    marks = [(look, look, OUTLOOK[outlook]) for look, outlook in looks if outlook in there]
    if None in there:
        marks.append(("usual", "usual", "latest year"))
    goal = (
        [("target", "target", f"target {figure_words.scale_of(s.indicator).value(s.target)}")]
        if s.target is not None
        else []
    )
    return [*marks, ("bar", "usual", "95% range of next year"), *goal]


def first_of(drawn: int, every: int) -> str:
    """Which of them the picture shows."""
    return f"Drawn: {drawn} of {every}, those off course first, then those with most people."


def tried(found: Mapping[str, Tried], titles: Mapping[str, str]) -> list[list[str]]:
    """How forecasts of earlier years came out, measure by measure and together."""
    rows = [_tried(titles[name], one) for name, one in found.items() if one.years]
    whole = Tried(sum(t.years for t in found.values()), sum(t.inside for t in found.values()))
    return [*rows, [*_tried("All together", whole)[:-1], ""]] if rows else []


def _tried(title: str, one: Tried) -> list[str]:
    return [title, f"{one.years:,}", f"{one.inside / one.years:.0%}", "95%", "Yes" if one.holds else "No: too narrow"]


def verdict(found: Mapping[str, Tried]) -> str:
    """Whether the ranges hold what they promise; empty without a year to try."""
    years, inside = sum(t.years for t in found.values()), sum(t.inside for t in found.values())
    if not years:
        return "No year is there yet that could have been forecast."
    if failed := sum(not t.holds for t in found.values()):
        return f"{many(failed, 'measure')} without a forecast: the ranges were too narrow in earlier years."
    if float(wilson(inside, years)[0]) > 0.95:
        return "The ranges were wider than they had to be."
    return "The ranges held what they promise."


def why_none(found: Tried) -> str:
    """Why a measure is not forecast."""
    if not found.holds:
        return (
            f"Only {found.inside:,} of {found.years:,} such forecasts of earlier years came true. So this measure "
            "cannot be foretold yet."
        )
    return (
        "Months are hidden, or years moved so far that a range would be half of all there is. So nothing is foretold."
    )


def threats(entries: Sequence[Entry], dataset: str, today: dt.date) -> list[Entry]:
    """The files of a dataset that are not in for the last period that has ended: overdue, or usually late."""
    ended = [e for e in entries if e.dataset == dataset and e.days.last < today]
    last = max((e.days.last for e in ended), default=None)
    return [e for e in ended if e.days.last == last and e.came is None]


def file_row(one: Entry, partner: str, file: str, share: float | None) -> list[str]:
    """An awaited file as a row."""
    usual = f"; usually in by {day(one.usually_by)}" if one.usually_by else ""
    state = f"Missing since {day(one.due)}" if one.state in ("missing", "expected") else f"Due {day(one.due)}"
    return [partner, file, f"{day(one.days.first)} to {day(one.days.last)}", f"{state}{usual}",
            f"{share:.0%}" if share is not None else "Not shown"]  # fmt: skip
