"""Situations and the sentence each yields, to be read aloud: what changed, and what that means for the target."""

import datetime as dt
from typing import Any

import numpy as np
import pytest

from metrics.indicators import indicators
from metrics.judging import indicator_facts, sentences
from metrics.judging.control_chart import LastMonth, control_chart
from metrics.judging.figure_words import Scale
from metrics.judging.sentences import Facts, explained, headline, sentence, titled
from schemas.policy.chart_rules import Baseline, Rebase
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import EVERYONE
from workflow import reading


def at(text: str) -> dt.date:
    """'2026-04' as the last day of April 2026."""
    first = dt.date.fromisoformat(f"{text}-28") + dt.timedelta(days=4)
    return first.replace(day=1) - dt.timedelta(days=1)


def heard(verdict: Any, rule: Any, way: str, since: str, month: str = "2026-08", **more: Any) -> LastMonth:
    return LastMonth(verdict, rule, way == "up", at(since), at(month), **more)


def quiet(since: str, **more: Any) -> LastMonth:
    return heard("no change", "", "", since, **more)


YEAR: dict[str, Any] = {"year_end": at("2026-06")}
GOAL: dict[str, Any] = {**YEAR, "target": 0.70}
SHORT: dict[str, Any] = {**GOAL, "beyond": -0.052}
BACK: dict[str, Any] = {"before": "worse", "until": at("2026-05")}

SITUATIONS: dict[str, tuple[Facts, str]] = {
    # Steady: ordinary variation is never called change, and the target is held against this level.
    "steady, no target": (
        Facts(last_month=quiet("2025-03")), "No change beyond ordinary variation since Mar 2025"),
    "steady below the target": (
        Facts(last_month=quiet("2025-03"), outlook="fail", **SHORT),
        "No change beyond ordinary variation since Mar 2025. At this level the 70.0% target will not be met"),
    "steady above the target": (
        Facts(last_month=quiet("2025-03"), outlook="pass", beyond=0.08, **GOAL),
        "No change beyond ordinary variation since Mar 2025. At this level the 70.0% target will be met"),
    "steady around the target": (
        Facts(last_month=quiet("2025-03"), outlook="hit_and_miss", beyond=0.01, **GOAL),
        "No change beyond ordinary variation since Mar 2025. At this level the 70.0% target may be met in some months "
        "and missed in others"),
    "steady, though the year is up from the year before": (
        Facts(last_month=quiet("2025-03"), outlook="fail", year="better", difference=0.021, **SHORT),
        "No change beyond ordinary variation since Mar 2025. At this level the 70.0% target will not be met"),
    "steady months that do not compare with the year's target": (
        Facts(last_month=quiet("2025-03"), **SHORT),
        "No change beyond ordinary variation since Mar 2025. The year to Jun 2026 is 5.2 points short of the 70.0% "
        "target"),
    "steady, worse months not long ago": (
        Facts(last_month=quiet("2026-06", **BACK), outlook="fail", **SHORT),
        "Back within ordinary variation since Jun 2026, after worse months up to May 2026. At this level the 70.0% "
        "target will not be met"),
    "steady, worse months long ago": (
        Facts(last_month=quiet("2025-12", before="worse", until=at("2025-11"))),
        "No change beyond ordinary variation since Dec 2025"),
    "steady, better months not long ago": (
        Facts(last_month=quiet("2026-07", before="better", until=at("2026-06"))),
        "Back within ordinary variation since Jul 2026, after better months up to Jun 2026"),
    "steady month by month, but adrift": (
        Facts(last_month=quiet("2023-10"), outlook="fail", slope=0.012, **SHORT),
        "No change beyond ordinary variation since Oct 2023. But the months drift up by about 1.2 points a year. "
        "The year to Jun 2026 is 5.2 points short of the 70.0% target"),
    "steady, adrift downwards": (
        Facts(last_month=quiet("2023-10"), slope=-0.01),
        "No change beyond ordinary variation since Oct 2023. But the months drift down by about 1.0 point a year"),
    # A signal: said with its way, since when, and for better or worse.
    "one month above, which is bad": (
        Facts(last_month=heard("worse", "outside", "up", "2026-08")), "Rose above its usual range in Aug 2026, for the worse"),
    "one month above, which is good": (
        Facts(last_month=heard("better", "outside", "up", "2026-08")),
        "Rose above its usual range in Aug 2026, for the better"),
    "one month below, which is bad": (
        Facts(last_month=heard("worse", "outside", "down", "2026-08")),
        "Fell below its usual range in Aug 2026, for the worse"),
    "above since April": (
        Facts(last_month=heard("worse", "outside", "up", "2026-04", stayed=True), **SHORT),
        "Rose above its usual range in Apr 2026 and stayed there, for the worse. The year to Jun 2026 is 5.2 points "
        "short of the 70.0% target"),
    "high for long and now outside": (
        Facts(last_month=heard("better", "outside", "up", "2026-01")),
        "Unusually high since Jan 2026, and outside its usual range in Aug 2026, for the better"),
    "low for long and now outside": (
        Facts(last_month=heard("better", "outside", "down", "2026-01")),
        "Unusually low since Jan 2026, and outside its usual range in Aug 2026, for the better"),
    "rising without a break": (
        Facts(last_month=heard("better", "trend", "up", "2026-02")),
        "Rising month after month since Feb 2026, for the better"),
    "falling without a break": (
        Facts(last_month=heard("better", "trend", "down", "2026-02")),
        "Falling month after month since Feb 2026, for the better"),
    "two of three near the edge": (
        Facts(last_month=heard("worse", "two_in_three", "up", "2026-07")),
        "Near the top of its usual range in 2 of 3 months up to Aug 2026, for the worse"),
    "a shift upwards": (
        Facts(last_month=heard("worse", "shift", "up", "2026-01"), **SHORT),
        "Above its average every month since Jan 2026, for the worse. The year to Jun 2026 is 5.2 points short of the "
        "70.0% target"),
    "a shift downwards": (
        Facts(last_month=heard("better", "shift", "down", "2025-12")),
        "Below its average every month since Dec 2025, for the better"),
    "better, and the year meets the target": (
        Facts(last_month=heard("better", "shift", "up", "2026-01"), outlook="hit_and_miss", beyond=0.02, **GOAL),
        "Above its average every month since Jan 2026, for the better. The year to Jun 2026 meets the 70.0% target"),
    "worse, and the year is at the target": (
        Facts(last_month=heard("worse", "shift", "down", "2026-01"), outlook="pass", beyond=-0.001, at_target=True, **GOAL),
        "Below its average every month since Jan 2026, for the worse. The year to Jun 2026 is at the 70.0% target, give "
        "or take chance"),
    # Too few months: the year beside the year before.
    "few months, the year is up, which is good": (
        Facts(year="better", difference=0.034, **SHORT),
        "Up 3.4 points from the year before, beyond chance, for the better. The year to Jun 2026 is 5.2 points "
        "short of the 70.0% target"),
    "few months, the year is up, which is bad": (
        Facts(year="worse", difference=0.01),
        "Up 1.0 point from the year before, beyond chance, for the worse"),
    "few months, the year is down, which is good": (
        Facts(year="better", difference=-0.0004),
        "Down less than 0.1 points from the year before, beyond chance, for the better"),
    "few months, nothing changed": (
        Facts(year="no change", difference=0.02, **SHORT),
        "No change from the year before beyond chance. The year to Jun 2026 is 5.2 points short of the 70.0% "
        "target"),
    "the first year": (
        Facts(beyond=0.05, **GOAL), "Too early to say whether it is changing. The year to Jun 2026 meets the 70.0% target"),
    # No figure: nothing is said of it, whatever else is known.
    "hidden": (Facts(shown="hidden", last_month=quiet("2025-03"), **SHORT), "Hidden to protect privacy"),
    "not known": (Facts(shown="not known", **GOAL), "Not known: the counts were not sent"),
    "no figure yet": (Facts(shown="no figure"), "No figure yet"),
    # A mean is said in its unit.
    "a mean": (
        Facts(last_month=quiet("2025-03"), outlook="fail", year_end=at("2026-06"), target=130.0, beyond=-4.2,
              scale=Scale(True, "mmHg")),
        "No change beyond ordinary variation since Mar 2025. At this level the 130.0 mmHg target will not be met"),
    "a mean that changed": (
        Facts(last_month=heard("better", "shift", "down", "2026-01"), year_end=at("2026-06"), target=130.0, beyond=-4.2,
              scale=Scale(True, "mmHg"), lower_is_better=True),
        "Below its average every month since Jan 2026, for the better. The year to Jun 2026 is 4.2 mmHg above the "
        "130.0 mmHg target"),
    "lower is better, and the figure is above its target": (
        Facts(last_month=quiet("2025-03", month="2025-12", ended=True), lower_is_better=True, **SHORT),
        "No change beyond ordinary variation from Mar 2025 to Dec 2025. The year to Jun 2026 is 5.2 points above the "
        "70.0% target"),
    "a shift, and the months after it are hidden": (
        Facts(last_month=heard("better", "shift", "up", "2025-01", "2025-08", ended=True)),
        "Above its average every month from Jan 2025 to Aug 2025, for the better"),
    "outside, and the months after it are hidden": (
        Facts(last_month=heard("better", "outside", "up", "2025-06", "2025-08", stayed=True, ended=True)),
        "Rose above its usual range in Jun 2025 and stayed there up to Aug 2025, for the better"),
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_sentence(name):
    facts, expected = SITUATIONS[name]
    assert sentence(facts) == expected


def test_the_table_is_long_enough_and_no_two_situations_sound_alike():
    assert len(SITUATIONS) >= 30
    assert len(dict(SITUATIONS.values())) == len(SITUATIONS)


@pytest.mark.parametrize("name", SITUATIONS)
def test_without_a_signal_no_word_of_better_or_worse_now(name):
    facts, told = SITUATIONS[name]
    if facts.verdict in ("no change", "unknown"):
        assert "for the " not in told and "Rose" not in told and "Fell" not in told


def test_the_sentence_goes_on_after_the_title():
    assert titled("Readmissions", Facts(shown="no figure")) == "Readmissions: no figure yet"


STEADY, WORSE = quiet("2025-03"), heard("worse", "shift", "up", "2026-01")


@pytest.mark.parametrize(
    "facts,told",
    [
        (Facts(last_month=STEADY, year="no change"), ""),
        (Facts(last_month=WORSE, year="worse"), ""),
        (Facts(last_month=STEADY), ""),
        (Facts(last_month=STEADY, year="better"),
         "The year differs from the year before, but no month leaves the usual range. The months decide the "
         "verdict."),
        (Facts(last_month=WORSE, year="no change"),
         "So far, the year as a whole does not differ from the year before. The months decide the verdict."),
        (Facts(last_month=WORSE, year="better"),
         "The months have turned, but the year still includes the months before. The months decide the verdict."),
        (Facts(year="better"), "Only 9 months can be judged, not 12. So the verdict compares the year with the year before."),
        (Facts(), "A verdict needs 12 settled months or two full years. So far 9 months can be judged."),
        (Facts(shown="hidden", last_month=WORSE, year="better"), ""),
    ],
)  # fmt: skip
def test_where_months_and_year_disagree_one_rule_decides_and_is_told(facts, told):
    assert explained(facts, 9, 12) == told


@pytest.mark.parametrize(
    "verdicts,told",
    [
        ("", "The first figures are in. In a year they can be compared"),
        ("?", "The first figures are in. In a year they can be compared"),
        ("==", "None of 2 measures changed beyond ordinary variation"),
        ("+=", "1 of 2 measures is getting better and none is getting worse"),
        ("++=", "2 of 3 measures are getting better and none is getting worse"),
        ("-", "“A” is getting worse and no measure is getting better"),
        ("-+=", "“A” is getting worse, while 1 of 3 measures is getting better"),
        ("--++", "“A” and “B” are getting worse, while 2 of 4 measures are getting better"),
        ("----", "“A”, “B” and 2 more are getting worse and no measure is getting better"),
        ("-h", "“A” is getting worse and no measure is getting better"),
    ],
)
def test_the_headline(verdicts, told):
    by_sign = {
        "+": Facts(year="better"), "-": Facts(last_month=WORSE), "=": Facts(last_month=STEADY, year="worse"), "?": Facts(),
        "h": Facts(shown="hidden", last_month=WORSE),
    }  # fmt: skip
    assert headline([(title, by_sign[v]) for title, v in zip("ABCD", verdicts, strict=False)]) == told


@pytest.mark.parametrize(
    "beyond,told",
    [
        ([], ""), ([0.1], ". The target is met"), ([-0.1], ". The target is not met"),
        ([0.1, 0.0], ". All 2 targets are met"), ([-0.1, -0.2], ". None of 2 targets is met"),
        ([0.1, -0.1], ". 1 of 2 targets is met"), ([0.1, -0.1, 0.2], ". 2 of 3 targets are met"),
    ],
)  # fmt: skip
def test_the_headline_counts_targets_met(beyond, told):
    facts = [Facts(last_month=STEADY, target=0.5, beyond=b) for b in beyond] + [
        Facts(last_month=STEADY),
        Facts(last_month=STEADY),
    ]
    said = headline([(str(n), f) for n, f in enumerate(facts)])
    assert said == f"None of {len(facts)} measures changed beyond ordinary variation{told}"


def test_one_shared_figure_is_not_counted():
    assert headline([("A", Facts(last_month=STEADY))]) == "No change beyond ordinary variation"
    assert headline([("A", Facts(year="better"))]) == "The measure is getting better"


# From published months to what is heard.


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
    assert few is not None and few.last_month is None and few.assurance is None and few.judged == 11
    assert enough is not None and enough.last_month == quiet("2024-01", month="2024-12")


def test_hidden_months_are_not_judged_and_can_leave_too_few():
    found = control_chart(HIGHER, published(*FLAT[:6], None, *FLAT[7:]), Partnership())
    assert found is not None and found.last_month is None and (found.judged, found.hidden) == (11, 1)
    assert np.isnan(found.limits.high[6])


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
    assert found.last_month == plain.last_month and found.types[-1] == "usual"
    assert found.limits.mean[0] == plain.limits.mean[0]


@pytest.mark.parametrize("indicator,verdict", [(HIGHER, "better"), (LOWER, "worse")])
def test_a_leap_is_heard_with_the_indicators_way(indicator, verdict):
    found = control_chart(indicator, published(*FLAT, 0.6), Partnership())
    assert found is not None and found.last_month == heard(verdict, "outside", "up", "2025-01", "2025-01")


def test_months_that_stay_outside_are_heard_since_the_first_of_them():
    partnership = Partnership(baselines=(Baseline(indicator=HIGHER.id, fix_after=12, reason="Before the program"),))
    found = control_chart(HIGHER, published(*FLAT, 0.6, 0.61, 0.6), partnership)
    assert found is not None
    assert found.last_month == heard("better", "outside", "up", "2025-01", "2025-03", stayed=True)
    assert found.limits.mean[-1] == pytest.approx(0.5)


BEFORE = Partnership(baselines=(Baseline(indicator=HIGHER.id, fix_after=12, reason="Before the program"),))


def told_of(*rates: float | None) -> str:
    found = control_chart(HIGHER, published(*FLAT, *rates), BEFORE)
    assert found is not None and found.last_month is not None
    return sentence(Facts(last_month=found.last_month))


def test_rising_is_said_from_where_it_rises_and_not_from_an_earlier_shift():
    shift, rise = [0.53, 0.52, 0.53, 0.51, 0.53, 0.52], [0.505, 0.511, 0.515, 0.52, 0.525, 0.53, 0.535]
    assert told_of(*shift, *rise) == "Rising month after month since Jul 2025, for the better"


def test_above_the_average_is_said_from_where_it_lies_above_and_not_from_an_earlier_rise():
    rise = [0.47, 0.48, 0.49, 0.505, 0.515, 0.52, 0.53]
    assert told_of(*rise, 0.52, 0.525, 0.52) == "Above its average every month since Apr 2025, for the better"


def test_high_months_before_one_outside_are_those_above_the_average():
    rise = [0.46, 0.47, 0.48, 0.505, 0.515, 0.52, 0.53]
    assert (
        told_of(*rise, 0.6) == "Unusually high since Apr 2025, and outside its usual range in Aug 2025, for the better"
    )


def test_hidden_months_end_what_is_said_of_a_run():
    assert told_of(0.6, None, None, 0.6) == "Rose above its usual range in Apr 2025, for the better"
    assert told_of(*[0.52] * 7, None, *[0.52] * 7).startswith("Above its average every month since Sep 2025")
    assert told_of(None, None) == "No change beyond ordinary variation from Jan 2024 to Dec 2024"


@pytest.mark.parametrize(
    "rates,assurance", [([0.5] * 14, "fail"), ([0.5, None] * 13, None)], ids=["all alike", "every other month hidden"]
)
def test_a_mean_without_moving_ranges_is_not_said_to_meet_its_target_in_some_months(rates, assurance):
    mean = LOWER.model_copy(update={"statistic": "mean", "measured_in": "mmHg"})
    months = [{**m, "rate": m["rate"] and 130 + 10 * m["rate"], "numerator": None} for m in published(*rates)]
    found = control_chart(mean, months, Partnership(targets={LOWER.id: 120.0}))
    assert found is not None and found.assurance == assurance
    assert (found.last_month is None) == (assurance is None)


def test_after_a_rebase_the_new_level_is_the_usual_one_once_it_has_twelve_months():
    rebased = Partnership(rebases=(Rebase(indicator=HIGHER.id, on=dt.date(2025, 1, 15), reason="New recall system"),))
    higher = [r + 0.2 for r in FLAT]
    early = control_chart(HIGHER, published(*FLAT, *higher[:6]), rebased)
    late = control_chart(HIGHER, published(*FLAT, *higher), rebased)
    assert early is not None and early.last_month is None and early.judged == 6
    jump = control_chart(HIGHER, published(*FLAT, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9), rebased)
    assert jump is not None and set(jump.types) == {"usual"}, "too few months, yet one is called better"
    assert late is not None and late.starts == (12,) and late.last_month == quiet("2025-01", month="2025-12")
    loud = control_chart(HIGHER, published(*FLAT, *higher), Partnership())
    assert loud is not None and loud.last_month is not None and loud.last_month.verdict == "better"


def test_the_chart_allows_for_months_that_scatter_more_than_chance():
    calm = control_chart(HIGHER, published(*FLAT, n=200), Partnership())
    wild = control_chart(HIGHER, published(*FLAT, n=100_000), Partnership())
    assert calm is not None and calm.chart == "p"
    assert (
        wild is not None
        and wild.chart == "p′"
        and wild.last_month is not None
        and wild.last_month.verdict == "no change"
    )


def test_a_mean_gets_an_xmr_chart_in_its_own_unit():
    mean = LOWER.model_copy(update={"statistic": "mean", "measured_in": "mmHg"})
    months = [{**m, "rate": 130 + 10 * m["rate"], "numerator": None} for m in published(*FLAT)]
    found = control_chart(mean, months, Partnership(targets={LOWER.id: 120.0}))
    assert found is not None and found.chart == "XmR" and found.assurance == "fail"
    assert found.limits.mean[0] == pytest.approx(135)


def test_the_years_target_is_not_held_against_months_that_say_something_else():
    targets = Partnership(targets={"bp_control": 0.7, HIGHER.id: 0.7})
    control = control_chart(indicators()["bp_control"], published(*FLAT), targets)
    connected = control_chart(HIGHER, published(*FLAT), targets)
    assert control is not None and control.target is None and control.assurance is None
    assert connected is not None and connected.assurance == "fail"


def test_chance_alone_is_seldom_called_change():
    rng, calls = np.random.default_rng(4), 0
    for _ in range(200):
        x = rng.binomial(400, 0.3, 24)
        found = control_chart(HIGHER, published(*(x / 400), n=400), Partnership())
        assert found is not None and found.last_month is not None
        calls += found.last_month.verdict != "no change"
    assert calls <= 16, "more than 8 % of steady processes were called changed"


def test_a_slow_climb_is_heard_as_drift_when_no_month_stands_out():
    rates = [0.30 + 0.0025 * i + 0.02 * (1, 0, -1)[i % 3] for i in range(24)]
    found = control_chart(HIGHER, published(*rates, n=600), Partnership())
    assert found is not None and found.last_month is not None and found.last_month.verdict == "no change"
    assert found.trend is not None and found.trend.slope == pytest.approx(0.03, abs=0.005)
    steady = control_chart(HIGHER, published(*FLAT), Partnership())
    assert steady is not None and steady.trend is None


def test_a_mean_that_climbs_within_its_limits_is_not_said_to_stay_below_its_target():
    mean = LOWER.model_copy(update={"statistic": "mean", "measured_in": "mmHg"})
    means = [130 + 0.25 * i + 3 * (1, -1, 0)[i % 3] for i in range(24)]
    months = [{**m, "rate": v, "numerator": None} for m, v in zip(published(*[0.5] * 24), means, strict=True)]
    found = control_chart(mean, months, Partnership(targets={LOWER.id: 150.0}))
    assert found is not None and found.last_month is not None and found.last_month.verdict == "no change"
    assert found.trend is not None and found.trend.slope == pytest.approx(3, abs=0.5)
    told = sentence(Facts(last_month=found.last_month, slope=found.trend.slope, outlook=found.assurance, target=150.0,
                          scale=Scale(True, "mmHg")))  # fmt: skip
    assert "drift up by about 2.7 mmHg a year" in told and "will be met" not in told


def test_every_indicator_of_the_demo_has_a_sentence_and_a_chart(demo_store):
    everyone = reading.read_results(demo_store, EVERYONE, stratifier="all")
    for indicator in indicators().values():
        s = indicator_facts.situation(indicator, everyone, demo_store.partnership)
        assert s.signal is not None and s.facts.shown == "shown"
        assert sentences.titled(indicator.title, s.facts).startswith(indicator.title)
