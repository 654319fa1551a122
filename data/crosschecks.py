"""Checks across rows and files, in SQL over the rows just staged and those in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from data.findings import Findings
from data.pseudonyms import Pseudonyms, as_uuids
from data.store import dated
from schemas.community_files import ITEMS_OF
from schemas.datasets import Dataset


@dataclass(frozen=True)
class Staged:
    """Rows of one submission in the store, not yet in force."""

    cur: duckdb.DuckDBPyConnection
    dataset: Dataset
    submission: int
    partner_id: str

    @property
    def table(self) -> str:
        """The dataset's table."""
        return f"rows.{self.dataset.name}"

    def rows(self, sql: str, *values: object) -> pl.Series:
        """Row numbers that a query on `staged` (this submission's rows) returns."""
        query = f"WITH staged AS (SELECT * FROM {self.table} WHERE submission = ?) {sql}"
        return self.cur.execute(query, [self.submission, *values]).pl().to_series()


@contextmanager
def registered(cur: duckdb.DuckDBPyConnection, name: str, table: pa.Table | pa.RecordBatchReader) -> Iterator[None]:
    """An Arrow table (or stream of batches) under a name for the queries of the block."""
    cur.register(name, table)
    try:
        yield
    finally:
        cur.unregister(name)


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
    elif len(bare) == len(known) and _looks_stripped(bare):
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


def across(staged: Staged, indicators: frozenset[str], findings: Findings) -> None:
    """Every check of this dataset that needs more than one row: unknown patients, overlaps, deaths, results."""
    for check in (_unknown_patients, *_CHECKS.get(staged.dataset.name, ())):
        check(staged, findings)
    if staged.dataset.name == "indicator_counts":
        rows = staged.rows('SELECT "row" FROM staged WHERE NOT list_contains(?, indicator)', sorted(indicators))
        findings.add("unknown_indicator", "indicator", rows)


def _unknown_patients(staged: Staged, findings: Findings) -> None:
    if staged.dataset.name in ("patients", "indicator_counts"):
        return
    sent = staged.cur.execute(
        "SELECT count(*) FROM coverage WHERE dataset = 'patients' AND partner_id = ?", [staged.partner_id]
    ).fetchone()
    if sent and sent[0]:
        findings.add(
            "unknown_patient",
            "patient_id",
            staged.rows(
                """SELECT "row" FROM staged ANTI JOIN (FROM in_force.patients WHERE partner_id = ?)
               USING (patient_id)""",
                staged.partner_id,
            ),
        )


def _overlapping_stays(staged: Staged, findings: Findings) -> None:
    findings.add(
        "overlapping_stays",
        "admitted_on",
        staged.rows(
            """SELECT "row" FROM staged QUALIFY admitted_on < max(coalesce(discharged_on, admitted_on)) OVER (
             PARTITION BY patient_id ORDER BY admitted_on, coalesce(discharged_on, admitted_on), stay_id
             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)"""
        ),
    )


def _stays_after_death(staged: Staged, findings: Findings) -> None:
    findings.add(
        "stay_after_death",
        "admitted_on",
        staged.rows(
            f"""SELECT s."row" FROM staged s JOIN (
              SELECT patient_id, min(day) AS died_on FROM (
                SELECT patient_id, {dated(staged.dataset)} AS day FROM staged WHERE disposition = 'died'
                UNION ALL SELECT patient_id, discharged_on FROM in_force.hospital_stays
                  WHERE disposition = 'died' AND partner_id = ?
                UNION ALL SELECT patient_id, starts_on FROM in_force.clinical_events
                  WHERE event = 'died' AND partner_id = ?)
              GROUP BY patient_id) d USING (patient_id) WHERE s.admitted_on > d.died_on""",
            staged.partner_id,
            staged.partner_id,
        ),
    )


def _contradicting_results(staged: Staged, findings: Findings) -> None:
    affirmed = "length(items) - length(replace(items, 'A', ''))"
    score = f"CASE WHEN items IS NOT NULL THEN {affirmed} ELSE raw_score END"
    limit = "CASE instrument " + " ".join(f"WHEN '{i}' THEN {_insecure_from(i)}" for i in ITEMS_OF) + " END"
    findings.add(
        "result_contradicts_items",
        "result",
        staged.rows(
            f"""SELECT "row" FROM staged WHERE result <> 'incomplete' AND instrument <> 'result_only'
            AND ({score} >= {limit}) <> (result IN ('at_risk', 'low', 'very_low', 'insecure'))"""
        ),
    )


def _insecure_from(instrument: str) -> int:
    """Affirmative answers from which a screen is positive (USDA 2012; Hager 2010 for the Vital Sign)."""
    return {"hunger_vital_sign": 1, "usda_6": 2}.get(instrument, 3)


def _contradicted_earlier(staged: Staged, findings: Findings) -> None:
    """What does not change, sent differently before by the same partner; the later file decides."""
    for column, known in (
        ("birth_date", "true"),
        ("sex", "s.sex IN ('female', 'male') AND p.sex IN ('female', 'male')"),
    ):
        rows = staged.rows(
            f"""SELECT DISTINCT s."row" FROM staged s JOIN in_force.patients p USING (patient_id)
                WHERE p.partner_id = ? AND s.{column} <> p.{column} AND {known}""",
            staged.partner_id,
        )
        findings.add("contradicts_earlier", column, rows)


_CHECKS = {
    "patients": (_contradicted_earlier,),
    "hospital_stays": (_overlapping_stays, _stays_after_death),
    "food_security": (_contradicting_results,),
}
