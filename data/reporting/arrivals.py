"""What the ledger says of when files came: the facts under the reporting calendar."""

import duckdb

from data.reporting.reporting_calendar import Event, Facts


def arrivals(cur: duckdb.DuckDBPyConnection) -> Facts:
    """Every acceptance and withdrawal of all partners in their order, by partner and dataset."""
    rows = cur.execute(
        """SELECT partner_id, dataset, s.submission, e.state, CAST(e.happened_at AS DATE), covers_from, covers_to
           FROM submission s JOIN submission_event e USING (submission)
           WHERE e.state IN ('accepted', 'withdrawn') ORDER BY e.event"""
    ).fetchall()
    facts: Facts = {}
    for partner_id, dataset, *event in rows:
        facts.setdefault((partner_id, dataset), []).append(Event(*event))
    return facts
