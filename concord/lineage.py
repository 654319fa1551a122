"""The way back from a figure: unit rows of the research edition, joined to the rows of files behind them."""

import datetime as dt

import duckdb
import polars as pl

# The partnership's figure is the sum of its partners' units, unless it counts everyone once: the view knows which.
_UNITS = {"partnership": "analysis.partnership_units WHERE true", "": "main.unit_rows WHERE scope = $scope"}
_TRACE = """
WITH unit AS (SELECT * FROM {units} AND indicator = $indicator AND period_end = $period_end),
decided AS (
    SELECT scope, person_key, unit_id, submission, "row", string_agg(fact, ', ' ORDER BY fact) AS file_decided
    FROM main.deciding_rows WHERE indicator = $indicator AND period_end = $period_end GROUP BY ALL),
file AS (SELECT COLUMNS('(.*)') AS 'file_\\1' FROM (
    SELECT * FROM main.{dataset} JOIN (SELECT submission, sha256 FROM main.submissions) USING (submission)
        JOIN main.people USING (partner_id, patient_id)))
SELECT unit.*, file.* EXCLUDE (file_person_key), file_decided
FROM unit LEFT JOIN file ON file_person_key = unit.person_key AND {condition}
    AND unit.scope IN ('linked', file_partner_id)
LEFT JOIN decided d ON d.scope = unit.scope AND d.person_key = unit.person_key
    AND d.unit_id IS NOT DISTINCT FROM unit.unit_id AND d.submission = file_submission AND d."row" = file_row
ORDER BY unit.person_key, unit.unit_id, file_submission, file_row
"""


def trace(
    con: duckdb.DuckDBPyConnection, indicator: str, scope: str, period_end: dt.date | None, dataset: str | None
) -> pl.DataFrame:
    """See `concord.release.Release.trace`."""
    from metrics.indicators import indicators  # late, like the datasets below: `import concord` stays light

    units = _UNITS.get(scope, _UNITS[""])
    of_scope = {} if scope in _UNITS else {"scope": scope}
    years = f"SELECT DISTINCT period_end FROM {units} AND indicator = $indicator ORDER BY 1"
    ends = [end for (end,) in con.execute(years, {"indicator": indicator, **of_scope}).fetchall()]
    if not ends or (period_end and period_end not in ends):
        there = ", ".join(map(str, ends)) or "none"
        raise ValueError(f"no year of {indicator} for {scope} ends on {period_end}; there are: {there}")
    main = indicators()[indicator].main
    condition = _about(dataset or main, dataset in (None, main))
    query = _TRACE.format(units=units, dataset=dataset or main, condition=condition)
    return con.execute(query, {"indicator": indicator, "period_end": period_end or ends[-1], **of_scope}).pl()


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
