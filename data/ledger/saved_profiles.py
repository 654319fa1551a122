"""A partner's file profiles: how its files are to be read, kept for the next file."""

import datetime as dt

import duckdb
import polars as pl

from data.ledger.submissions import NotPossible
from data.personal_identifiers import looks_personal
from schemas.datasets.file_profile import FileProfile


def read_profile(cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str) -> FileProfile:
    """What holds for the partner's files of a dataset; none yet is an empty `FileProfile`."""
    row = cur.execute(
        "SELECT max_by(words, happened_at) FROM said WHERE partner_id = ? AND dataset = ?", [partner_id, dataset]
    ).fetchone()
    return FileProfile.model_validate_json(row[0]) if row and row[0] else FileProfile()


def keep_profile(
    cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str, profile: FileProfile, actor: str
) -> None:
    """Keep it for the next file; raises NotPossible when a word looks like a personal value, which is never stored."""
    words = [*profile.columns, *(w for of_column in profile.words.values() for w in of_column)]
    if words and looks_personal(pl.Series(words)).any():
        raise NotPossible("one of the words looks like a phone number, an e-mail address or a social security number")
    if profile != read_profile(cur, partner_id, dataset):
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
        text = profile.ordered().model_dump_json(exclude_defaults=True)
        cur.execute("INSERT INTO said VALUES (?, ?, ?, ?, ?)", [partner_id, dataset, text, now, actor])
