"""Control charts: every series of the published reference, the traps of the rules, and p charts by a naive hand."""

import math
from itertools import groupby, pairwise

import numpy as np
import pytest

from metrics.statistics import p_chart, spc
from schemas.policy.chart_rules import RULE_SETS
from tests.support.real_input import read, shared

RULES = RULE_SETS["nhs-mdc-0.2.2"]
BETTER: dict[str, spc.Better] = {"increase": "higher", "decrease": "lower", "neutral": "neither"}
TYPES: dict[str, spc.PointType] = {
    "common_cause": "usual", "special_cause_improvement": "better", "special_cause_concern": "worse",
    "special_cause_neutral_high": "high", "special_cause_neutral_low": "low",
}  # fmt: skip
ASSURED = {"NA": None, "consistent_pass": "pass", "consistent_fail": "fail", "inconsistent": "hit_and_miss"}
CAUSES = {
    "Common Cause": ("", 0), "Above UCL": ("outside", 1), "Below LCL": ("outside", -1),
    "7 Point Trend (Increasing)": ("trend", 1), "7 Point Trend (Decreasing)": ("trend", -1),
    "2 in 3 Above CL": ("two_in_three", 1), "2 in 3 Below CL": ("two_in_three", -1),
    "7 Points Above CL": ("shift", 1), "7 Points Below CL": ("shift", -1),
}  # fmt: skip


def number(text: str) -> float:
    return math.nan if text == "NA" else float(text)


def test_every_series_of_the_published_software_gives_the_same_chart():
    folder = shared("reference") / "spc"
    cases = {c["case"]: c for c in read(folder / "cases.csv")}
    wrong: list[tuple] = []
    seen = 0
    for name, points in groupby(read(folder / "expected_points.csv"), lambda p: p["case"]):
        case, rows = cases[name], list(points)
        y = [float(r["y"]) for r in rows]
        starts = [i for i, r in enumerate(rows) if r["date"] in case["rebase"].split(";")]
        fix_after = None if case["fix_after_n_points"] == "NA" else int(case["fix_after_n_points"])
        used = spc.baseline(np.isfinite(y), starts, fix_after)
        limits = spc.xmr(y, RULES, starts, used, screen=case["screen_outliers"] == "TRUE")
        flagged = spc.flag(y, limits, RULES, starts)
        better = BETTER[case["improvement_direction"]]
        types = spc.point_types(flagged.direction, better)
        for i, row in enumerate(rows):
            lines = [limits.mean[i], limits.low[i], limits.high[i]]
            expected = [number(row[c]) for c in ("mean", "lpl", "upl")]
            outside = bool(y[i] > limits.high[i] or y[i] < limits.low[i])
            close = not outside and bool(y[i] > limits.near_high[i] or y[i] < limits.near_low[i])
            found = (
                outside, int(np.sign(y[i] - limits.mean[i])), close, (flagged.rule[i], int(flagged.direction[i])), types[i],
            )  # fmt: skip
            wanted = (row["outside"] == "TRUE", int(row["rel"]), row["close"] == "TRUE", CAUSES[row["special_cause"]],
                      TYPES[row["point_type"]])  # fmt: skip
            if found != wanted or not np.allclose(lines, expected, rtol=1e-12, atol=1e-12, equal_nan=True):
                wrong.append((name, i, found, wanted))
        target = None if case["target"] == "NA" else float(case["target"])
        last = spc.assurance(target, limits.low[-1], limits.high[-1], better), types[-1]
        if last != (ASSURED[case["assurance"]], TYPES[case["variation_last"]]):
            wrong.append((name, last))
        seen += 1
    assert seen == len(cases) > 200
    assert wrong == []


# A mean of 10 with limits 4 and 16, near limits 6 and 14: the points alone decide.
def flags(*values: float, starts: tuple[int, ...] = ()) -> str:
    size = len(values)
    limits = spc.Limits(*(np.full(size, v) for v in (10.0, 4.0, 16.0, 6.0, 14.0)))
    found = spc.flag(values, limits, RULES, starts)
    letters = {"": ".", "outside": "o", "trend": "t", "two_in_three": "n", "shift": "s"}
    return "".join(
        letters[r].upper() if d > 0 else letters[r] for r, d in zip(found.rule, found.direction, strict=True)
    )


GAP = math.nan
TRAPS = {
    "a_point_on_the_limit_is_not_outside": ((16, 10, 4), "..."),
    "strictly_outside_is_flagged": ((16.01, 10, 3.99), "O.o"),
    "seven_on_one_side_are_a_shift": ((11, 12, 11, 12, 11, 12, 11), "SSSSSSS"),
    "six_are_none": ((11, 12, 11, 12, 11, 12, 9), "......."),
    "a_point_on_the_mean_breaks_a_shift": ((11, 12, 11, 10, 11, 12, 11, 12), "........"),
    "a_hidden_point_breaks_a_shift": ((11, 12, 11, GAP, 11, 12, 11, 12), "........"),
    "seven_rising_are_a_trend_and_all_are_flagged": ((7, 8, 9, 9.5, 10.5, 11, 12), "TTTTTTT"),
    "six_rising_are_none": ((8, 9, 9.5, 10.5, 11, 12, 11.5), "......."),
    "a_tie_breaks_a_trend": ((7, 8, 9, 9, 10.5, 11, 12, 13), "........"),
    "a_hidden_point_breaks_a_trend": ((7, 8, 9, GAP, 10.5, 11, 12, 13), "........"),
    "falling_is_a_trend_too": ((13, 12, 11, 10.5, 9.5, 9, 8), "ttttttt"),
    "the_turn_of_two_trends_goes_with_the_second": (
        (7, 8, 9, 9.5, 11, 12, 13, 12.5, 11, 9.5, 9, 8, 7),
        "TTTTTTttttttt",
    ),
    "two_in_three_near_the_limit": ((15, 11, 14.5), "N.N"),
    "only_the_near_ones_are_flagged_not_the_third": ((11, 15, 14.5), ".NN"),
    "on_the_near_limit_is_not_near": ((14, 11, 14), "..."),
    "two_near_on_different_sides_are_none": ((15, 11, 5), "..."),
    "the_third_on_the_other_side_is_none": ((15, 9, 14.5), "..."),
    "the_third_on_the_mean_is_none": ((15, 10, 14.5), "..."),
    "an_outside_point_is_no_near_one": ((17, 15, 11), "O.."),
    "an_outside_point_may_be_the_third": ((17, 15, 14.5), "ONN"),
    "outside_comes_before_a_trend": ((7, 8, 9, 9.5, 10.5, 11, 17), "TTTTTTO"),
    "a_trend_comes_before_two_in_three": ((9, 10.5, 11, 12, 13, 14.5, 15), "TTTTTTT"),
    "two_in_three_comes_before_a_shift": ((11, 12, 11, 12, 11, 15, 15), "SSSSSNN"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_rules(trap):
    values, expected = TRAPS[trap]
    assert flags(*values) == expected


def test_no_rule_reaches_across_a_rebase():
    shift, rise = (11, 12, 11, 12, 11, 12, 11), (7, 8, 9, 9.5, 10.5, 11, 12)
    assert flags(*shift, starts=(3,)) == "." * 7
    assert flags(*rise, starts=(3,)) == "." * 7
    assert flags(15, 11, 14.5, starts=(2,)) == "..."
    assert flags(*shift, *shift, starts=(7,)) == "S" * 14


def test_limits_by_hand():
    # Moving ranges 2, 1, 3, 2: average 2; mean 11.4.
    limits = spc.xmr([10, 12, 11, 14, 10], RULES, screen=False)
    average = (2 + 1 + 3 + 4) / 4
    assert limits.mean[0] == 11.4
    assert limits.high[0] == pytest.approx(11.4 + 2.66 * average, abs=1e-12)
    assert limits.near_low[0] == pytest.approx(11.4 - 2.66 * average * 2 / 3, abs=1e-12)


def test_an_extreme_moving_range_is_left_out_once():
    y = [10, 11, 10, 11, 10, 11, 10, 11, 10, 11, 10, 30]
    assert spc.xmr(y, RULES).high[0] - spc.xmr(y, RULES).mean[0] == pytest.approx(2.66)
    wide = spc.xmr(y, RULES, screen=False)
    assert wide.high[0] - wide.mean[0] == pytest.approx(2.66 * (10 + 20) / 11)


def test_a_hidden_point_makes_no_moving_range_across_the_gap():
    limits = spc.xmr([10, 11, math.nan, 50, 51], RULES)
    assert limits.high[0] - limits.mean[0] == pytest.approx(2.66)
    assert limits.mean[0] == (10 + 11 + 50 + 51) / 4


def test_a_fixed_baseline_knows_nothing_of_later_points():
    y = [10.0, 12.0] * 6 + [40.0] * 12
    used = spc.baseline(np.isfinite(y), (), 12)
    assert spc.xmr(y, RULES, (), used).mean[-1] == 11
    assert spc.baseline([True, False, True, True, True, True], (3,), 2).tolist() == [
        True, False, True, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("value", [0.1, 1 / 3, 61.7])
def test_points_that_are_all_alike_lie_on_their_mean(value):
    y = [value] * 13
    found = spc.flag(y, spc.xmr(y, RULES), RULES)
    assert set(found.rule) == {""}


@pytest.mark.parametrize(
    "target,better,expected",
    [
        (17, "higher", "fail"), (3, "higher", "pass"), (17, "lower", "pass"), (3, "lower", "fail"),
        (16, "higher", "hit_and_miss"), (4, "lower", "hit_and_miss"), (10, "higher", "hit_and_miss"),
        (None, "higher", None), (17, "neither", None),
    ],
)  # fmt: skip
def test_assurance_is_strictly_beyond_the_limits(target, better, expected):
    assert spc.assurance(target, 4, 16, better) == expected


def test_the_same_way_is_better_or_worse_by_the_indicator():
    assert spc.point_types(np.array([1, -1, 0]), "higher") == ["better", "worse", "usual"]
    assert spc.point_types(np.array([1, -1, 0]), "lower") == ["worse", "better", "usual"]
    assert spc.point_types(np.array([1, -1, 0]), "neither") == ["high", "low", "usual"]


def months(seed: int, size: int = 24) -> tuple[list[int], list[int]]:
    rng = np.random.default_rng(seed)
    n = rng.integers(40, 4000, size)
    return rng.binomial(n, np.clip(rng.normal(0.3, 0.05, size), 0.01, 0.99)).tolist(), n.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_p_and_laney_limits_equal_a_naive_reckoning(seed):
    x, n = months(seed)
    used = np.ones(len(x), dtype=bool)
    c = sum(x) / sum(n)
    z = [(a / b - c) / math.sqrt(c * (1 - c) / b) for a, b in zip(x, n, strict=True)]
    wide = sum(abs(b - a) for a, b in pairwise(z)) / (len(z) - 1) / 1.128
    plain, laney = (p_chart.limits(x, n, used, RULES, (), s) for s in (1.0, p_chart.dispersion(x, n, used)))
    for i, people in enumerate(n):
        sigma = math.sqrt(c * (1 - c) / people)
        assert plain.high[i] == pytest.approx(min(c + 3 * sigma, 1), abs=1e-9)
        assert plain.near_low[i] == pytest.approx(max(c - 2 * sigma, 0), abs=1e-9)
        assert laney.low[i] == pytest.approx(max(c - 3 * sigma * wide, 0), abs=1e-9)
        assert laney.near_high[i] == pytest.approx(min(c + 2 * sigma * wide, 1), abs=1e-9)


def test_p_limits_stay_within_0_and_1_and_a_hidden_month_has_none():
    limits = p_chart.limits([1, math.nan, 9], [10, math.nan, 10], [True, True, True], RULES)
    assert limits.low[0] == 0.0 or limits.low[0] > 0
    assert (limits.low[[0, 2]] >= 0).all() and (limits.high[[0, 2]] <= 1).all()
    assert np.isnan([limits.low[1], limits.high[1], limits.near_low[1], limits.near_high[1]]).all()
    assert limits.mean[1] == 0.5


def test_the_p_charts_center_starts_anew_after_a_rebase_and_leaves_provisional_months_out():
    x, n = [10, 20, 60, 80, 90], [100] * 5
    line = p_chart.center(x, n, [True, True, True, True, False], (2,))
    assert line.tolist() == pytest.approx([0.15, 0.15, 0.7, 0.7, 0.7])


def test_months_without_variation_or_people_break_nothing():
    used = [True] * 3
    assert np.isnan(p_chart.dispersion([0, 0, 0], [10, 10, 10], used)).all()
    assert np.isnan(p_chart.center([0, 0, 0], [0, 0, 0], used)).all()
    limits = p_chart.limits([5, 5, 5], [5, 5, 5], used, RULES)
    assert spc.flag([1.0] * 3, limits, RULES).rule == ["", "", ""]
