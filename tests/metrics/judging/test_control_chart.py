"""The control chart of published months: which months it judges, its limits, and the points it marks."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from metrics.indicators import indicators
from metrics.judging.control_chart import control_chart
from schemas.policy.chart_rules import Baseline, Rebase
from schemas.policy.partnership import Partnership
from tests.metrics.judging.test_sentences import at


def published(*rates: float | None, n: int = 1000, start: str = "2024-01", **more: Any) -> list[dict[str, Any]]:
    rows, end = [], at(start)
    for rate in rates:
        x = None if rate is None else round(rate * n)
        rows.append({
            "period_kind": "month", "period_start": end.replace(day=1), "period_end": end, "numerator": x,
            "denominator": None if rate is None else n, "rate": None if x is None else x / n,
            "suppressed": rate is None, "provisional": False, **more,
        })  # fmt: skip
        end = at(f"{end + dt.timedelta(days=1):%Y-%m}")
    return rows


FLAT = [0.50, 0.51, 0.49, 0.50, 0.52, 0.48] * 2
LOWER = indicators()["readmission_any_hospital"]
HIGHER = indicators()["connected_to_help"]


def test_eleven_months_are_not_judged_and_twelve_are():
    few, enough = (control_chart(HIGHER, published(*FLAT[:k]), Partnership()) for k in (11, 12))
    assert few is not None and not few.enough and few.judged == 11
    assert enough is not None and enough.enough


def test_months_that_hiding_has_selected_have_no_average_no_limits_and_no_verdict():
    """Months are hidden for what they count: those that are left lie high, and so would their average."""
    rising = [0.50 + 0.01 * n for n in range(30)]
    found = control_chart(HIGHER, published(*rising[:20], None, *rising[21:]), Partnership())
    assert found is not None and not found.enough and (found.judged, found.hidden) == (0, 1)
    assert not found.has_level and np.isnan([found.limits.mean, found.limits.low, found.limits.high]).all()
    assert set(found.types) == {"usual"}, "a trend needs no average, and is not judged either"


def test_a_hidden_month_takes_the_level_from_its_own_segment_alone():
    months = [*FLAT[:6], None, *FLAT[7:], *FLAT]
    anew = Partnership(rebases=(Rebase(indicator=HIGHER.id, on=dt.date(2025, 1, 1), reason="New recall system"),))
    found = control_chart(HIGHER, published(*months), anew)
    assert found is not None and found.enough and found.has_level and found.judged == 12
    assert np.isnan(found.limits.mean[:12]).all() and np.isfinite(found.limits.mean[12:]).all()
    assert found.tried.tolist() == [False] * 12 + [True] * 12


def test_a_month_hidden_after_the_fixed_baseline_leaves_the_level_as_it_was():
    fixed = Partnership(baselines=(Baseline(indicator=HIGHER.id, fix_after=12, reason="Agreed"),))
    found = control_chart(HIGHER, published(*FLAT, *FLAT[:5], None, *FLAT[6:]), fixed)
    assert found is not None and found.has_level and found.enough and found.judged == 23


def test_a_month_without_any_row_is_a_gap():
    months = published(*FLAT)
    found = control_chart(HIGHER, [*months[:5], *months[6:]], Partnership())
    assert found is not None and len(found.months) == 12 and found.judged == 11 and found.hidden == 0


def test_a_provisional_month_is_neither_judged_nor_used():
    months = published(*FLAT, 0.9)
    months[-1]["provisional"] = True
    found = control_chart(HIGHER, months, Partnership())
    plain = control_chart(HIGHER, months[:-1], Partnership())
    assert found is not None and plain is not None
    assert found.judged == plain.judged and found.types[-1] == "usual"
    assert found.limits.mean[0] == plain.limits.mean[0]


@pytest.mark.parametrize("indicator,kind", [(HIGHER, "better"), (LOWER, "worse")])
def test_a_leap_is_marked_with_the_indicators_way(indicator, kind):
    found = control_chart(indicator, published(*FLAT, 0.6), Partnership())
    assert found is not None and found.types[-1] == kind and found.flagged.rule[-1] == "outside"


def test_a_fixed_baseline_keeps_the_limits_of_its_months():
    fixed = Partnership(baselines=(Baseline(indicator=HIGHER.id, fix_after=12, reason="Before the program"),))
    found = control_chart(HIGHER, published(*FLAT, 0.6, 0.61, 0.6), fixed)
    assert found is not None and found.types[-3:] == ["better"] * 3
    assert found.limits.mean[-1] == pytest.approx(0.5)


def test_after_a_rebase_the_new_level_is_the_usual_one_once_it_has_twelve_months():
    rebased = Partnership(rebases=(Rebase(indicator=HIGHER.id, on=dt.date(2025, 1, 15), reason="New recall system"),))
    higher = [r + 0.2 for r in FLAT]
    early = control_chart(HIGHER, published(*FLAT, *higher[:6]), rebased)
    late = control_chart(HIGHER, published(*FLAT, *higher), rebased)
    assert early is not None and not early.enough and early.judged == 6
    jump = control_chart(HIGHER, published(*FLAT, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9), rebased)
    assert jump is not None and set(jump.types) == {"usual"}, "too few months, yet one is called better"
    assert late is not None and late.starts == (12,) and late.enough and set(late.types[12:]) == {"usual"}
    loud = control_chart(HIGHER, published(*FLAT, *higher), Partnership())
    assert loud is not None and "better" in loud.types[12:]


def test_the_chart_allows_for_months_that_scatter_more_than_chance():
    calm = control_chart(HIGHER, published(*FLAT, n=200), Partnership())
    wild = control_chart(HIGHER, published(*FLAT, n=100_000), Partnership())
    assert calm is not None and calm.chart == "p"
    assert wild is not None and wild.chart == "p′" and set(wild.types) == {"usual"}


def test_a_mean_gets_an_xmr_chart_in_its_own_unit():
    mean = LOWER.model_copy(update={"statistic": "mean", "measured_in": "mmHg"})
    months = [{**m, "rate": 130 + 10 * m["rate"], "numerator": None} for m in published(*FLAT)]
    found = control_chart(mean, months, Partnership(targets={LOWER.id: 120.0}))
    assert found is not None and found.chart == "XmR" and found.target == 120.0
    assert found.limits.mean[0] == pytest.approx(135)


def test_the_years_target_is_not_held_against_months_that_say_something_else():
    targets = Partnership(targets={"bp_control": 0.7, HIGHER.id: 0.7})
    control = control_chart(indicators()["bp_control"], published(*FLAT), targets)
    connected = control_chart(HIGHER, published(*FLAT), targets)
    assert control is not None and control.target is None
    assert connected is not None and connected.target == 0.7


def test_chance_alone_is_seldom_marked():
    rng, calls = np.random.default_rng(4), 0
    for _ in range(200):
        x = rng.binomial(400, 0.3, 24)
        found = control_chart(HIGHER, published(*(x / 400), n=400), Partnership())
        assert found is not None and found.enough
        calls += found.types[-1] != "usual"
    assert calls <= 16, "more than 8 % of the last months of steady processes were marked"
