"""Whether a file carries on from what its partner sent before, or leaves a hole.

Counted are rows by day, as they would stand after acceptance. Each rule needs a number of rows that chance alone
hardly brings (Poisson), so that a partner with a handful of rows a week is left in peace. What a partnership may want
otherwise stands in `[limits]`; what only makes the rules hold is a constant here.
"""

import datetime as dt
import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from statistics import median

import duckdb

from data.ledger.opening.row_tables import dated
from data.ledger.submissions import Submission, Window
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.limits import Limits

WEEKS_BESIDE = 8
"""Weeks on each side by which a week is judged: near enough that seasons and growth do not matter."""
FEWEST_WEEKS = 4
"""With fewer weeks known on a side, that side says nothing."""
CHANCE = 0.001
"""Expected number of false alarms in a file: of empty weeks, and of a month that is low by chance."""
MONTHS_BEFORE, FEWEST_MONTHS = 12, 6
"""Months before by whose median a month is judged: a year holds every season; half a year shows what is usual."""
MOST_NAMED = 3
DAY, WEEK = dt.timedelta(days=1), dt.timedelta(weeks=1)
RULES = ("gap_before", "weeks_missing", "volume_drop")
JUDGED_BY_VOLUME = (
    "hospital_stays",
    "clinical_events",
    "blood_pressure",
    "food_security",
    "referrals",
    "food_programs",
)


@dataclass(frozen=True)
class Caution:
    """Something to check before accepting: a rule, and a sentence that names the case."""

    rule: str
    note: str


@dataclass(frozen=True)
class _Days:
    """A partner's rows by day as they would stand, the windows that would be current, and the file's own window."""

    rows: dict[dt.date, int]
    windows: list[tuple[dt.date, dt.date]]
    first: dt.date
    last: dt.date

    def between(self, first: dt.date, last: dt.date) -> int | None:
        """Rows from first to last; None when a day of them is not covered."""
        window = bisect_right(self._begins, first) - 1  # windows do not touch, so one of them holds all or none does
        if window < 0 or last > self.windows[window][1]:
            return None
        days, upto = self._upto
        return upto[bisect_right(days, last)] - upto[bisect_left(days, first)]

    @cached_property
    def _begins(self) -> list[dt.date]:
        return [first for first, _ in self.windows]

    @cached_property
    def _upto(self) -> tuple[list[dt.date], list[int]]:
        """Days with rows, and the rows before each of them: a window of 35 years asks for thousands of sums, which
        day by day took half of the time of checking a small file."""
        days = sorted(self.rows)
        return days, [0, *accumulate(self.rows[day] for day in days)]


def cautions(cur: duckdb.DuckDBPyConnection, entry: Submission, limits: Limits) -> list[Caution]:
    """What of a checked submission does not carry on from the partner's current rows: a hole before it, weeks
    without rows, months with few. Nothing for patients (without dates) and for counts (not rows of events)."""
    if entry.dataset not in JUDGED_BY_VOLUME:
        return []
    days = _days(cur, entry)
    found = [*_gap_before(cur, entry), *_weeks_missing(days, limits), *_volume_drop(days, limits)]
    return [Caution(rule, note) for rule, note in found]


def _days(cur: duckdb.DuckDBPyConnection, entry: Submission) -> _Days:
    first, last = entry.covers
    assert first and last
    dataset = DATASETS[entry.dataset]
    reach = dt.timedelta(days=31 * (MONTHS_BEFORE + 1))
    rows = cur.execute(
        f"""SELECT day, count(*) FROM (
                SELECT {dated(dataset)} AS day FROM rows.{dataset.name} WHERE submission = ?
                UNION ALL SELECT {dated(dataset)} AS day FROM in_force.{dataset.name}
                WHERE partner_id = ? AND submission <> ? AND day BETWEEN ? AND ? AND day NOT BETWEEN ? AND ?)
            GROUP BY day""",
        [entry.submission, entry.partner_id, entry.submission, first - reach, last + reach, first, last],
    ).fetchall()
    return _Days(dict(rows), _union([*_covered(cur, entry), (first, last)]), first, last)


def _covered(cur: duckdb.DuckDBPyConnection, entry: Submission) -> list[tuple[dt.date, dt.date]]:
    return cur.execute(
        "SELECT from_day, to_day FROM coverage WHERE partner_id = ? AND dataset = ? AND submission <> ?",
        [entry.partner_id, entry.dataset, entry.submission],
    ).fetchall()


def _union(windows: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Windows without overlaps."""
    joined: list[tuple[dt.date, dt.date]] = []
    for first, last in sorted(windows):
        if joined and first <= joined[-1][1] + DAY:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last))
        else:
            joined.append((first, last))
    return joined


def _gap_before(cur: duckdb.DuckDBPyConnection, entry: Submission) -> Iterator[tuple[str, str]]:
    """Days between the last current day before the file and its first. Always named: it keeps a year incomplete."""
    first = entry.covers.first
    assert first
    ends = [last for _, last in _covered(cur, entry) if last < first]
    if ends and not any(a <= first - DAY <= b for a, b in _covered(cur, entry)):
        hole = Window(max(ends) + DAY, first - DAY)
        yield "gap_before", f"No file covers {_dates(hole)}."


def _weeks_missing(days: _Days, limits: Limits) -> Iterator[tuple[str, str]]:
    """Runs of whole weeks (from Monday) without any row, where the weeks on both sides have many.

    A run of k weeks is missing when, at the usual weekly rows of the poorer side, the expected number of such runs in
    the file, W exp(-k usual), is below `CHANCE`.
    """
    monday = days.first - days.first.weekday() * DAY
    weeks = [monday + n * WEEK for n in range((days.last - monday).days // 7 + 1)]
    whole = [w for w in weeks if w >= days.first and w + 6 * DAY <= days.last]
    empty = [w for w in whole if days.between(w, w + 6 * DAY) == 0]
    missing = []
    for start, count in _runs(empty):
        usual = _usual_beside(days, start, count)
        if usual >= limits.weekly_rows.value and len(whole) * math.exp(-count * usual) < CHANCE:
            missing.append(f"{_dates(Window(start, start + count * WEEK - DAY))} (about {usual:,.0f} a week usually)")
    if missing:
        yield "weeks_missing", f"No row from {_named(missing)}."


def _runs(weeks: list[dt.date]) -> Iterator[tuple[dt.date, int]]:
    """First week and number of weeks that follow each other."""
    start, count = None, 0
    for week in weeks:
        if start and week == start + count * WEEK:
            count += 1
            continue
        if start:
            yield start, count
        start, count = week, 1
    if start:
        yield start, count


def _usual_beside(days: _Days, start: dt.date, count: int) -> float:
    """Median weekly rows before and after a run of weeks: of both sides the lower; 0 when neither is known."""
    sides = []
    for weeks in (
        [start - n * WEEK for n in range(1, WEEKS_BESIDE + 1)],
        [start + (count + n) * WEEK for n in range(WEEKS_BESIDE)],
    ):
        known = [rows for w in weeks if (rows := days.between(w, w + 6 * DAY)) is not None]
        if len(known) >= FEWEST_WEEKS:
            sides.append(median(known))
    return min(sides, default=0.0)


def _volume_drop(days: _Days, limits: Limits) -> Iterator[tuple[str, str]]:
    """Whole months with fewer rows than a share of the usual (median of the months before), than any of these months,
    and than chance would bring."""
    low = []
    months = list(_months(days))
    rows = [days.between(month, _next(month) - DAY) for month in months]
    for n in range(MONTHS_BEFORE, len(months)):
        month, now = months[n], rows[n]
        before = [r for r in rows[n - MONTHS_BEFORE : n] if r is not None]
        if now is not None and len(before) >= FEWEST_MONTHS:
            usual = median(before)
            if (
                now < limits.low_month.value / 100 * usual
                and now < min(before)
                and _poisson_at_most(now, usual) < CHANCE
            ):
                low.append(f"{month:%B %Y} has {now:,} rows, usually about {usual:,.0f}")
    if low:
        yield "volume_drop", f"{_named(low)}."


def _months(days: _Days) -> Iterator[dt.date]:
    """First days of the file's whole months, and of the months before them that the first is held against."""
    month = days.first if days.first.day == 1 else _next(days.first)
    for _ in range(MONTHS_BEFORE):
        month = (month - DAY).replace(day=1)
    while (following := _next(month)) - DAY <= days.last:
        yield month
        month = following


def _next(day: dt.date) -> dt.date:
    """The first day of the next month."""
    return (day.replace(day=28) + 4 * DAY).replace(day=1)


def _poisson_at_most(k: int, mean: float) -> float:
    """P(X <= k) of a Poisson variable."""
    return sum(math.exp(n * math.log(mean) - mean - math.lgamma(n + 1)) for n in range(k + 1))


def _named(parts: list[str]) -> str:
    more = len(parts) - MOST_NAMED
    return "; ".join(parts[:MOST_NAMED]) + (f"; and {more} more" if more > 0 else "")


def _dates(window: Window) -> str:
    first, last = window
    assert first and last
    return f"{first.day} {first:%b %Y}" if first == last else f"{first.day} {first:%b %Y} to {last.day} {last:%b %Y}"
