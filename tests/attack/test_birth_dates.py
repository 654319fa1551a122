"""Nobody's birth date is narrower than a year from all that a research edition says of age.

The attacker takes every birth year and age, in all periods and rows; that nobody has rows before they were born; and what
being a unit, or being left out, says of the true age: the ages at which people begin and cease to count, as the
measures' pages give them.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from data.releases import release_folders
from metrics.indicators import indicators
from metrics.results import edition_units
from tests.support.drawing.random_rows import MEASURES, random_partnership
from workflow import releasing

DAY = dt.timedelta(days=1)
LONG_AGO, EVER = dt.date(1800, 1, 1), dt.date(2200, 12, 31)
DATES = {
    "hospital_stays": ("admitted_on", "discharged_on"),
    "clinical_events": ("starts_on", "ends_on"),
    "blood_pressure": ("measured_on",),
    "food_security": ("screened_on", "intervention_on"),
}
Interval = tuple[dt.date, dt.date]
COUNTS_FROM = {
    "bp_control": 18,
    "systolic_diabetes": 18,
    "readmission_any_hospital": 18,
    "readmission_same_hospital": 18,
}
COUNTS_TO = {"bp_control": 85}
OF_REASON = {"under_18": (0, 17), "frail_66_to_80": (66, 80), "frail_81": (81, 120), "nursing_home": (66, 120)}
WITHOUT_AGE = {"died", "against_advice", "transferred_out", "still_here"}
"""Reasons that leave a stay out before its age is looked at."""


def born(day: dt.date, youngest: int, oldest: int) -> Interval:
    """First and last possible birth date of one who is of these ages on a day."""
    return before(day, oldest + 1) + DAY, before(day, youngest)


def before(day: dt.date, years: int) -> dt.date:
    """The same day so many years before; March 1 for a February 29 that is not there."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return dt.date(day.year - years, 3, 1)


def ages(indicator: str, reason: str | None) -> tuple[int, int] | None:
    """The true ages that being a unit, and the reason for leaving it out, allow."""
    if reason in OF_REASON:
        return OF_REASON[reason]
    stays = indicator.startswith("readmission")
    if indicator not in COUNTS_FROM or (stays and reason in WITHOUT_AGE):
        return None
    return COUNTS_FROM[indicator], COUNTS_TO.get(indicator, 120)


def statements(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[object, int, Interval]]:
    """Whom it is about, the birth year that is claimed, and the birth dates that are possible by one row alone."""
    cap = con.execute("SELECT newest_year - 90 FROM edition").fetchall()[0][0]

    met = " UNION ALL ".join(
        f"SELECT partner_id, patient_id, least({', '.join(c)}) AS day FROM {t}" for t, c in DATES.items()
    )
    first = dict(
        con.execute(
            f"SELECT person_key, min(day) FROM ({met}) JOIN people USING (partner_id, patient_id) GROUP BY 1"
        ).fetchall()
    )

    def of_year(person: object, year: int) -> Interval:
        """The two years that stand for others too are no more than that; and rows come after the birth."""
        begins = LONG_AGO if year == cap else dt.date(year, 1, 1)
        ends = EVER if person in first and year == first[person].year - 1 else dt.date(year, 12, 31)
        return begins, min(ends, first.get(person, EVER))

    known = "SELECT p.person_key, r.birth_year FROM patients r JOIN people p USING (partner_id, patient_id)"
    for person, year in con.execute(f"{known} WHERE birth_year IS NOT NULL").fetchall():
        assert year >= cap
        yield person, year, of_year(person, year)
    units = con.execute("""SELECT u.person_key, indicator, exclusion_reason, period_end, age,
            (SELECT min(admitted_on) FROM hospital_stays s WHERE s.stay_id = u.unit_id) AS admitted_on
        FROM unit_rows u WHERE age IS NOT NULL""").fetchall()
    for person, indicator, reason, end, age, admitted in units:
        assert age <= 90
        day = end if admitted is None else admitted
        year = max(cap, day.year - age) if age < 90 else cap
        yield person, year, of_year(person, year)
        if allowed := ages(indicator, reason):
            yield person, year, born(day, *allowed)


def narrowest(said: Iterator[tuple[object, int, Interval]]) -> int:
    """Days that are possible for the one who is known best. What contradicts a claimed year says nothing in it."""
    possible: dict[tuple[object, int], Interval] = {}
    by_claim: dict[tuple[object, int], list[Interval]] = defaultdict(list)
    for person, year, interval in said:
        by_claim[person, year].append(interval)
    for claim, intervals in by_claim.items():
        first, last = intervals[0]
        for one in intervals:
            first, last = max(first, one[0]), min(last, one[1])
        possible[claim] = first, last
    return min((last - first).days + 1 for first, last in possible.values() if first <= last)


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    release = release_folders.current_release(folder)
    assert release
    return duckdb.connect(str(release_folders.edition_path(folder, release, "research")), read_only=True)


def test_nobodys_birth_date_is_narrower_than_a_year_in_the_demo(made_demo):
    with opened(made_demo.folder) as con:
        assert (
            con.execute("SELECT count(DISTINCT person_key) FROM unit_rows WHERE age IS NOT NULL").fetchall()[0][0]
            > 2000
        )
        assert narrowest(statements(con)) >= 365


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(8))
def test_nor_among_people_whose_birthdays_lie_at_the_ends_of_periods(tmp_path, seed):
    measure = ("blood_pressure", "readmission")[seed % 2]
    assert measure in MEASURES
    partnership = random_partnership(tmp_path / "p", seed, measure)
    releasing.publish(partnership.store)
    partnership.close()
    with opened(tmp_path / "p") as con:
        assert narrowest(statements(con)) >= 365


@pytest.mark.heavy
@pytest.mark.parametrize("seed", range(2))
def test_no_age_that_decides_is_missing_from_what_an_indicator_says(tmp_path, seed):
    partnership = random_partnership(tmp_path / "p", seed, ("blood_pressure", "readmission")[seed])
    store, cur = partnership.store, partnership.store.cursor()
    found = []
    for every_age in (False, True):
        named = {i.id: i.model_copy(update={"ages": range(130)} if every_age else {}) for i in indicators().values()}
        edition_units.set_unit_rows(cur, named, store.partnership.choices)
        unnamed = "SELECT indicator, scope, period_end, count(*) FROM edition_units WHERE decided IS NULL GROUP BY ALL"
        found.append(sorted(cur.execute(unnamed).fetchall()))
    partnership.close()
    assert found[0] == found[1] and sum(count for *_, count in found[0]) > 5


def test_the_attack_finds_a_quarter_where_a_row_tells_one():
    year, turned = (dt.date(2008, 1, 1), dt.date(2008, 12, 31)), born(dt.date(2026, 3, 31), 18, 85)
    assert narrowest(iter([("P", 2008, year), ("P", 2008, turned)])) == 91
    frail = born(dt.date(2026, 3, 31), 81, 120)
    assert narrowest(iter([("P", 1945, (dt.date(1945, 1, 1), dt.date(1945, 12, 31))), ("P", 1945, frail)])) == 90
