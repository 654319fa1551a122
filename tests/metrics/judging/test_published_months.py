"""Which months may be judged: partner by partner, else the partnership's, else none, and why."""

import datetime as dt
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student

from metrics.judging.published_months import Months, published_months

END = dt.date(2025, 12, 31)


def ends(months: int = 36) -> list[dt.date]:
    last = END.year * 12 + 11
    firsts = [dt.date(m // 12, m % 12 + 1, 1) for m in range(last - months + 2, last + 2)]
    return [day - dt.timedelta(days=1) for day in firsts]


def row(scope: str, end: dt.date, x: int | None, n: int | None, **more: Any) -> dict[str, Any]:
    hidden = x is None
    rate = None if x is None or not n else x / n
    return {
        "scope": scope, "period_kind": "month", "period_end": end, "numerator": x, "denominator": n, "rate": rate, "low": rate, "high": rate,
        "suppressed": hidden, "provisional": False, **more,
    }  # fmt: skip


def world(months: Any = 36, **changed: Any) -> list[dict[str, Any]]:
    """Two partners and the partnership. `changed`: 'scope_place' -> (x, n), or None for no row at all."""
    rows = []
    for place, end in enumerate(ends(months)):
        for scope, usual in (("partnership", (50, 100)), ("alder", (20, 40)), ("birch", (30, 60))):
            figures = changed.get(f"{scope}_{place}", usual)
            if figures is not None:
                rows.append(row(scope, end, *figures))
    return rows


HIDDEN = (None, None)
YEARS = [
    row(scope, dt.date(year, 12, 31), *figures)
    for year in (2023, 2024, 2025)
    for scope, figures in (("alder", (240, 480)), ("birch", (360, 720)))
]


def judged(rows: list[dict[str, Any]], end: dt.date = END, years: list[dict[str, Any]] = YEARS, **more: Any) -> Months:
    return published_months(rows, end, years, 0.01, **more)


def why(rows: list[dict[str, Any]], **more: Any) -> tuple[str, int]:
    found = judged(rows, **more)
    return found.why_not, len(found.counts.people)


def test_all_shown_is_judged_partner_by_partner():
    found = judged(world())
    assert found.why_not == "" and found.counts.people.tolist() == [[40.0] * 36, [60.0] * 36]
    assert found.counts.count[:, 0].tolist() == [20.0, 30.0] and found.counts.variance is None


def test_where_partners_figures_are_left_out_nothing_is_said_as_one_may_have_grown():
    rows = [row("partnership", end, 50, 100, partners_reporting=2) for end in ends()]
    assert why(rows, years=[row("partnership", END, 600, 1200)]) == ("mix", 1)


def test_months_after_the_settled_year_are_left_out():
    found = judged(world(), dt.date(2025, 9, 30))
    assert found.counts.months == 33
    assert why([*world(), row("partnership", dt.date(2026, 1, 31), 90, 100)]) == ("", 2)


@pytest.mark.parametrize(("months", "reason", "kept"), [(23, "few", 23), (24, "", 24), (40, "", 40), (60, "", 48)])
def test_two_years_are_needed_and_four_are_used(months, reason, kept):
    found = judged(world(months))
    assert (found.why_not, found.counts.months) == (reason, kept)


def test_a_hidden_partner_leaves_the_partnership_when_the_same_partners_stand_behind_it():
    assert why(world(alder_20=HIDDEN)) == ("", 1)


def test_a_hidden_partner_beside_one_that_joined_leaves_nothing():
    joined: Any = {f"birch_{place}": None for place in range(20)}
    assert why(world(**joined)) == ("", 2), "like for like, partner by partner"
    assert why(world(**joined, alder_30=HIDDEN), years=[]) == ("partners", 1)


def grown(x: int | None, n: int | None) -> list[dict[str, Any]]:
    """Alder as it was two years ago."""
    return [
        row("alder", dt.date(2024, 12, 31), x, n),
        *[r for r in YEARS if (r["scope"], r["period_end"].year) != ("alder", 2024)],
    ]


def test_partners_that_grow_unseen_never_move_the_partnership():
    """Ten more people in a hundred go to a partner with twice the rate: the whole rises, and nobody changed."""
    rows = world(alder_20=HIDDEN)
    assert why(rows, years=grown(240, 480)) == ("", 1)
    assert why(rows, years=grown(240, 440)) == ("", 1), "as it has the rate of all, its growth moves nothing"
    apart = [{**r, "rate": 0.2, "numerator": r["denominator"] // 5} if r["scope"] == "alder" else r for r in YEARS]
    assert why(rows, years=apart) == ("", 1)
    smaller = [
        {**r, "denominator": 240} if r["scope"] == "alder" and r["period_end"].year == 2024 else r for r in apart
    ]
    found = judged(rows, years=smaller)
    assert (found.why_not, found.longer is not None) == ("", True), "judged by the years of each partner"
    assert why(rows, years=smaller, in_small=False) == ("partners", 1)


def test_growth_that_is_hidden_is_not_taken_for_none():
    now = [{**r, "rate": None, "numerator": None, "denominator": None} if r["period_end"] == END else r for r in YEARS]
    assert why(world(alder_20=HIDDEN), years=now) == ("mix", 1)
    assert why(world(alder_20=HIDDEN), years=[]) == ("mix", 1)


def test_partners_whose_figure_means_something_else_are_not_compared_in_place_of_the_whole():
    """A hospital's own figure counts returns to itself alone: its months do not add up to returns to any hospital."""
    assert why(world(), in_small=False) == ("", 1)
    assert why(world(), in_small=False, years=[]) == ("mix", 1)


@pytest.mark.parametrize("place", [0, 17, 35])
def test_a_hidden_month_of_the_partnership_silences_its_own_series(place):
    """Zeros are shown and one to ten are hidden: what is left of the months would be a selection by their value."""
    assert why(world(**{f"{scope}_{place}": HIDDEN for scope in ("partnership", "alder")}), years=[]) == ("hidden", 1)


def test_years_that_are_shown_are_judged_partner_by_partner_where_months_are_hidden():
    hidden = world(partnership_20=HIDDEN, alder_20=HIDDEN)
    found = judged(hidden)
    assert found.why_not == "" and found.longer is not None and found.partners == {"alder": 0, "birch": 1}
    assert found.longer.people.tolist() == [[480.0] * 3, [720.0] * 3]
    assert (two := judged(hidden, years=[r for r in YEARS if r["period_end"].year > 2023]).longer) and two.months == 2
    earlier = [
        {**r, "rate": None, "numerator": None, "denominator": None} if r["period_end"].year == 2023 else r
        for r in YEARS
    ]
    assert (shown := judged(hidden, years=earlier).longer) and shown.months == 2, "as many as are shown"
    assert why(hidden, years=[r for r in YEARS if r["period_end"] == END]) == ("hidden", 1)


def test_a_month_that_nobody_sent_says_nothing():
    nobody: Any = {f"{scope}_14": None for scope in ("partnership", "alder", "birch")}
    assert why(world(**nobody), years=[])[0] == "hidden"


def test_a_month_of_nobody_at_all_is_said_to_be_so():
    nobody = {f"{scope}_14": (0, 0) for scope in ("partnership", "alder", "birch")}
    assert why(world(**nobody))[0] == "nobody"


def test_a_month_of_nobody_at_a_partner_is_no_gap():
    assert why(world(alder_14=(0, 0))) == ("", 2)


def test_a_mean_has_its_total_and_the_variance_from_its_interval():
    half = student.ppf(0.975, 99) * 17 / 10
    mean = {"numerator": None, "rate": 131.0, "low": 131 - half, "high": 131 + half, "suppressed": False}
    rows = [{**row(scope, end, 1, 100), **mean} for end in ends() for scope in ("partnership", "alder")]
    found = judged(rows)
    assert found.counts.count[0, 0] == pytest.approx(13_100)
    assert found.counts.variance is not None and np.sqrt(found.counts.variance) == pytest.approx(17.0)
