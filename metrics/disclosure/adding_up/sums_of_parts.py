"""Relations within one indicator: parts that add up to a whole. See `metrics.disclosure.adding_up.relations`."""

import itertools

import polars as pl

from metrics.counting.input_views import LINKED, PARTNERSHIP
from metrics.counting.strata import AGE_SEX, ALL, EXCLUSION, JOINED, MIX
from metrics.grouping import pooled_years
from metrics.grouping.dimensions import PAIR_FACTOR, coarser, named_at, split_rung
from schemas.policy.result_columns import RESULT_KEY

PERIOD = ["period_kind", "period_start", "period_end", "state"]
STATE_KEY = [*RESULT_KEY, "state"]
MONTHS_ADD_UP = (
    "readmission_any_hospital", "readmission_same_hospital",
    "referral_accepted", "referral_outcome_known", "referral_served", "referral_rescreened", "referral_need_gone",
    "program_completed", "program_redeemed",
)  # fmt: skip
"""Each unit lies on one day, so a year is the sum of its months. (People are counted once a year, however often they
come: their years are no sums, and the difference of two overlapping years is no number of people.)"""


def sums(cells: pl.DataFrame) -> pl.DataFrame:
    """All relations within an indicator: relation, cell, measure, sign."""
    found = [_groups(cells), _rungs(cells), _two_way(cells), _mixes(cells), _partners(cells)]
    of_time = [_months(cells, "year"), _months(cells, "quarter"), _three_years(cells)]
    return _both_counts(cells, pl.concat([*found, *of_time]))


def is_part(column: str = "stratifier") -> pl.Expr:
    """Whether a row is of a one-way group."""
    return ~pl.col(column).is_in([ALL, EXCLUSION, LINKED]) & ~pl.col(column).str.contains(JOINED, literal=True)


def terms_of(frame: pl.DataFrame, tag: str, keys: list[str], sign: int) -> pl.DataFrame:
    """Cells as terms of the relations that `keys` tell apart."""
    return frame.select(relation=name_of(tag, keys), cell="cell", sign=pl.lit(sign, pl.Int8))


def name_of(tag: str, keys: list[str]) -> pl.Expr:
    return pl.concat_str([pl.lit(tag), *(pl.col(k).cast(pl.String) for k in keys)], separator="|")


def _groups(cells: pl.DataFrame) -> pl.DataFrame:
    """The groups of a stratifier add up to everyone, within a scope and period.

    Of the partnership only what came as rows has every group, so the totals of partners are taken off on both sides.
    """
    keys = ["indicator", "scope", *PERIOD, "stratifier"]
    parts, everyone = cells.filter(is_part()), cells.filter(pl.col("stratifier") == ALL)
    at = ["indicator", *PERIOD]
    of_rows = (pl.col("scope") != PARTNERSHIP) & ~pl.col("counts_only")
    split_by = parts.filter(of_rows).select(*at, "stratifier").unique()
    # Months hold no groups of those who send rows: there the partnership's groups are of totals alone.
    unsplit = (
        parts.filter(pl.col("scope") == PARTNERSHIP).select(keys).unique()
        .join(everyone.filter(of_rows), on=at, how="semi").join(split_by, on=[*at, "stratifier"], how="anti")
    )  # fmt: skip
    groups = parts.select(keys).unique().join(unsplit, on=keys, how="anti")
    shared = groups.filter(pl.col("scope") == PARTNERSHIP).drop("scope")
    totals = cells.filter("added")
    return pl.concat([
        terms_of(groups.join(everyone.drop("stratifier"), on=keys[:-1]), "groups", keys, 1),
        terms_of(parts.join(groups, on=keys, how="semi"), "groups", keys, -1),
        terms_of(
            shared.join(totals.filter(pl.col("stratifier") == ALL).drop("stratifier", "scope"), on=at)
            .with_columns(scope=pl.lit(PARTNERSHIP)), "groups", keys, -1,
        ),
        terms_of(
            totals.filter(is_part()).drop("scope").join(shared, on=[*at, "stratifier"], how="semi")
            .with_columns(scope=pl.lit(PARTNERSHIP)), "groups", keys, 1,
        ),
    ])  # fmt: skip


def _two_way(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of a two-way table add up to the groups on either side; totals of partners are taken off those."""
    crossed = cells.filter(_is_crossed(), ~is_mix())
    found = []
    for side in (0, 1):
        own = crossed.with_columns(
            table=pl.col("stratifier"),
            **{
                k: pl.col(k).str.split_exact(JOINED, 1).struct.field(f"field_{side}")
                for k in ("stratifier", "category")
            },
        )
        keys = [*STATE_KEY, "table"]
        parents = own.select(keys).unique()
        totals = cells.filter("added").drop("scope")
        shared = parents.filter(pl.col("scope") == PARTNERSHIP)
        found += [
            terms_of(cells.join(parents, on=STATE_KEY), "two-way", keys, 1),
            terms_of(totals.join(shared, on=[k for k in STATE_KEY if k != "scope"]), "two-way", keys, -1),
            terms_of(own, "two-way", keys, -1),
        ]
    return pl.concat(found)


def _mixes(cells: pl.DataFrame) -> pl.DataFrame:
    """A partner's people by age and sex, told without their outcome, are those of its cells by both (of finer groups,
    where it tells them by coarser ones)."""
    whose = [k for k in STATE_KEY if k not in ("stratifier", "category")]
    crossed = cells.filter(_is_crossed())
    found = [cells.clear().select(relation=pl.lit(""), cell="cell", sign=pl.lit(1, pl.Int8))]
    names = {name: split_rung(name) for name in crossed["stratifier"].unique().sort()}
    coarse = [(name, rung) for name, (base, rung) in names.items() if base == MIX]
    fine = [(name, rung) for name, (base, rung) in names.items() if base == AGE_SEX]
    for (told, level), (name, finer) in itertools.product(coarse, fine):
        if any(at < f for at, f in zip(divmod(level, PAIR_FACTOR), divmod(finer, PAIR_FACTOR), strict=True)):
            continue
        keys = [*whose, "category"]
        parts = crossed.filter(pl.col("stratifier") == name)
        groups = {c: coarser(AGE_SEX, c, finer, level) for c in parts["category"].unique()}
        parts = parts.with_columns(category=pl.col("category").replace_strict(groups, return_dtype=pl.String))
        mixes, tag = crossed.filter(pl.col("stratifier") == told), f"people|{told}|{name}"
        found += [
            terms_of(mixes.join(parts, on=keys, how="semi"), tag, keys, 1),
            terms_of(parts.join(mixes, on=keys, how="semi"), tag, keys, -1),
        ]
    return pl.concat(found)


def _is_crossed() -> pl.Expr:
    return pl.col("stratifier").str.contains(JOINED, literal=True)


def is_mix() -> pl.Expr:
    """Whether a row tells a partner's people by age and sex, without their outcome."""
    return pl.col("stratifier").str.starts_with(MIX.split(JOINED)[0])


def _partners(cells: pl.DataFrame) -> pl.DataFrame:
    """The partners' cells add up to the partnership's."""
    keys = [k for k in STATE_KEY if k != "scope"]
    # A total with an unknown count is not in the partnership's figure.
    counted = cells.filter(pl.col("added") | pl.col("stratifier").eq(EXCLUSION) | ~pl.col("counts_only"))
    whole, own = counted.filter(pl.col("scope") == PARTNERSHIP), counted.filter(pl.col("scope") != PARTNERSHIP)
    return pl.concat([
        terms_of(whole.join(own, on=keys, how="semi"), "partners", keys, 1),
        terms_of(own.join(whole, on=keys, how="semi"), "partners", keys, -1),
    ])  # fmt: skip


def _rungs(cells: pl.DataFrame) -> pl.DataFrame:
    """A coarser group is the sum of the finer ones that it is made of; each rung hangs on the next finer one."""
    parts = cells.filter(pl.col("stratifier").str.contains("#", literal=True), ~is_mix())
    known = parts.select("stratifier").unique()
    named = [split_rung(name) for name in known["stratifier"]]
    known = known.with_columns(
        base=pl.Series([base for base, _ in named], dtype=pl.String),
        level=pl.Series([level for _, level in named], dtype=pl.Int32),
    )
    parts = parts.join(known, on="stratifier")
    whose = [*(k for k in STATE_KEY if k not in ("stratifier", "category")), "base"]
    levels = parts.select(*whose, "level").unique().sort("level").with_columns(
        next=pl.col("level").shift(-1).over(whose)
    ).drop_nulls()  # fmt: skip
    fine = parts.join(levels, on=[*whose, "level"])
    known = fine.select("base", "level", "next", "category", "part_of").unique()
    held_by = [coarser(base, category, level, above, place) for base, level, above, category, place in known.rows()]
    fine = fine.join(
        known.with_columns(held_by=pl.Series(held_by, dtype=pl.String)), on=known.columns, nulls_equal=True
    )
    above = fine.select("base", "next").unique()
    above = above.with_columns(name=pl.Series([named_at(*row) for row in above.rows()], dtype=pl.String))
    fine = fine.join(above, on=["base", "next"]).with_columns(stratifier="name", category="held_by")
    coarse = parts.join(fine, on=STATE_KEY, how="semi")
    fine = fine.join(coarse, on=STATE_KEY, how="semi")
    return pl.concat([terms_of(coarse, "rungs", STATE_KEY, 1), terms_of(fine, "rungs", STATE_KEY, -1)])


def _months(cells: pl.DataFrame, kind: str) -> pl.DataFrame:
    """A year (or quarter) of units that lie on one day is the sum of its months."""
    known = cells.filter(pl.col("indicator").is_in(MONTHS_ADD_UP))
    same = ["indicator", "scope", "stratifier", "category", "state"]
    years, months = known.filter(pl.col("period_kind") == kind), known.filter(pl.col("period_kind") == "month")
    keys = [*same, "year"]
    inside = (
        months.join(years.select(*same, year="period_end", first="period_start"), on=same)
        .filter(pl.col("period_start") >= pl.col("first"), pl.col("period_end") <= pl.col("year"))
    )  # fmt: skip
    years = years.with_columns(year="period_end").join(inside, on=keys, how="semi")
    return pl.concat([terms_of(years, f"{kind} of months", keys, 1), terms_of(inside, f"{kind} of months", keys, -1)])


def _three_years(cells: pl.DataFrame) -> pl.DataFrame:
    """Three years are the sum of the years that they hold."""
    same = ["indicator", "scope", "stratifier", "category", "state"]
    whole, years = (cells.filter(pl.col("period_kind") == kind) for kind in (pooled_years.KIND, "year"))
    last_days = [(end, day) for end in whole["period_end"].unique() for day in pooled_years.ends(end)]
    ends = pl.DataFrame(last_days, {"last_day": pl.Date, "period_end": pl.Date}, orient="row")
    inside = years.join(ends, on="period_end").join(whole.select(*same, last_day="period_end"), on=[*same, "last_day"])
    keys = [*same, "last_day"]
    whole = whole.with_columns(last_day="period_end").join(inside, on=keys, how="semi")
    return pl.concat([terms_of(whole, "three years", keys, 1), terms_of(inside, "three years", keys, -1)])


def _both_counts(cells: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """A sum may hold for numerators, the rest and denominators; for these alone where a numerator is not known."""
    sums = sums.join(cells.select("cell", full=pl.col("numerator").is_not_null()), on="cell")
    measures = pl.DataFrame({"measure": ["numerator", "rest", "denominator"]})
    full = pl.col("full").all().over("relation")
    return sums.join(measures, how="cross").filter(full | (pl.col("measure") == "denominator")).select(
        relation=pl.concat_str("relation", "measure", separator="|"), cell="cell", measure="measure", sign="sign"
    )  # fmt: skip
