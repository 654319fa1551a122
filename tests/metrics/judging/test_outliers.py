"""Partners apart and alike, from published rows: what is said holds no more than what is shown."""

import math

import pytest

from metrics.indicators import indicators
from metrics.judging.outliers import FEWEST_FOR_SPREAD, Judging, added_up, adjusted, partner_funnel
from metrics.judging.peer_comparison import Comparison
from metrics.statistics.funnel_limits import ALARM, WARNING, limits
from pages.components.wording import expected_words, outlier_words
from tests.pages.test_figure_sentences import row

HIGHER, LOWER = Judging("higher"), Judging("lower")


def band(name, x, n, **more):
    return row(x, n, stratifier="age_band", category=name, **more)


def test_a_partner_beyond_the_outer_limits_stands_apart_and_one_between_them_may():
    found = partner_funnel([row(100, 200), row(480, 1000), row(560, 1000), row(700, 1000)], HIGHER)
    assert found and found.center == pytest.approx(1840 / 3200)
    low, high = limits(found.center, [1000], WARNING)
    outer_low, outer_high = limits(found.center, [1000], ALARM)
    assert outer_low[0] > 0.48 and outer_high[0] < 0.7 and low[0] < 0.56 < high[0]
    assert found.stands == ["perhaps worse", "worse", "alike", "better"]


def test_where_lower_is_better_the_higher_partner_is_worse():
    found = partner_funnel([row(100, 1000), row(200, 1000)], LOWER)
    assert found and found.stands == ["better", "worse"]


def test_a_hidden_partner_is_named_and_bears_on_nothing():
    shown = [row(100, 1000), row(110, 1000)]
    with_hidden, without = (
        partner_funnel([*shown, row(None, None, suppressed=True)], HIGHER),
        partner_funnel(shown, HIGHER),
    )
    assert with_hidden and without
    assert (with_hidden.center, with_hidden.stands) == (without.center, without.stands)
    assert len(with_hidden.hidden) == 1


def test_one_partner_or_none_is_no_funnel():
    assert partner_funnel([], HIGHER) is None
    assert partner_funnel([row(3, 100), row(None, None, suppressed=True)], HIGHER) is None


def test_limits_are_widened_only_where_the_usual_spread_can_be_told():
    spread_out = [row(30 + 4 * k, 100) for k in range(FEWEST_FOR_SPREAD)]
    few, many = partner_funnel(spread_out[:-1], HIGHER), partner_funnel(spread_out, HIGHER)
    assert few and many
    assert few.spread.tau2 == 0 < many.spread.tau2
    assert "is not known" in outlier_words.limits(few) and "widened" in outlier_words.limits(many)
    even = partner_funnel([row(50, 100)] * FEWEST_FOR_SPREAD, HIGHER)
    assert even and "Chance alone explains" in outlier_words.limits(even)


def test_expected_cases_follow_the_ages():
    own = [band("18-39", 10, 100), band("75+", 30, 50), band("not_reported", 4, 9)]
    whole = [band("18-39", 50, 1000), band("75+", 500, 1000), band("not_reported", 3, 30)]
    found = adjusted(row(40, 150), own, whole)
    assert found.observed == 40 and found.expected == pytest.approx(100 * 0.05 + 50 * 0.5)
    assert found.ratio and found.ratio[0] == pytest.approx(40 / 30)


@pytest.mark.parametrize("side", ["own", "whole"])
def test_a_hidden_age_on_either_side_leaves_no_ratio_and_is_named(side):
    own = [band("18-39", 10, 100), band("75+", 30, 50)]
    whole = [band("18-39", 50, 1000), band("75+", 500, 1000)]
    (own if side == "own" else whole)[1] = band("75+", None, None, suppressed=True)
    found = adjusted(row(40, 150), own, whole)
    assert found.ratio is None and found.hidden == ("75+",) and math.isnan(found.expected)
    assert expected_words.why_not(found, {"75+": "75+"}) == "Not shown: a figure for ages 75+ is hidden"


def test_hidden_people_of_unknown_age_do_not_matter():
    own = [band("18-39", 10, 100), band("not_reported", None, None, suppressed=True)]
    assert adjusted(row(40, 150), own, [band("18-39", 50, 1000)]).ratio


SENTENCES = [
    (["alike", "alike"], "The two clinics are alike: chance can explain their differences."),
    (["alike"] * 9, "The 9 clinics are alike: chance can explain their differences."),
    (["worse", "alike"], "A differs from the other clinic for the worse, beyond chance. The other clinic does not differ beyond chance."),
    (["better", "better", "alike", "alike"], "A and B differ from the other clinics for the better, beyond chance. The other two clinics do not differ beyond chance."),
    (["better", "worse", "worse", "alike"], "A differs from the other clinics for the better, B and C for the worse, beyond chance. The other clinic does not differ beyond chance."),
    (["perhaps worse", "alike", "alike"], "A may differ from the other clinics for the worse. By chance, 1 partner in 20 looks like that. The other two clinics do not differ beyond chance."),
    (["perhaps better", "perhaps worse", "alike"], "A may differ from the other clinics for the better, B for the worse. By chance, 1 partner in 20 looks like that. The other clinic does not differ beyond chance."),
    (["higher", "alike"], "A has a higher figure than the other clinic, beyond chance. This is need, not how well a partner does. "
     "The other clinic does not differ beyond chance."),
    (["higher", "lower", "lower"], "A has a higher figure, B and C a lower one than the other clinics, beyond chance. This is need, "
     "not how well a partner does."),
    (["perhaps lower", "alike"], "A has a lower figure than the other clinic, perhaps by chance: 1 partner in 20 looks like that. "
     "The other clinic does not differ beyond chance."),
    (["worse", "perhaps better"], "A differs from the other clinic for the worse, beyond chance. B may differ from the other clinic for the better. By chance, 1 partner in 20 looks like that."),
    (["close", "alike", "alike"], "A differs from the other clinics, but by too little to matter. The other two clinics do not differ beyond chance."),
]  # fmt: skip


@pytest.mark.parametrize(("stands", "said"), SENTENCES)
def test_partners_in_words(stands, said):
    assert outlier_words.sentence(zip("ABCDEFGHI", stands, strict=False), "clinic") == said


def test_partners_that_differ_more_than_chance_are_not_said_to_differ_by_chance_alone():
    rows = [row(int(2000 * (0.40 + 0.2 * k / 11)), 2000, scope=f"p{k}") for k in range(12)]
    found = partner_funnel(rows, HIGHER)
    assert found and found.spread.tau2 > 0 and set(found.stands) == {"alike"}
    names = {r["scope"]: r["scope"] for r in rows}
    told = outlier_words.together(Comparison({r["scope"]: r for r in rows}, (found,)), names)
    assert told == "The 12 partners of one kind are alike: chance and the usual spread can explain their differences."


def test_the_pages_headline_counts_figures_with_a_partner_that_differs():
    apart, same = [row(100, 1000), row(200, 1000)], [row(100, 1000), row(101, 1000)]
    some, none = (Comparison({}, tuple(filter(None, [partner_funnel(rows, LOWER)]))) for rows in (apart, same))
    differs = "a partner differs from others of its kind beyond chance"
    assert outlier_words.headline([some, none]) == f"In 1 of 2 measures, {differs}"
    assert outlier_words.headline([some, some]) == f"In all 2 measures, {differs}"
    assert outlier_words.headline([some, Comparison({}, ())]) == f"In the one measure, {differs}"
    assert outlier_words.headline([none]) == "No partner differs from others of its kind beyond chance"
    assert outlier_words.headline([]) == "No two partners of one kind can be compared yet"


PROFILES = [
    ([("A", "better"), ("B", "alike"), ("C", "alike")], "Mill differs from others of its kind for the better in “A”. In the other 2 measures it is like others of its kind."),
    ([("A", "better"), ("B", "worse"), ("C", "alike")], "Mill differs from others of its kind for the better in “A” and for the worse in “B”. In the other measure it is like others of its kind."),
    ([("A", "worse"), ("B", "perhaps better")], "Mill differs from others of its kind for the worse in “A”. It may differ from others of its kind in “B”."),
    ([("A", "perhaps worse"), ("B", "alike")], "Mill may differ from others of its kind in “A”. In the other measure it is like others of its kind."),
    ([("A", "alike"), ("B", "alike")], "Mill is like others of its kind in every measure it reports."),
    ([("A", "unknown")], "Mill has no figure to compare with others of its kind."),
    ([("A", "alike"), ("B", "unknown"), ("C", "close")], "Mill is like others of its kind in 2 measures. It cannot be compared in “B”."),
    ([("A", "worse"), ("B", "unknown")], "Mill differs from others of its kind for the worse in “A”. It cannot be compared in “B”."),
]  # fmt: skip


@pytest.mark.parametrize(("stands", "said"), PROFILES)
def test_one_partner_in_words(stands, said):
    assert outlier_words.profile("Mill", stands) == said


def test_means_have_a_funnel_of_their_own():
    def mean(value, n, s=14.0):
        half = 1.9623 * s / math.sqrt(n)  # Student's t with 999 degrees of freedom
        return {**row(None, n), "rate": value, "low": value - half, "high": value + half}

    found = partner_funnel([mean(130, 1000), mean(131, 1000), mean(140, 1000), {**row(None, 1), "rate": 150.0}], LOWER)
    assert found and found.deviation == pytest.approx(14, abs=0.01)
    assert found.center == pytest.approx(401 / 3)
    assert found.stands == ["better", "better", "worse"] and len(found.hidden) == 1


def test_with_one_figure_shown_there_is_nothing_to_compare():
    assert partner_funnel([row(10, 100)], LOWER) is None


def test_need_never_judges_a_partner():
    rows = [row(x, 1000) for x in (270, 300, 520, 310)]
    need, done = (partner_funnel(rows, Judging("lower", kind)) for kind in ("need", "performance"))
    assert need and done and "higher" in need.stands and "worse" in done.stands
    assert not {"better", "worse", "perhaps better", "perhaps worse"} & set(need.stands)


def test_a_difference_too_small_to_matter_is_not_marked_however_sure_it_is():
    rows = [row(50_000, 100_000), row(50_950, 100_000), row(50_000, 100_000)]
    assert partner_funnel(rows, HIGHER).stands[1] == "better"  # type: ignore[union-attr]
    assert partner_funnel(rows, Judging("higher", smallest=0.01)).stands[1] == "close"  # type: ignore[union-attr]


def test_of_a_low_rate_a_tenth_of_it_matters():
    rows = [row(2_000, 100_000), row(2_500, 100_000), row(2_000, 100_000)]
    assert partner_funnel(rows, Judging("lower", smallest=0.01)).stands[1] == "worse"  # type: ignore[union-attr]


def test_expected_by_the_partners_own_probabilities_comes_before_its_ages():
    own, whole = [band("18-39", 10, 100)], [band("18-39", 50, 1000)]
    found = adjusted(row(30, 200, expected=24.5), own, whole)
    assert (found.by, found.observed, found.expected) == ("sender", 30, 24.5)
    assert found.ratio and found.ratio[0] == pytest.approx(30 / 24.5)
    assert adjusted(row(30, 200, expected=None), own, whole).by == "age"
    hidden = row(None, None, suppressed=True, expected=None)
    assert adjusted(hidden, [], whole).ratio is None


CONTROL, READMISSION = indicators()["bp_control"], indicators()["readmission_any_hospital"]


@pytest.mark.parametrize(("observed", "said"), [
    (100, "As many under control as expected for its people (O/E 1.00)."),
    (125, "Perhaps more under control than expected for its people (O/E 1.25)."),
    (160, "More under control than expected for its people (O/E 1.60)."),
    (80, "Perhaps fewer under control than expected for its people (O/E 0.80)."),
    (60, "Fewer under control than expected for its people (O/E 0.60)."),
])  # fmt: skip
def test_observed_beside_expected_in_words(observed, said):
    assert expected_words.of_one(adjusted(row(observed, 1000, expected=100.0), [], []), CONTROL) == said


@pytest.mark.parametrize(("observed", "said"), [
    (60, "No more readmitted than expected, as far as it can be seen (O/E 0.60)."),
    (100, "No more readmitted than expected, as far as it can be seen (O/E 1.00)."),
    (160, "More readmitted than expected for its stays (O/E 1.60)."),
])  # fmt: skip
def test_a_hospital_that_sees_only_returns_to_itself_is_never_said_to_have_fewer(observed, said):
    assert expected_words.of_one(adjusted(row(observed, 1000, expected=100.0), [], []), READMISSION) == said


def test_who_has_as_many_as_expected_is_said_together():
    those = {name: adjusted(row(x, 1000, expected=100.0), [], []) for name, x in (("A", 100), ("B", 98), ("C", 160))}
    assert expected_words.together(those, CONTROL) == (
        "As many under control as expected: A and B. More under control than expected: C."
    )
    assert expected_words.row("C", those["C"], CONTROL, {})[1:4] == [160, "100.0", "1.60"]


def test_by_age_a_partner_stands_beside_all_of_its_kind_together():
    mine, other = [band("18-39", 10, 100), band("75+", 30, 50)], [band("18-39", 30, 100), band("75+", 20, 50)]
    whole = {r["category"]: (r["numerator"], r["denominator"]) for r in added_up([*mine, *other])}
    assert whole == {"18-39": (40, 200), "75+": (50, 100)}
    found = adjusted(row(40, 150), mine, added_up([*mine, *other]))
    assert found.by == "age" and found.observed == 40
    assert found.expected == pytest.approx(100 * 0.2 + 50 * 0.5)
    hidden = added_up([*mine, band("75+", None, None, suppressed=True)])
    assert adjusted(row(40, 150), mine, hidden).hidden == ("75+",)
    assert added_up([band("75+", 0, 0), band("75+", 3, 9)])[0]["numerator"] == 3


def test_a_hospital_may_have_fewer_than_its_kind_by_age():
    found = adjusted(row(60, 1000), [band("75+", 60, 1000)], [band("75+", 300, 3000)])
    assert expected_words.of_one(found, READMISSION) == "Fewer readmitted than expected for its stays (O/E 0.60)."


# Given its people: clinics a to d; what each has, and how many its people let expect by age and sex. Those of its kind
# together have 0.9 of what the whole partnership's rates let expect, so a partner is held against 0.9 times its own.
GIVEN = [
    # what, numerator of 1000, expected, how it stands
    ("worse by its figure and by its people", 450, 700, "worse"),
    ("worse by its figure, and its people explain it", 450, 500, "explained"),
    ("worse by its figure, and in part by its people", 450, 548, "perhaps worse"),
    ("worse by its figure, and its people let expect still fewer", 450, 400, "explained"),
    ("like the others by its figure", 600, 900, "alike"),
    ("no expected number is published of it", 450, None, "worse"),
]


@pytest.mark.parametrize(("what", "met", "expected", "stand"), GIVEN)
def test_a_partner_outside_the_limits_differs_only_where_its_people_do_not_explain_it(what, met, expected, stand):
    peers = [row(x, n, scope=f"p{x}", expected=e, expected_by="age_and_sex")
             for x, n, e in ((12_600, 20_000, 14_000), (12_606, 20_010, 14_007))]  # fmt: skip
    one = row(met, 1000, scope="one", expected=expected, expected_by="age_and_sex" if expected else None)
    found = partner_funnel([*peers, one], HIGHER)
    assert found and found.by_scope["one"] == stand, what


def test_what_all_of_a_kind_have_less_of_than_the_partnership_explains_nobody():
    """All of one kind lie below the whole partnership: the one that lies below them too is not excused by that."""
    peers = [row(6300 + n, 10_000, scope=f"p{n}", expected=7000.0, expected_by="age_and_sex") for n in range(3)]
    one = row(540, 1000, scope="one", expected=550.0, expected_by="age_and_sex")
    assert partner_funnel([*peers, one], HIGHER).by_scope["one"] == "explained"  # type: ignore[union-attr]
    usual = {**one, "expected": 700.0}
    assert partner_funnel([*peers, usual], HIGHER).by_scope["one"] == "worse"  # type: ignore[union-attr]


def test_probabilities_of_returns_anywhere_do_not_excuse_returns_that_a_hospital_sees_itself():
    peers = [row(1000 + n, 10_000, scope=f"p{n}") for n in range(3)]
    one = row(160, 1000, scope="one", expected=165.0, expected_by="sender")
    assert partner_funnel([*peers, one], Judging("lower", partial=True)).by_scope["one"] == "worse"  # type: ignore[union-attr]
    assert partner_funnel([*peers, one], LOWER).by_scope["one"] == "explained"  # type: ignore[union-attr]


def test_the_release_says_what_an_expected_number_is_by_and_an_older_one_had_it_from_the_sender_alone():
    for by, said in (("age_and_sex", "age_and_sex"), ("sender", "sender"), (None, "sender")):
        assert adjusted(row(30, 200, expected=24.5, expected_by=by), [], []).by == said


def test_a_partner_whose_people_explain_it_in_words():
    assert outlier_words.sentence([("A", "explained"), ("B", "alike"), ("C", "alike")], "clinic") == (
        "A differs from the other clinics, but not from what its people let expect. "
        "The other two clinics do not differ beyond chance."
    )
    assert outlier_words.profile("Mill", [("A", "explained"), ("B", "alike")]) == (
        "Mill is like others of its kind in every measure it reports."
    )
