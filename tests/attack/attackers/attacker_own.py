"""What a partner knows of itself: counts of the partnership in which its own people are alone."""

from typing import Protocol

import numpy as np
import polars as pl
from scipy.sparse import csr_matrix

from tests.attack.attackers.attacker_sums import CROSS, KEY, MEASURES, WHOLE


class Facts(Protocol):
    """What is read of the facts (`tests.attack.attackers.attacker`)."""

    rows: pl.DataFrame
    hidden: np.ndarray
    matrix: csr_matrix
    size: int


def of_own_people(facts: Facts, partner: str) -> np.ndarray:
    """Counts (n, 3) of the partnership in which this partner's people are alone, or with people whom all can see.

    To know them is to know oneself: the partner would need no release for it.
    """
    rows = facts.rows.filter(pl.col("denominator").is_not_null())
    alike = ["release", *(k for k in KEY if k != "scope")]
    values = {
        "numerator": pl.col("numerator").fill_null(pl.col("denominator")),
        "rest": (pl.col("denominator") - pl.col("numerator")).fill_null(0),
        "denominator": pl.col("denominator"),
    }
    rows = rows.with_columns(**{f"of_{name}": value for name, value in values.items()})
    seen = pl.Series(~facts.hidden)
    rows = rows.with_columns(veiled=~seen.gather(rows["cell"]))
    own, of_partner = pl.col("scope") == partner, pl.col("scope") != WHOLE
    by_group = rows.filter(of_partner).group_by(alike).agg(
        *(((pl.col(f"of_{m}") * pl.col("veiled")).filter(~own).sum() == 0).alias(f"alone_{m}") for m in MEASURES),
        # Who sends totals is in no table of two groupings.
        *((pl.col(f"of_{m}").filter(~own, ~pl.col("counts_only")).sum() == 0).alias(f"only_{m}") for m in MEASURES),
        *((pl.col(f"of_{m}").filter(own).sum() > 0).alias(f"has_{m}") for m in MEASURES),
    )  # fmt: skip
    whole = rows.filter(pl.col("scope") == WHOLE).select(*alike, "cell")
    mine = np.zeros((facts.size, 3), bool)
    for n, m in enumerate(MEASURES):
        at = whole.join(by_group.filter(pl.col(f"alone_{m}"), pl.col(f"has_{m}")), on=alike, how="semi")
        mine[at["cell"].to_numpy(), n] = True
        # A cell of two groupings at once has only people of either group.
        groups = by_group.filter(pl.col(f"only_{m}"), pl.col(f"has_{m}")).select(alike)
        crossed = whole.filter(pl.col("stratifier").str.contains(CROSS, literal=True))
        for side in (0, 1):
            parts = crossed.with_columns(
                pl.col(k).str.split_exact(CROSS, 1).struct.field(f"field_{side}").alias(k)
                for k in ("stratifier", "category")
            )
            mine[parts.join(groups, on=alike, how="semi")["cell"].to_numpy(), n] = True
    _spread(facts, mine)
    return mine


def _spread(facts: Facts, mine: np.ndarray) -> None:
    """The same people under another indicator are as well known; both halves make the whole."""
    for _ in range(2):
        mine[:, 2] |= mine[:, 0] & mine[:, 1]
        mine |= mine[:, 2:]
        known = mine[:, :2].ravel()
        pairs = facts.matrix[np.diff(facts.matrix.indptr) <= 3]
        for start, end in zip(pairs.indptr[:-1], pairs.indptr[1:], strict=True):
            columns, signs = pairs.indices[start:end], pairs.data[start:end]
            for sign in (1, -1):
                side, other = columns[signs == sign], columns[signs == -sign]
                if (
                    len(side)
                    and len(other)
                    and known[side].all()
                    and len({*other // 2}) == 1
                    and len({*side // 2}) == 1
                ):
                    mine[other // 2, other % 2] = True
    mine[:, 2] |= mine[:, 0] & mine[:, 1]
