"""Relations between indicators: counts that are, by definition, of the same people, or of some of them.

See `metrics.disclosure.adding_up.relations`.
"""

import polars as pl

from metrics.counting.input_views import LINKED, PARTNERSHIP
from metrics.counting.strata import ALL, EXCLUSION
from metrics.disclosure.adding_up.sums_of_parts import MONTHS_ADD_UP, STATE_KEY, is_mix, name_of, terms_of

NO_INDICATOR = STATE_KEY[1:]
SAME_COUNT = (
    # Both readmission figures have the same index stays, left out for the same reasons.
    (("readmission_any_hospital", "denominator"), ("readmission_same_hospital", "denominator")),
    # The referral figures are of the same referrals; the need can be gone of those who were asked again.
    (("referral_accepted", "denominator"), ("referral_outcome_known", "denominator")),
    (("referral_accepted", "denominator"), ("referral_served", "denominator")),
    (("referral_outcome_known", "denominator"), ("referral_served", "denominator")),
    (("referral_rescreened", "numerator"), ("referral_need_gone", "denominator")),
    # Both figures of food programs are of the same enrollments.
    (("program_completed", "denominator"), ("program_redeemed", "denominator")),
    # Who is food insecure is who is to be connected to help.
    (("food_insecurity", "numerator"), ("connected_to_help", "denominator")),
)
"""Counts of two indicators that are, by definition, of the same people in every cell."""
SCREENED = ("food_screening", "food_insecurity", "incomplete")
"""Who was screened (a numerator) either counts for insecurity (a denominator) or is left out for this reason."""
NESTED = (
    # Who came back to the same hospital came back to some hospital.
    ("readmission_any_hospital", ("readmission_same_hospital", "numerator")),
    # Whoever was helped after a referral, of that referral the outcome is known.
    ("referral_outcome_known", ("referral_served", "numerator")),
    # Who counts for insecurity was screened.
    ("food_screening", ("food_insecurity", "denominator")),
)
"""Numerators, and counts of another indicator that are by definition of some of the same people in every cell."""


def same_counts(cells: pl.DataFrame) -> pl.DataFrame:
    """The same count under two indicators. Where one has no cell there is nobody, which may be shown."""
    keys = NO_INDICATOR
    found = []
    for (one, measure), (other, its) in SAME_COUNT:
        mine = [cells.filter(pl.col("indicator") == name, "published") for name in (one, other)]
        left, right = mine
        if left.is_empty() or right.is_empty():
            continue
        if measure == "numerator" or its == "numerator":
            left, right = (f.filter(pl.col("stratifier") != EXCLUSION, ~is_mix()) for f in (left, right))
        both = left.join(right, on=keys, how="semi").select(keys)
        tag = f"same|{one}"
        found += [_side(left, right, both, tag, measure, 1), _side(right, left, both, tag, its, -1)]
    return pl.concat([*found, *_linked(cells)])


def _linked(cells: pl.DataFrame) -> list[pl.DataFrame]:
    """A total with returns to any partner is of the same stays as the sum over partners."""
    keys = [k for k in STATE_KEY if k != "stratifier"]
    totals = cells.filter(pl.col("scope") == PARTNERSHIP, pl.col("indicator").is_in(MONTHS_ADD_UP))
    once, at_each = (totals.filter(pl.col("stratifier") == name) for name in (LINKED, ALL))
    sides = (once.join(at_each, on=keys, how="semi"), 1), (at_each.join(once, on=keys, how="semi"), -1)
    measure = pl.lit("denominator").alias("measure")
    return [
        terms_of(side, "same|linked", keys, sign).select("relation", "cell", measure, "sign") for side, sign in sides
    ]


def _side(
    side: pl.DataFrame, other: pl.DataFrame, both: pl.DataFrame, tag: str, measure: str, sign: int
) -> pl.DataFrame:
    """One side of an equation between indicators, at `both` (the key without indicator).

    The partnership's figure may hold totals of partners that send none for the other indicator: they are taken off.
    """
    keys = NO_INDICATOR
    group = [k for k in keys if k != "scope"]
    alone = side.filter("added").join(other, on=keys, how="anti").drop("scope")
    shared = both.filter(pl.col("scope") == PARTNERSHIP)
    return pl.concat([
        terms_of(side.join(both, on=keys, how="semi"), tag, keys, sign),
        terms_of(alone.join(shared, on=group), tag, keys, -sign),
    ]).select("relation", "cell", measure=pl.lit(measure), sign="sign")  # fmt: skip


def screened(cells: pl.DataFrame) -> pl.DataFrame:
    """Screened in a year = counts for insecurity + left out as incomplete."""
    screening, insecurity, reason = SCREENED
    cells = cells.filter(pl.col("period_kind") == "year")
    everyone = cells.filter(pl.col("stratifier") == ALL)
    screened, counted = (everyone.filter(pl.col("indicator") == name) for name in (screening, insecurity))
    left_out = cells.filter(
        pl.col("indicator") == insecurity, pl.col("stratifier") == EXCLUSION, pl.col("category") == reason
    ).with_columns(stratifier=pl.lit(ALL), category=pl.lit(ALL))
    both, tag = screened.join(counted, on=NO_INDICATOR, how="semi").select(NO_INDICATOR), f"same|{screening}"
    return pl.concat([
        _side(screened, counted, both, tag, "numerator", 1),
        _side(counted, screened, both, tag, "denominator", -1),
        _side(left_out, screened, both, tag, "denominator", -1),
    ])  # fmt: skip


def nested(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who counts in the one and not in the other of two nested counts: cells that no table holds, and their terms."""
    found, terms = [], []
    for indicator, (inner, measure) in NESTED:
        of_groups = cells.filter(pl.col("stratifier") != EXCLUSION, pl.col("numerator").is_not_null())
        outside, inside = (of_groups.filter(pl.col("indicator") == name) for name in (indicator, inner))
        both, tag = outside.select(*NO_INDICATOR, "gone"), f"nested|{indicator}"
        sides = pl.concat([
            _side(outside, inside, both, tag, "numerator", 1), _side(inside, outside, both, tag, measure, -1)
        ])  # fmt: skip
        more = both.with_columns(
            relation=name_of(tag, NO_INDICATOR), indicator=pl.lit(inner), numerator=pl.lit(None, pl.Int64),
            counts_only=False, added=False, published=False, folded=False, part_of=pl.lit(None, pl.String),
        ).join(sum_of_terms(cells, sides), on="relation").filter(pl.col("sum") >= 0).sort("relation")  # fmt: skip
        found.append(more.with_columns(denominator=pl.col("sum").cast(pl.Int64)))
        terms.append(sides.join(more, on="relation", how="semi"))
    new = pl.concat(found).with_row_index("cell", offset=len(cells)).with_columns(pl.col("cell").cast(pl.Int64))
    last = new.select("relation", "cell", measure=pl.lit("denominator"), sign=pl.lit(-1, pl.Int8))
    return new.select(cells.columns), pl.concat([*terms, last])


def sum_of_terms(cells: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """What the signed counts of each relation add up to: relation, sum."""
    rest = pl.col("denominator") - pl.col("numerator")
    counts = cells.select("cell", pl.coalesce("numerator", "denominator"), "denominator", rest=rest.fill_null(0))
    counts = counts.unpivot(index="cell", variable_name="measure", value_name="count")
    counted = terms.join(counts, on=["cell", "measure"])
    return counted.group_by("relation").agg(sum=(pl.col("sign") * pl.col("count")).sum())
