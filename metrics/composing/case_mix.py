"""How many a partner's people let expect: each age and sex with the partnership's rate (indirect standardization).

What may be published of it was settled first. The expected number is a sum over a partner's people by age and sex,
times rates. So whoever reads several of them could solve for those people, and by what others lack of all for those of
other partners. Rounding does not end that. What does: **nothing goes into the number that the release does not show.**

- The rates are those of the partnership's table by age and sex (`AGE_SEX`), a table as all others: by the ladder's
  groups, and hidden where it must be. One hidden group that the partner has people in leaves no number.
- A partner's people by age and sex are published too (`MIX`), without what became of them. So what hides and what
  audits know them as shown, and how they add up (`metrics.disclosure.adding_up.sums_of_parts`). They are there only
  where each group has nobody or `smallest` and more, by the finest groups for which that holds.
- Nothing else is hidden for their sake. What else a release shows is settled without them; then those are left out,
  whole tables of them, through which any reader could come too near to a hidden count (`harmless`).

The number is then no news to anyone who can multiply. It is of whole years that are complete, the newest alone: of a
partner that stopped sending, a year less the next would be a quarter. Where the sender gave probabilities for all it
counts these come first, and nothing is published in their place.
"""

from collections.abc import Mapping

import polars as pl

from metrics.composing.release_cells import Counted
from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import AGE_SEX, ALL, JOINED, MIX
from metrics.counting.tally import SUMS
from metrics.disclosure import suppression
from metrics.grouping.dimensions import PAIR_FACTOR, PAIR_RUNGS, coarser
from metrics.grouping.folding import fold
from metrics.grouping.ladder import Ladder
from metrics.grouping.places import Places
from schemas.policy.result_columns import RESULT_KEY

_YEAR = ["indicator", "period_kind", "period_start", "period_end"]
_WHOSE = ["scope", *_YEAR]
_ROUNDS, _UNSEEN = 4, 3
"""Audits after which nothing is told; and partners of whom nothing is, where of any."""
_STEPS = [first * PAIR_FACTOR + second for first, second in PAIR_RUNGS[AGE_SEX]]


def mixes(counted: Counted, ladder: Ladder, families: Mapping[str, str], smallest: int) -> pl.DataFrame:
    """Partners' people by age and sex: `RESULT_KEY`, SUMS (the denominator alone), rung, part_of, folded.

    Of partners that send rows, in years in which each group has nobody or at least `smallest`. `families`: indicator
    -> its family.
    """
    rows = counted.own.filter(pl.col("scope") != PARTNERSHIP, pl.col("period_kind") == "year")
    whole = rows.filter(
        pl.col("stratifier") == ALL, pl.col("numerator").is_not_null(),
        pl.col("expected_units").fill_null(0) != pl.col("denominator"),
    ).select(*_WHOSE, everyone="denominator")  # fmt: skip
    left = rows.filter(pl.col("stratifier") == AGE_SEX).drop("stratifier").join(whole, on=_WHOSE)
    # A year that was closed before this table was counted has a part of its people in it, or none.
    left = left.filter(pl.col("denominator").sum().over(_WHOSE) == pl.col("everyone")).drop("everyone")
    finest = {i: ladder.rung(family, PARTNERSHIP, AGE_SEX) for i, family in families.items()}
    found = []
    for step in _STEPS:
        known = [i for i, rung in finest.items() if rung is not None and step >= rung]
        cells = fold(left.filter(pl.col("indicator").is_in(known)), AGE_SEX, step, Places())
        n = pl.col("denominator")
        fits = cells.filter(((n == 0) | (n >= smallest)).all().over(_WHOSE))
        found.append(fits)
        left = left.join(fits.select(_WHOSE).unique(), on=_WHOSE, how="anti")
    blank = [pl.lit(None, left.schema[c]).alias(c) for c in SUMS if c != "denominator"]
    cells = pl.concat(found).with_columns(*blank, stratifier=pl.lit(MIX), folded=pl.lit(False))
    return cells.select(*RESULT_KEY, *SUMS, "rung", "part_of", "folded")


def harmless(
    cells: pl.DataFrame, mixes: pl.DataFrame, families: Mapping[str, str], smallest: int,
    earlier: pl.DataFrame | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Those of the `mixes` that tell no reader too much beside what a release shows of `cells` (with `suppressed`).

    First those of the partners with the fewest people go, where others would stand alone without; then, for each count
    that an audit finds too narrow, those of its partner, or of the smaller half where that has none. `earlier`: what
    earlier releases held.
    """
    mixes = _never_alone(cells, mixes, smallest).with_columns(suppressed=pl.lit(False))
    left = pl.col("stratifier").str.starts_with(MIX.split(JOINED)[0])
    for _ in range(_ROUNDS):
        if mixes.is_empty():
            break
        told = suppression.leaks(pl.concat([cells, mixes], how="diagonal"), smallest, earlier, beside=left)
        if not told:
            return mixes
        for indicator, scope, end in {leak.key for leak in told}:
            same = [i for i, family in families.items() if family == families.get(indicator)]
            near = pl.col("indicator").is_in(same) & (pl.col("period_end") == end)
            there = mixes.filter(near).group_by("scope").agg(pl.col("denominator").sum()).sort("denominator", "scope")
            those = there["scope"].to_list()
            gone = [scope] if scope in those else those[: -(-len(those) // 2)]
            mixes = mixes.filter(~(near & pl.col("scope").is_in(gone)))
    return mixes.clear()


def _never_alone(cells: pl.DataFrame, mixes: pl.DataFrame, smallest: int) -> pl.DataFrame:
    """Without those of the smallest partners, where one or two have groups that are too small: whoever knows all and
    all but one partner knows that one, and each partner knows itself besides."""
    people = cells.filter(
        pl.col("stratifier") == AGE_SEX, pl.col("scope") != PARTNERSHIP, pl.col("denominator") > 0
    ).group_by(_WHOSE).agg(n=pl.col("denominator").sum(), few=(pl.col("denominator") < smallest).any())  # fmt: skip
    few, first = pl.col("few"), pl.col("n").rank("ordinal").over(*_YEAR, "few")
    lacking = (_UNSEEN - few.sum().over(_YEAR)).clip(0)
    others = ~few & few.any().over(_YEAR) & (first <= lacking)
    return mixes.join(people.filter(few | others), on=_WHOSE, how="anti")


def expected(cells: pl.DataFrame) -> pl.DataFrame:
    """How many each partner's people let expect in a year, to 0.1, from figures that are shown: scope, indicator,
    period, by_mix. Partners of which a figure that it needs is hidden have no row. `cells`: of a release, with
    `suppressed`."""
    people = cells.filter(pl.col("stratifier") == MIX, ~pl.col("folded"))
    people = people.filter(~pl.col("suppressed").any().over(_WHOSE), pl.col("denominator") > 0)
    rates = cells.filter(pl.col("stratifier") == AGE_SEX, pl.col("scope") == PARTNERSHIP, ~pl.col("folded"))
    steps = people.select(*_YEAR, step="rung").unique()
    groups = rates.join(steps, on=_YEAR)
    known = groups.select("category", "rung", "step").unique()
    held_by = [coarser(AGE_SEX, *row) for row in known.rows()]
    groups = groups.join(known.with_columns(group=pl.Series(held_by, dtype=pl.String)), on=known.columns)
    shown = [pl.when(~pl.col("suppressed").any()).then(pl.col(c).sum()) for c in ("numerator", "denominator")]
    of_all = groups.group_by(*_YEAR, "step", "group").agg((shown[0] / shown[1]).alias("share"))
    both = people.join(of_all, left_on=[*_YEAR, "rung", "category"], right_on=[*_YEAR, "step", "group"], how="left")
    told = both.group_by(_WHOSE).agg(
        pl.when(pl.col("share").is_not_null().all())
        .then((pl.col("denominator") * pl.col("share")).sum().round(1))
        .alias("by_mix")
    )
    return told.drop_nulls("by_mix")
