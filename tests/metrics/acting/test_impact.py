"""What is said of an action: from published rows whose truth is known, each trap in its name."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.special import expit

from metrics.acting import beside_others, whole_years
from metrics.acting.arms import Action, arms
from metrics.acting.impact import Impact, impact
from metrics.statistics import serial_regression

START = dt.date(2025, 1, 1)
Rate = Callable[[int, int], float]
"""Of partner and month (0: the first after the start) the log odds."""


def month_end(number: int) -> dt.date:
    month = START.year * 12 + START.month + number
    return dt.date(month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)


def row(scope: str, end: dt.date, x: float, n: float, kind: str = "month", **more: Any) -> dict[str, Any]:
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    first = end.year * 12 + end.month - months
    return {
        "scope": scope, "period_kind": kind, "period_end": end, "period_start": dt.date(first // 12, first % 12 + 1, 1),
        "stratifier": "all", "category": "all", "closed": True, "suppressed": False, "denominator": int(n),
        "numerator": int(x), "rate": x / n, "low": 0.0, "high": 1.0, **more,
    }  # fmt: skip


def published(
    level: Rate, partners: int = 5, before: int = 36, after: int = 12, people: int = 500
) -> list[dict[str, Any]]:
    rng = np.random.default_rng(7)
    rows = []
    for p in range(partners):
        for m in range(-before, after):
            n = people * (p + 1)
            rows.append(row(f"p{p}", month_end(m), rng.binomial(n, expit(level(p, m))), n))
    return rows


def judged(rows: list[dict[str, Any]], *, taking: tuple[str, ...] = ("p0", "p1"), start: dt.date = START) -> Impact:
    names = sorted({r["scope"] for r in rows})
    return impact(rows, Action("m", start, taking), names, 0.01)


def steady(p: int, m: int) -> float:
    return 0.2 * p - 0.4 + 0.1 * np.cos(2 * np.pi * m / 12)


def test_a_planted_change_is_found_beside_others_with_its_size():
    said = judged(published(lambda p, m: steady(p, m) + 0.4 * (p < 2 and m >= 0)))
    assert said.verdict == "changed" and said.method == "month" and (said.before, said.after) == (36, 12)
    assert said.beside == ("p2", "p3", "p4") and said.found is not None
    assert said.found[1] < 0.097 < said.found[2] and not any(one.changed for one in said.dates)


def test_a_season_and_a_rise_that_all_share_are_no_change():
    said = judged(published(lambda p, m: steady(p, m) + 0.3 * (m >= 0) + 0.02 * m))
    assert said.verdict == "no detectable change" and said.plainly is not None and said.plainly > 0.1


def test_a_change_below_the_smallest_meaningful_is_none_however_certain():
    said = judged(published(lambda p, m: steady(p, m) + 0.03 * (p < 2 and m >= 0), people=60_000))
    assert said.verdict == "no detectable change" and said.found is not None and said.found[1] > 0


def test_without_others_it_is_never_called_an_effect():
    said = judged(published(lambda p, m: steady(p, m) + 0.8 * (m >= 0), partners=2))
    assert (said.verdict, said.why) == ("no comparison", "nobody beside")
    assert said.found is not None and said.found[1] > 0, "beside its own earlier course it did rise"


def test_partners_that_moved_apart_before_the_start_are_no_comparison():
    said = judged(published(lambda p, m: steady(p, m) + 0.8 * (p < 2 and m >= -9)))
    assert (said.verdict, said.why) == ("no comparison", "apart before")
    assert [one.changed for one in said.dates if one.what == "2024-04-01"] == [True]


@pytest.mark.parametrize(("before", "after"), [(11, 12), (36, 2)])
def test_too_few_months_are_not_enough(before, after):
    assert judged(published(steady, before=before, after=after)).verdict == "not enough data"


def test_a_partner_with_a_hidden_month_feeds_nothing_into_the_months():
    rows = published(steady)
    hidden = {"suppressed": True, "denominator": None, "numerator": None, "rate": None, "low": None, "high": None}
    rows = [r | hidden if (r["scope"], r["period_end"]) == ("p4", month_end(-20)) else r for r in rows]
    said = judged(rows)
    assert said.left == {"p4": "hidden"} and said.beside == ("p2", "p3")
    moved = [r | {"numerator": 0, "rate": 0.0} if r["scope"] == "p4" and r["rate"] is not None else r for r in rows]
    assert judged(moved).found == said.found, "nothing of it counts"
    assert judged(rows, taking=("p4",)).verdict == "not enough data"


def test_open_months_are_not_read():
    rows = published(steady)
    opened = [r | {"closed": r["period_end"] <= month_end(5)} for r in rows]
    assert judged(opened).after == 6


def test_the_baseline_is_frozen_later_months_do_not_move_it():
    rows = published(steady)
    early = [r for r in rows if r["period_end"] <= month_end(5)]
    few, many = (arms(those, Action("m", START, ("p0",)), ["p1"], "month")[0] for those in (early, rows))
    assert few and many and few.ends[: few.before] == many.ends[: many.before]
    weights = [beside_others.series(one, 0.0025).difference[:36] for one in (few, many)]
    assert weights[0] == pytest.approx(weights[1])


def test_a_quarter_that_the_start_cuts_belongs_to_neither_side():
    rows = []
    for p in range(3):
        rows += [row(f"p{p}", month_end(3 * q + 2), 200 + p, 1000, "quarter") for q in range(-10, 5)]
    said = judged(rows, taking=("p0",), start=dt.date(2025, 2, 1))
    assert said.method == "quarter" and (said.before, said.after) == (10, 4)


def test_a_group_is_judged_by_years_for_no_other_is_published():
    rows = [
        row(f"p{p}", month_end(m), x, 900, "year", stratifier="sex", category="female")
        for p, x in ((0, 600), (1, 450), (2, 455))
        for m in (-1, 2, 11)
    ]
    rows = [
        r | {"numerator": 720, "rate": 0.8} if r["scope"] == "p0" and r["period_end"] == month_end(11) else r
        for r in rows
    ]
    said = impact(rows, Action("m", START, ("p0",), ("sex", "female")), ["p1", "p2"], 0.01)
    assert (said.method, said.verdict) == ("year", "changed") and said.found is not None
    assert said.found[1] < 120 / 900 < said.found[2]


def test_rare_cases_are_counted_exactly():
    count, people = np.array([[20.0, 5.0], [21.0, 22.0]]), np.full((2, 2), 4000.0)
    found = whole_years.times_as_often(count, people)
    assert found is not None
    middle, low, high = found
    assert middle == pytest.approx(5 / 20 * 21 / 22)
    table = sm.stats.Table2x2(np.array([[5, 22], [20, 21]]))
    assert low < table.oddsratio_confint()[0] + 0.02 and high > middle, "exact is the wider"
    said = impact(
        [row(f"p{p}", month_end(m), count[p, int(m > 0)], 4000, "year") for p in (0, 1) for m in (-1, 11)],
        Action("m", START, ("p0",)), ["p1"], 0.001,
    )  # fmt: skip
    assert said.method == "rare" and said.verdict == "changed"


def test_of_independent_months_the_estimate_is_that_of_weighted_least_squares(monkeypatch):
    monkeypatch.setattr(serial_regression, "POSSIBLE", ((0.0, 0.0),))
    rng = np.random.default_rng(3)
    x = np.stack([np.ones(48), np.arange(48) >= 36], axis=1).astype(float)
    chance = rng.uniform(0.5, 2, 48)
    y = 3 + 2 * x[:, 1] + rng.normal(0, 1, 48) * np.sqrt(chance)
    found = serial_regression.fitted(y[None], x[None], chance[None], np.array([1.0]))
    oracle = sm.WLS(y, x, weights=1 / chance).fit()
    assert found is not None
    middle, low, high = found.of(np.array([0.0, 1.0]))
    assert middle == pytest.approx(oracle.params[1])
    assert [low, high] == pytest.approx(oracle.conf_int()[1], rel=0.05), "apart from the weak prior"


def test_what_happens_to_single_partners_at_the_start_widens_the_range_where_there_are_enough():
    rng = np.random.default_rng(5)
    own = rng.normal(0, 0.3, 12)

    def with_steps(by: np.ndarray) -> Impact:
        rows = published(lambda p, m: steady(p % 3, m) + by[p] * (m >= 0), partners=12, people=300)
        return judged(rows, taking=tuple(f"p{n}" for n in range(6)))

    calm, shaken = with_steps(np.zeros(12)), with_steps(own)
    assert calm.found and shaken.found
    assert shaken.found[2] - shaken.found[1] > 2 * (calm.found[2] - calm.found[1])
