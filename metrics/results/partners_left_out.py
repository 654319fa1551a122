"""Partners whose agreements do not include research: no row that is theirs, or rests on one, is in the edition."""

from collections.abc import Sequence
from dataclasses import replace

import duckdb

from metrics.results.editions import EditionTable


def set_left_out(cur: duckdb.DuckDBPyConnection, partner_ids: Sequence[str]) -> None:
    """Take the partners whose agreements do not include research: no row of theirs is in the edition."""
    cur.execute("CREATE OR REPLACE TEMP TABLE left_out_partner (partner_id VARCHAR)")
    for partner in partner_ids:
        cur.execute("INSERT INTO left_out_partner VALUES (?)", [partner])


_OUT = "(SELECT partner_id FROM temp.left_out_partner)"
_LEFT_OUT = {
    "partner_id": f"(partner_id IS NULL OR partner_id NOT IN {_OUT})",
    "submission": f"submission NOT IN (SELECT submission FROM main.submission WHERE partner_id IN {_OUT})",
    # A unit that counts everyone once may rest on rows of any partner that knows the person.
    "scope": f"""scope NOT IN {_OUT} AND (scope <> 'linked' OR NOT EXISTS {_OUT} OR person_key IN (
        SELECT person_key FROM temp.edition_people GROUP BY ALL HAVING NOT bool_or(partner_id IN {_OUT})))""",
}
"""Column of a table -> SQL that keeps the rows of those who are not left out."""


def without_left_out(table: EditionTable) -> EditionTable:
    """The table without what partners sent who are left out (`set_left_out`)."""
    where = [condition for column, condition in _LEFT_OUT.items() if column in table.columns]
    if table.view or not where:
        return table
    return replace(table, queries=[f"SELECT * FROM ({q}) t WHERE {' AND '.join(where)}" for q in table.queries])
