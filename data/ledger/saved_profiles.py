"""Profile: what a partner has said about how its files are to be read, kept for the next file."""

import datetime as dt

import duckdb
import polars as pl

from data.ledger.submissions import NotPossible
from data.personal_identifiers import looks_personal
from schemas.datasets.file_profile import Said


def read_said(cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str) -> Said:
    """What holds for the partner's files of a dataset; nothing said yet is an empty `Said`."""
    row = cur.execute(
        "SELECT max_by(words, happened_at) FROM said WHERE partner_id = ? AND dataset = ?", [partner_id, dataset]
    ).fetchone()
    return Said.model_validate_json(row[0]) if row and row[0] else Said()


def keep_said(cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str, said: Said, actor: str) -> None:
    """Keep what was said; raises NotPossible when a word looks like a personal value, which is never stored."""
    words = [*said.columns, *(w for of_column in said.words.values() for w in of_column)]
    if words and looks_personal(pl.Series(words)).any():
        raise NotPossible("one of the words looks like a phone number, an e-mail address or a social security number")
    if said != read_said(cur, partner_id, dataset):
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        text = said.ordered().model_dump_json(exclude_defaults=True)
        cur.execute("INSERT INTO said VALUES (?, ?, ?, ?, ?)", [partner_id, dataset, text, now, actor])
