"""The one road to a figure: what each viewer sees."""

import datetime as dt

import polars as pl
import pytest

from data.ledger.store import Store
from metrics.results import published_results
from metrics.results.coverage import Coverage
from schemas.policy.result_columns import RESULT_COLUMNS
from schemas.policy.viewer import EVERYONE, Viewer
from workflow import reading

KEY = ["indicator", "scope", "period_kind", "period_end", "stratifier", "category"]
COUNTS = (pl.col("denominator"), pl.col("numerator"), pl.col("denominator") - pl.col("numerator"))


def small(store: Store) -> pl.Expr:
    return pl.any_horizontal(c.is_between(1, store.partnership.policy.smallest_cell - 1) for c in COUNTS)


def test_results_have_the_one_shape(demo_store):
    found = reading.read_results(demo_store, EVERYONE)
    assert found.columns == list(RESULT_COLUMNS)
    assert found.height > 1000


def test_no_small_count_is_shown_to_everyone_and_hidden_cells_show_nothing(hiding_store):
    found = reading.read_results(hiding_store, EVERYONE)
    assert found.filter(small(hiding_store)).is_empty()
    masked = found.filter("suppressed")
    assert masked.height > 10
    assert masked.select("denominator", "numerator", "rate", "low", "high").null_count().row(0) == (masked.height,) * 5


def test_a_partner_sees_its_own_small_counts_and_no_other_partners(hiding_store):
    partner = Viewer(role="partner", partner_id="fenwick_flats")
    found = reading.read_results(hiding_store, partner)
    assert not found.filter((pl.col("scope") == "fenwick_flats") & small(hiding_store)).is_empty()
    assert found.filter((pl.col("scope") != "fenwick_flats") & small(hiding_store)).is_empty()
    assert found.filter((pl.col("scope") == "fenwick_flats") & pl.col("suppressed")).is_empty()


@pytest.mark.parametrize("role", ["leader", "analyst", "backbone"])
def test_every_other_role_sees_what_everyone_sees(demo_store, role):
    found, everyone = (reading.read_results(demo_store, who) for who in (Viewer(role=role), EVERYONE))
    shown = reading.read_naming(demo_store, EVERYONE).ids  # backbone staff see who a letter is
    assert found.with_columns(pl.col("scope").replace(shown)).sort(KEY).equals(everyone.sort(KEY))


def test_rates_are_numerator_by_denominator_within_their_interval(demo_store):
    found = reading.read_results(demo_store, EVERYONE).filter(pl.col("rate").is_not_null())
    assert found.select((pl.col("rate") - pl.col("numerator") / pl.col("denominator")).abs().max()).item() < 1e-12
    assert found.filter((pl.col("rate") < pl.col("low")) | (pl.col("rate") > pl.col("high"))).is_empty()


def test_fewer_than_30_are_marked_unreliable(demo_store):
    found = reading.read_results(demo_store, EVERYONE).filter(pl.col("denominator").is_not_null())
    assert found.filter(pl.col("unreliable") != (pl.col("denominator") < 30)).is_empty()


def test_the_late_partners_year_is_provisional_and_named(demo_store):
    year = {"indicator": "bp_control", "scope": "partnership", "period_kind": "year", "stratifier": "all"}
    found = reading.read_results(demo_store, EVERYONE, **year).sort("period_end")
    assert found["provisional"].to_list()[-1] is True
    assert found["provisional"].to_list()[-2] is False
    coverage = reading.read_coverage(demo_store, EVERYONE, "bp_control", dt.date(2026, 9, 30))
    assert coverage.late == ("fenwick_flats",)
    assert coverage.share is not None and 0.5 < coverage.share < 0.95


def test_the_coverage_share_does_not_tell_a_hidden_denominator(demo_store):
    where = "WHERE indicator = 'bp_control' AND scope = 'fenwick_flats' AND stratifier = 'all'"

    def coverage() -> Coverage:
        return reading.read_coverage(demo_store, EVERYONE, "bp_control", dt.date(2026, 9, 30))

    shown = coverage()
    demo_store.cursor().execute(f"UPDATE released SET suppressed = true {where}")
    hidden = coverage()
    demo_store.cursor().execute(f"UPDATE released SET denominator = 3 {where}")
    assert shown != hidden == coverage()
    assert hidden.late == ("fenwick_flats",)


def test_totals_of_a_counts_only_partner_are_added_and_said(demo_store):
    year = {
        "indicator": "food_insecurity",
        "period_kind": "year",
        "stratifier": ["all", "at_each_partner"],
        "period_end": dt.date(2026, 6, 30),
    }
    found = reading.read_results(demo_store, EVERYONE, **year)
    # Where the total counts everyone once, the sum of the partners stands beside it.
    whole = found.filter(pl.col("scope") == "partnership").sort("stratifier").row(-1, named=True)
    assert whole["counts_only_partners"] == 1
    sent = found.filter(pl.col("scope") == "larkfield").row(0, named=True)
    own = demo_store.cursor().execute(
        """SELECT denominator, numerator FROM counts WHERE indicator = 'food_insecurity' AND owner = 'partnership'
           AND stratifier = 'all' AND period_kind = 'year' AND period_end = '2026-06-30'""").fetchone()  # fmt: skip
    assert (whole["denominator"], whole["numerator"]) == (own[0] + sent["denominator"], own[1] + sent["numerator"])


def test_an_unknown_filter_is_an_error_not_ignored(demo_store):
    with pytest.raises(TypeError, match="not a filter"):
        reading.read_results(demo_store, EVERYONE, partner="a")


def test_expected_stands_beside_partners_years_alone_and_is_hidden_with_the_figure(hiding_store):
    exact = published_results.exact_results(hiding_store.cursor(), 1).filter(pl.col("expected").is_not_null())
    sent = exact.filter(pl.col("expected_by") == "sender")
    assert set(sent["scope"]) == {"kestrel_valley"}, "the hospital that sends a probability with every stay"
    assert set(sent["indicator"]) == {"readmission_any_hospital"}
    assert set(exact["expected_by"]) <= {"sender", "age_and_sex"} and "partnership" not in set(exact["scope"])
    assert set(zip(exact["period_kind"], exact["stratifier"], strict=True)) == {("year", "all")}
    assert (exact["expected"] == exact["expected"].round(1)).all() and (exact["expected"] > 0).all()
    seen = reading.read_results(hiding_store, EVERYONE)
    assert seen.filter(pl.col("suppressed") & pl.col("expected").is_not_null()).is_empty()
    assert seen["expected"].is_not_null().any()
