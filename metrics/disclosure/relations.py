"""Margins: every linear relation between the published counts. The one place that declares them.

A cell is a row of the results: a denominator and, unless it is a plain count, a numerator. Whoever knows the relations
can work out a hidden cell from shown ones, so the engine that hides (`metrics.disclosure.complementary_suppression`)
and the audit (`metrics.disclosure.reader_bounds`) both read them here, and docs/disclosure.md tells them in words.

A relation counts where it holds exactly. Partners share people, and a partner's totals may leave some out: how many,
nobody who reads a release can know (docs/decisions/006-disclosure-engine.md).
"""

from dataclasses import dataclass

import polars as pl

from metrics.counting.input_views import PARTNERSHIP
from metrics.counting.strata import ALL, EXCLUSION, JOINED

KEY = ["indicator", "scope", "period_kind", "period_start", "period_end", "stratifier", "category"]
_PERIOD = ["period_kind", "period_start", "period_end", "state"]
_KEY = [*KEY, "state"]
_NO_INDICATOR = _KEY[1:]
MONTHS_ADD_UP = ("readmission_any_hospital", "readmission_same_hospital")
"""Each unit lies on one day, so a year is the sum of its months. (People are counted once a year, however often they
come: their years are no sums, and the difference of two overlapping years is no number of people.)"""

SAME_COUNT = (
    # Both readmission figures have the same index stays, left out for the same reasons.
    (("readmission_any_hospital", "denominator"), ("readmission_same_hospital", "denominator")),
    # Who is food insecure is who is to be connected to help.
    (("food_insecurity", "numerator"), ("connected_to_help", "denominator")),
)
"""Counts of two indicators that are, by definition, of the same people in every cell."""

SCREENED = ("food_screening", "food_insecurity", "incomplete")
"""Who was screened (a numerator) either counts for insecurity (a denominator) or is left out for this reason."""

NESTED = (
    # Who came back to the same hospital came back to some hospital.
    ("readmission_any_hospital", ("readmission_same_hospital", "numerator")),
    # Who counts for insecurity was screened.
    ("food_screening", ("food_insecurity", "denominator")),
)
"""Numerators, and counts of another indicator that are by definition of some of the same people in every cell."""


WITHHELD = "withheld"
"""Category of what a partner left blank in its totals."""


@dataclass(frozen=True)
class Margins:
    """`cells`: each cell once for each pair of counts that it had, with a running number `cell`, whether it is
    `current` (of the newest state), and whether it is `published`: counts that no table holds may stand in a relation
    too.
    `terms`: relation, cell, measure, sign. `shares`: the partnership's cell (whole) and a partner's cell of the same
    group at the same time (part).

    The signed counts of a relation add up to nothing. measure: denominator, numerator, or rest (their difference).
    """

    cells: pl.DataFrame
    terms: pl.DataFrame
    shares: pl.DataFrame


def margins(cells: pl.DataFrame) -> Margins:
    """All relations between `cells`: columns `KEY`, denominator, numerator (null: a plain count), counts_only, which
    says that a partner sent the cell as a total, and state: the release whose tables hold the cell, the newest highest.

    A cell that has the same counts in two states is the same cell: what was true of it then is true now.
    """
    known = _with_withheld(cells).with_row_index("cell").with_columns(pl.col("cell").cast(pl.Int64))
    sums = pl.concat([_groups(known), _two_way(known), _partners(known), _months(known)])
    others, nested = _others(known)
    terms = pl.concat([_both_counts(known, sums), _same_counts(known), _screened(known), nested])
    cells = pl.concat([known, others])
    return _as_versions(cells, _exact(cells, terms))


def _exact(cells: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """The relations that hold. Where one does not, nobody knows by how much: who is shared, who was left out."""
    exact = _sums(cells, terms).filter(pl.col("sum") == 0).select("relation")
    # Where numerators and rest add up, denominators do by themselves.
    follows = pl.all_horizontal(
        pl.col("relation").str.replace(r"\|denominator$", f"|{part}").is_in(exact["relation"].implode())
        for part in ("numerator", "rest")
    )
    exact = exact.filter(~(pl.col("relation").str.ends_with("|denominator") & follows))
    return terms.join(exact, on="relation", how="semi")


def _sums(cells: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """What the signed counts of each relation add up to: relation, sum."""
    rest = pl.col("denominator") - pl.col("numerator")
    counts = cells.select("cell", pl.coalesce("numerator", "denominator"), "denominator", rest=rest.fill_null(0))
    counts = counts.unpivot(index="cell", variable_name="measure", value_name="count")
    counted = terms.join(counts, on=["cell", "measure"])
    return counted.group_by("relation").agg(sum=(pl.col("sign") * pl.col("count")).sum())


def _as_versions(cells: pl.DataFrame, terms: pl.DataFrame) -> Margins:
    """Cells with the same counts in several states become one, and so do the relations between them."""
    version = [*KEY, "published", "denominator", "numerator"]
    newest = pl.lit(cells["state"].max(), pl.Int64)
    once = cells.group_by(version, maintain_order=True).agg(
        current=pl.col("state").max() == newest, counts_only=pl.col("counts_only").first()
    )
    once = once.with_row_index("version").with_columns(pl.col("version").cast(pl.Int64))
    numbers = cells.join(once, on=version, nulls_equal=True).select("cell", "version")
    terms = terms.join(numbers, on="cell").select("relation", "measure", "sign", cell="version")
    shares = _shares(cells.join(numbers, on="cell"))
    alike = terms.group_by("relation").agg(
        pl.struct("cell", "measure", "sign").hash().sort().alias("terms"),
    )
    kept = alike.unique("terms").select("relation") if cells["state"].n_unique() > 1 else alike.select("relation")
    return Margins(once.rename({"version": "cell"}), terms.join(kept, on="relation", how="semi"), shares)


def _shares(cells: pl.DataFrame) -> pl.DataFrame:
    same, whole = ["published", *(k for k in _KEY if k != "scope")], pl.col("scope") == PARTNERSHIP
    one, other = (cells.filter(which).select(*same, cell="version") for which in (whole, ~whole))
    return one.join(other, on=same).select(whole="cell", part="cell_right").unique()


def is_part(column: str = "stratifier") -> pl.Expr:
    """Whether a row is of a one-way group."""
    return ~pl.col(column).is_in([ALL, EXCLUSION]) & ~pl.col(column).str.contains(JOINED, literal=True)


def _terms(frame: pl.DataFrame, tag: str, keys: list[str], sign: int) -> pl.DataFrame:
    """Cells as terms of the relations that `keys` tell apart."""
    return frame.select(relation=_name(tag, keys), cell="cell", sign=pl.lit(sign, pl.Int8))


def _name(tag: str, keys: list[str]) -> pl.Expr:
    return pl.concat_str([pl.lit(tag), *(pl.col(k).cast(pl.String) for k in keys)], separator="|")


def _groups(cells: pl.DataFrame) -> pl.DataFrame:
    """The groups of a stratifier add up to everyone, within a scope and period.

    Of the partnership only what came as rows has every group, so the totals of partners are taken off on both sides.
    """
    keys = ["indicator", "scope", *_PERIOD, "stratifier"]
    parts, everyone = cells.filter(is_part()), cells.filter(pl.col("stratifier") == ALL)
    at = ["indicator", *_PERIOD]
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
        _terms(groups.join(everyone.drop("stratifier"), on=keys[:-1]), "groups", keys, 1),
        _terms(parts.join(groups, on=keys, how="semi"), "groups", keys, -1),
        _terms(
            shared.join(totals.filter(pl.col("stratifier") == ALL).drop("stratifier", "scope"), on=at)
            .with_columns(scope=pl.lit(PARTNERSHIP)), "groups", keys, -1,
        ),
        _terms(
            totals.filter(is_part()).drop("scope").join(shared, on=[*at, "stratifier"], how="semi")
            .with_columns(scope=pl.lit(PARTNERSHIP)), "groups", keys, 1,
        ),
    ])  # fmt: skip


def _two_way(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of a two-way table add up to the groups on either side; totals of partners are taken off those."""
    crossed = cells.filter(pl.col("stratifier").str.contains(JOINED, literal=True))
    found = []
    for side in (0, 1):
        own = crossed.with_columns(
            table=pl.col("stratifier"),
            **{
                k: pl.col(k).str.split_exact(JOINED, 1).struct.field(f"field_{side}")
                for k in ("stratifier", "category")
            },
        )
        keys = [*_KEY, "table"]
        parents = own.select(keys).unique()
        totals = cells.filter("added").drop("scope")
        shared = parents.filter(pl.col("scope") == PARTNERSHIP)
        found += [
            _terms(cells.join(parents, on=_KEY), "two-way", keys, 1),
            _terms(totals.join(shared, on=[k for k in _KEY if k != "scope"]), "two-way", keys, -1),
            _terms(own, "two-way", keys, -1),
        ]
    return pl.concat(found)


def _partners(cells: pl.DataFrame) -> pl.DataFrame:
    """The partners' cells add up to the partnership's where they share nobody."""
    keys = [k for k in _KEY if k != "scope"]
    # A total with an unknown count is not in the partnership's figure.
    counted = cells.filter(pl.col("added") | pl.col("stratifier").eq(EXCLUSION) | ~pl.col("counts_only"))
    whole, own = counted.filter(pl.col("scope") == PARTNERSHIP), counted.filter(pl.col("scope") != PARTNERSHIP)
    return pl.concat([
        _terms(whole.join(own, on=keys, how="semi"), "partners", keys, 1),
        _terms(own.join(whole, on=keys, how="semi"), "partners", keys, -1),
    ])  # fmt: skip


def _months(cells: pl.DataFrame) -> pl.DataFrame:
    """A year of units that lie on one day is the sum of its months."""
    known = cells.filter(pl.col("indicator").is_in(MONTHS_ADD_UP))
    same = ["indicator", "scope", "stratifier", "category", "state"]
    years, months = known.filter(pl.col("period_kind") == "year"), known.filter(pl.col("period_kind") == "month")
    keys = [*same, "year"]
    inside = (
        months.join(years.select(*same, year="period_end", first="period_start"), on=same)
        .filter(pl.col("period_start") >= pl.col("first"), pl.col("period_end") <= pl.col("year"))
    )  # fmt: skip
    years = years.with_columns(year="period_end").join(inside, on=keys, how="semi")
    return pl.concat([_terms(years, "months", keys, 1), _terms(inside, "months", keys, -1)])


def _both_counts(cells: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """A sum may hold for numerators, the rest and denominators; for these alone where a numerator is not known."""
    sums = sums.join(cells.select("cell", full=pl.col("numerator").is_not_null()), on="cell")
    measures = pl.DataFrame({"measure": ["numerator", "rest", "denominator"]})
    full = pl.col("full").all().over("relation")
    return sums.join(measures, how="cross").filter(full | (pl.col("measure") == "denominator")).select(
        relation=pl.concat_str("relation", "measure", separator="|"), cell="cell", measure="measure", sign="sign"
    )  # fmt: skip


def _same_counts(cells: pl.DataFrame) -> pl.DataFrame:
    """The same count under two indicators. Where one has no cell there is nobody, which may be shown."""
    keys = _NO_INDICATOR
    found = []
    for (one, measure), (other, its) in SAME_COUNT:
        mine = [cells.filter(pl.col("indicator") == name, "published") for name in (one, other)]
        left, right = mine
        if measure == "numerator" or its == "numerator":
            left, right = (f.filter(pl.col("stratifier") != EXCLUSION) for f in (left, right))
        both = left.join(right, on=keys, how="semi").select(keys)
        tag = f"same|{one}"
        found += [_side(left, right, both, tag, measure, 1), _side(right, left, both, tag, its, -1)]
    return pl.concat(found)


def _side(
    side: pl.DataFrame, other: pl.DataFrame, both: pl.DataFrame, tag: str, measure: str, sign: int
) -> pl.DataFrame:
    """One side of an equation between indicators, at `both` (the key without indicator).

    The partnership's figure may hold totals of partners that send none for the other indicator: they are taken off.
    """
    keys = _NO_INDICATOR
    group = [k for k in keys if k != "scope"]
    alone = side.filter("added").join(other, on=keys, how="anti").drop("scope")
    shared = both.filter(pl.col("scope") == PARTNERSHIP)
    return pl.concat([
        _terms(side.join(both, on=keys, how="semi"), tag, keys, sign),
        _terms(alone.join(shared, on=group), tag, keys, -sign),
    ]).select("relation", "cell", measure=pl.lit(measure), sign="sign")  # fmt: skip


def _screened(cells: pl.DataFrame) -> pl.DataFrame:
    """Screened in a year = counts for insecurity + left out as incomplete."""
    screening, insecurity, reason = SCREENED
    cells = cells.filter(pl.col("period_kind") == "year")
    everyone = cells.filter(pl.col("stratifier") == ALL)
    screened, counted = (everyone.filter(pl.col("indicator") == name) for name in (screening, insecurity))
    left_out = cells.filter(
        pl.col("indicator") == insecurity, pl.col("stratifier") == EXCLUSION, pl.col("category") == reason
    ).with_columns(stratifier=pl.lit(ALL), category=pl.lit(ALL))
    both, tag = screened.join(counted, on=_NO_INDICATOR, how="semi").select(_NO_INDICATOR), f"same|{screening}"
    return pl.concat([
        _side(screened, counted, both, tag, "numerator", 1),
        _side(counted, screened, both, tag, "denominator", -1),
        _side(left_out, screened, both, tag, "denominator", -1),
    ])  # fmt: skip


def _others(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Who counts in the one and not in the other of two nested counts: cells that no table holds, and their terms."""
    found, terms = [], []
    for indicator, (inner, measure) in NESTED:
        of_groups = cells.filter(pl.col("stratifier") != EXCLUSION, pl.col("numerator").is_not_null())
        if indicator == SCREENED[0]:
            of_groups = of_groups.filter(pl.col("period_kind") == "year")
        outside, inside = (of_groups.filter(pl.col("indicator") == name) for name in (indicator, inner))
        both, tag = outside.select(_NO_INDICATOR), f"nested|{indicator}"
        sides = pl.concat([
            _side(outside, inside, both, tag, "numerator", 1), _side(inside, outside, both, tag, measure, -1)
        ])  # fmt: skip
        more = both.with_columns(
            relation=_name(tag, _NO_INDICATOR), indicator=pl.lit(inner), numerator=pl.lit(None, pl.Int64),
            counts_only=False, added=False, published=False,
        ).join(_sums(cells, sides), on="relation").filter(pl.col("sum") >= 0)  # fmt: skip
        found.append(more.with_columns(denominator=pl.col("sum").cast(pl.Int64)))
        terms.append(sides.join(more, on="relation", how="semi"))
    new = pl.concat(found).with_row_index("cell", offset=len(cells)).with_columns(pl.col("cell").cast(pl.Int64))
    last = new.select("relation", "cell", measure=pl.lit("denominator"), sign=pl.lit(-1, pl.Int8))
    return new.select(cells.columns), pl.concat([*terms, last])


def _with_withheld(cells: pl.DataFrame) -> pl.DataFrame:
    """Add groups that a partner's totals withhold, which no table holds."""
    columns = [*_KEY, "denominator", "numerator", "counts_only", "added", "published"]
    known = pl.col("denominator").is_not_null() & pl.col("numerator").is_not_null()
    cells = cells.with_columns(published=True, added=pl.col("counts_only") & known & (pl.col("scope") != PARTNERSHIP))
    told = cells.filter(pl.col("denominator").is_not_null())
    return pl.concat([told.select(columns), _withheld(cells).select(columns)])


def _withheld(cells: pl.DataFrame) -> pl.DataFrame:
    """Groups that a partner left blank in its totals: together they are what its other groups lack of its total."""
    keys = ["indicator", "scope", *_PERIOD, "stratifier"]
    blank = cells.filter(pl.col("denominator").is_null() & is_part()).select(keys).unique()
    parts = cells.filter(pl.col("denominator").is_not_null()).join(blank, on=keys, how="semi").group_by(keys).agg(
        pl.col("denominator").sum().alias("shown"), pl.col("numerator").sum().alias("shown_numerator")
    )  # fmt: skip
    return (
        cells.filter(pl.col("stratifier") == ALL).drop("stratifier", "category")
        .join(parts, on=keys[:-1])
        .with_columns(
            category=pl.lit(WITHHELD),
            added=False,
            denominator=pl.col("denominator") - pl.col("shown"),
            numerator=pl.col("numerator") - pl.col("shown_numerator"),
        )
        .filter(pl.col("denominator") > 0, pl.col("numerator").is_between(0, pl.col("denominator")))
    )  # fmt: skip
