"""The way back from a figure: unit rows of the research edition, joined to the rows of files behind them."""

import datetime as dt

import duckdb
import polars as pl

# The column of `unit_rows` that names the unit's person: the token of the latest row about the patient, else the id.
PERSON = "person_key"
_TRACE = """
WITH unit AS (
    SELECT * FROM main.unit_rows WHERE indicator = $indicator AND scope = $scope AND period_end = $period_end),
token AS (
    SELECT patient_id, arg_max(person_token, (rank, "row")) AS token
    FROM main.patients JOIN (SELECT submission, max(rank) AS rank FROM main.coverage GROUP BY ALL) USING (submission)
    GROUP BY patient_id),
file AS (SELECT COLUMNS('(.*)') AS 'file_\\1' FROM (
    SELECT r.*, s.sha256, coalesce(t.token, r.patient_id) AS of_person
    FROM main.{dataset} r JOIN main.submissions s USING (submission) LEFT JOIN token t USING (patient_id)))
SELECT unit.*, file.* EXCLUDE (file_of_person)
FROM unit LEFT JOIN file ON file_of_person = unit.{person} AND {condition}
    AND (unit.scope = 'partnership' OR file_partner_id = unit.scope)
ORDER BY unit.{person}, unit.unit_id, file_submission, file_row
"""


def trace(
    con: duckdb.DuckDBPyConnection, indicator: str, scope: str, period_end: dt.date | None, dataset: str | None
) -> pl.DataFrame:
    """See `concord.release.Release.trace`."""
    from metrics.indicators import indicators  # late, like the datasets below: `import concord` stays light

    years = "SELECT DISTINCT period_end FROM main.unit_rows WHERE indicator = ? AND scope = ? ORDER BY 1"
    ends = [end for (end,) in con.execute(years, [indicator, scope]).fetchall()]
    if not ends or (period_end and period_end not in ends):
        there = ", ".join(map(str, ends)) or "none"
        raise ValueError(f"no year of {indicator} for {scope} ends on {period_end}; there are: {there}")
    main = indicators()[indicator].main
    query = _TRACE.format(
        dataset=dataset or main, person=PERSON, condition=_about(dataset or main, dataset in (None, main))
    )
    asked = {"indicator": indicator, "scope": scope, "period_end": period_end or ends[-1]}
    return con.execute(query, asked).pl()


def _about(name: str, is_main: bool) -> str:
    """SQL: which rows of the person are about the unit. Of the main dataset those of the period (of a unit that is a
    stay: the stay itself); of others all up to the period's end, since a diagnosis of long ago may decide."""
    from schemas.datasets.dataset_catalog import DATASETS

    known = {n: d for n, d in DATASETS.items() if any(c.name == "patient_id" for c in d.columns)}
    if name not in known:
        raise ValueError(f"no dataset {name!r} about people; there are: {', '.join(known)}")
    if name == "hospital_stays" and is_main:
        return "file_stay_id = unit.unit_id"
    if not (starts := known[name].starts):
        return "true"
    day = f"coalesce({', '.join(f'file_{column}' for column in starts)})"
    return f"{day} <= unit.period_end" + (" AND " + f"{day} >= unit.period_start" if is_main else "")
