"""What accepted files look like: their header and the form of their ids, as keyed codes.

By them a file under a wrong name is told. They stand beside what a partner said of its files (`said`, under a name that
is no dataset's): nobody reads a header or an id off them.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import duckdb
import polars as pl

from data.ledger.pseudonyms import keyed_digest
from schemas.vocabularies.vocabulary import normal

MOSTLY = 0.8
"""Share of the ids that must be of one form for the file to have one."""
_LOOKED_AT = 10_000


class Shape(NamedTuple):
    """Codes of a file's header and of the form of its ids; `ids` is blank where they have no common form."""

    header: str
    ids: str


def shape_of(key: bytes, header: Sequence[str], ids: pl.Series) -> Shape:
    """The shape of a file with these header cells (in any order) and these distinct ids."""
    form = _form(ids.head(_LOOKED_AT))
    names = "\x1f".join(sorted(map(normal, header)))
    return Shape(keyed_digest(key, "header", names), keyed_digest(key, "form of ids", form) if form else "")


def _form(ids: pl.Series) -> str:
    """How most ids are written, such as AA-99999; where their lengths vary, such as AA-9; else blank."""
    each = ids.drop_nulls().str.replace_all(r"\p{L}", "A").str.replace_all(r"\d", "9")
    for forms in (each, each.str.replace_all("9+", "9").str.replace_all("A+", "A")):
        count = forms.value_counts(sort=True)
        if len(count) and count["count"][0] >= MOSTLY * len(forms):
            return str(count[forms.name][0])
    return ""


def keep_shape(
    cur: duckdb.DuckDBPyConnection, partner_id: str, dataset: str, submission: int, shape: Shape, actor: str,
    at: dt.datetime,
) -> None:  # fmt: skip
    """Put down what a checked file looks like; it says something once the file is accepted."""
    words = f"{submission} {shape.header} {shape.ids}"
    cur.execute("INSERT INTO said VALUES (?, ?, ?, ?, ?)", [partner_id, _named(dataset), words, at, actor])


def accepted_shapes(cur: duckdb.DuckDBPyConnection, dataset: str) -> dict[str, set[Shape]]:
    """Partner -> the shapes of its accepted files of a dataset."""
    rows = cur.execute(
        """SELECT partner_id, words FROM said WHERE dataset = ? AND CAST(split_part(words, ' ', 1) AS INTEGER) IN (
               SELECT submission FROM submission_event GROUP BY submission HAVING max_by(state, event) = 'accepted')""",
        [_named(dataset)],
    ).fetchall()
    found: dict[str, set[Shape]] = {}
    for partner_id, words in rows:
        _, header, ids = words.split(" ")
        found.setdefault(partner_id, set()).add(Shape(header, ids))
    return found


def _named(dataset: str) -> str:
    return f"{dataset}/shape"
