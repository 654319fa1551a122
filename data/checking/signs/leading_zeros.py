"""Ids that a spreadsheet has robbed of their leading zeros."""

import numpy as np
import polars as pl
import pyarrow as pa

from data.findings import Findings
from data.ledger.pseudonyms import Pseudonyms, as_uuids
from data.ledger.staging import Staged, registered


def lost_zeros(staged: Staged, column: str, ids: Pseudonyms, findings: Findings) -> None:
    """Ids whose zero-padded form is known (in this file or from earlier files) have lost their zeros."""
    known = ids.known
    numeric = known.filter(known.str.contains(r"^\d+$"))
    bare, zeroed = numeric.filter(~numeric.str.starts_with("0")), numeric.filter(numeric.str.starts_with("0"))
    if not len(bare):
        return
    lost = set(bare.filter(bare.is_in(zeroed.str.strip_chars_start("0").implode()))) | _known_with_zeros(
        staged, bare, ids
    )
    if lost:
        codes = np.frombuffer(b"".join(map(ids.code, sorted(lost))), dtype="V16")
        with registered(staged.cur, "lost_ids", pa.table({"code": as_uuids(codes)})):
            findings.add(
                "lost_leading_zeros",
                column,
                staged.rows(f'SELECT "row" FROM staged WHERE "{column}" IN (SELECT code FROM lost_ids)'),
            )
    elif (len(bare) == len(known) and _looks_stripped(bare)) or _some_stripped(bare, zeroed):
        findings.whole("maybe_lost_leading_zeros", column)


def _known_with_zeros(staged: Staged, bare: pl.Series, ids: Pseudonyms, limit: int = 200_000) -> set[str]:
    """Those of `bare` that are unknown as written but known with one to four zeros in front."""
    known = staged.cur.execute(
        "SELECT DISTINCT patient_id FROM in_force.patients WHERE partner_id = ?", [staged.partner_id]
    ).fetchall()
    codes = {row[0].bytes for row in known}
    if not codes:
        return set()
    unknown = [i for i in bare if ids.code(i) not in codes][:limit]
    return {i for i in unknown if any(ids.code("0" * n + i) in codes for n in range(1, 5))}


def _looks_stripped(ids: pl.Series) -> bool:
    """Nearly all ids of one width and a few shorter, as zeros dropped from random ids leave it.

    Running numbers look alike by width, but there the shorter ids are nearly all present.
    """
    widths = ids.str.len_chars()
    width = int(widths.max())  # type: ignore[arg-type]
    shorter = int((widths < width).sum())
    return len(ids) >= 20 and 0 < shorter <= 0.2 * len(ids) and shorter / 10 ** (width - 1) < 0.5


def _some_stripped(bare: pl.Series, zeroed: pl.Series) -> bool:
    """Some ids are filled up with zeros to one width, and others are shorter and have none: half of a file was saved by
    a spreadsheet."""
    widths = zeroed.str.len_chars()
    if len(zeroed) < FEWEST or widths.n_unique() > 1:
        return False
    shorter = int((bare.str.len_chars() < int(widths[0])).sum())
    return shorter >= FEWEST


FEWEST = 3
"""Ids of each kind that make a habit."""
