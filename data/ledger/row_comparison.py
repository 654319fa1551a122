"""The rows of a checked submission against the current rows whose place they would take.

Only kinds of change, columns and row numbers come out; never a value.
"""

from dataclasses import dataclass

import duckdb

from data.ledger.closed_quarters import late_to
from data.ledger.opening.row_tables import dated
from data.ledger.submissions import Submission
from schemas.datasets.dataset_catalog import DATASETS, Dataset

MOST_EXAMPLES = 5
# A current row as one number, as cheap to carry and to sort as a row number: the submission, then the row there.
_PLACE = 'submission * 4294967296 + "row"'


@dataclass(frozen=True)
class ChangeKind:
    """Rows changed alike: in which columns, how many, and the first row numbers in the new file."""

    columns: tuple[str, ...]
    rows: int
    examples: tuple[int, ...]


@dataclass(frozen=True)
class Compared:
    """What acceptance does row by row. `unchanged + changed + added` are the rows of the file that can count (rows of
    closed days are late, and compared with nothing); `unchanged + changed + removed` are those whose place they take.

    A row is unchanged when every column is the same; changed when its natural key is the same (`Dataset.natural_key`);
    rows that repeat each other count as often as they stand there.
    """

    unchanged: int = 0
    added: int = 0
    removed: int = 0
    kinds: tuple[ChangeKind, ...] = ()
    """The kinds of change, the most frequent first."""
    added_examples: tuple[int, ...] = ()
    """Row numbers in the new file."""
    removed_examples: tuple[tuple[int, int], ...] = ()
    """Submission and row number there."""

    @property
    def changed(self) -> int:
        """Rows that are there before and after, with other values."""
        return sum(kind.rows for kind in self.kinds)

    @property
    def moves(self) -> bool:
        """Whether any row differs."""
        return bool(self.added or self.removed or self.kinds)


def compare(cur: duckdb.DuckDBPyConnection, entry: Submission) -> Compared:
    """Compare a submission that is not current with what it would replace; exact, in one pass over both sides."""
    dataset = DATASETS[entry.dataset]
    opened, taken, values = _open(cur, entry), *_taken_over(dataset, entry)
    taken, mine = f"SELECT * FROM ({taken}) WHERE {opened}", f"submission = {entry.submission} AND {opened}"
    kept = cur.execute(f"SELECT count(*) FROM rows.{dataset.name} WHERE {mine}").fetchall()[0][0]
    if cur.execute(f"SELECT 1 FROM ({taken}) LIMIT 1", values).fetchone() is None:
        return Compared(added=kept)
    columns = ", ".join(c.name for c in dataset.columns)
    # Rows alike in every column cancel out; one row number of each is kept for the examples.
    cur.execute(
        f"""CREATE OR REPLACE TEMP TABLE unlike AS
            SELECT {columns}, count(new_row) AS now, count(old_row) AS was, max(new_row) AS new_row,
                max(old_row) AS old_row
            FROM (SELECT {columns}, "row" AS new_row, NULL AS old_row FROM rows.{dataset.name} WHERE {mine}
                  UNION ALL SELECT {columns}, NULL, {_PLACE} FROM ({taken}))
            GROUP BY {columns} HAVING count(new_row) <> count(old_row)""",
        values,
    )
    _pair(cur, dataset)
    try:
        return _compared(cur, dataset, kept)
    finally:
        cur.execute("DROP TABLE unlike")
        cur.execute("DROP TABLE paired")


def _open(cur: duckdb.DuckDBPyConnection, entry: Submission) -> str:
    """SQL condition: the row's quarter is not closed."""
    closed = late_to(cur, entry.dataset, None)
    return f"{dated(DATASETS[entry.dataset])} > DATE '{closed}'" if closed else "true"


def _taken_over(dataset: Dataset, entry: Submission) -> tuple[str, list[object]]:
    """SQL of the partner's current rows that the submission replaces.

    Those of the days it covers; of a patient or a stay, which have ids of their own, also the version sent before,
    wherever it lies, and only the one that counts: the last that was sent.
    """
    mine = f"FROM in_force.{dataset.name} WHERE partner_id = ? AND submission <> ?"
    values: list[object] = [entry.partner_id, entry.submission]
    sent_again = f"SELECT {', '.join(dataset.key)} FROM rows.{dataset.name} WHERE submission = ?"
    if not dataset.starts:
        key = ", ".join(dataset.key)
        last = f'QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY rank DESC, "row" DESC) = 1'
        return f"SELECT * {mine} AND ({key}) IN ({sent_again}) {last}", [*values, entry.submission]
    within = f"{dated(dataset)} BETWEEN ? AND ?"
    if dataset.key == ("stay_id",):
        last = "QUALIFY rank = max(rank) OVER (PARTITION BY stay_id)"
        return (
            f"SELECT * FROM (SELECT * {mine} {last}) WHERE {within} OR stay_id IN ({sent_again})",
            [*values, *entry.covers, entry.submission],
        )
    return f"SELECT * {mine} AND {within}", [*values, *entry.covers]


def _pair(cur: duckdb.DuckDBPyConnection, dataset: Dataset) -> None:
    """Pair the copies that do not cancel out within their natural key; the order of their values decides."""
    key = ", ".join(dataset.natural_key)
    rest = _rest(dataset)
    others = f"struct_pack({', '.join(f'{n} := {n}' for n in rest)})"
    cur.execute(
        f"""CREATE OR REPLACE TEMP TABLE paired AS
            WITH placed AS (
                SELECT {key}, {others} AS others, CASE WHEN now > was THEN new_row END AS new_row,
                    CASE WHEN was > now THEN old_row END AS old_row,
                    row_number() OVER (PARTITION BY {key}, now > was ORDER BY {", ".join(rest)}) AS place
                FROM unlike, unnest(range(abs(now - was))))
            SELECT max(new_row) AS new_row, max(old_row) AS old_row,
                any_value(others) FILTER (new_row IS NOT NULL) AS new,
                any_value(others) FILTER (old_row IS NOT NULL) AS old
            FROM placed GROUP BY {key}, place"""
    )


def _rest(dataset: Dataset) -> list[str]:
    return [c.name for c in dataset.columns if c.name not in dataset.natural_key]


def _compared(cur: duckdb.DuckDBPyConnection, dataset: Dataset, kept: int) -> Compared:
    differ = ", ".join(f"CASE WHEN new.{n} IS DISTINCT FROM old.{n} THEN '{n}' END" for n in _rest(dataset))
    kinds = cur.execute(
        f"""SELECT list_filter([{differ}], c -> c IS NOT NULL) AS columns, count(*) AS many,
                list_slice(list(new_row ORDER BY new_row), 1, {MOST_EXAMPLES})
            FROM paired WHERE new IS NOT NULL AND old IS NOT NULL GROUP BY columns ORDER BY many DESC, columns"""
    ).fetchall()
    added, new = _alone(cur, "new", "old")
    removed, old = _alone(cur, "old", "new")
    return Compared(
        unchanged=kept - added - sum(many for _, many, _ in kinds),
        added=added,
        removed=removed,
        kinds=tuple(ChangeKind(tuple(columns), many, tuple(rows)) for columns, many, rows in kinds),
        added_examples=new,
        removed_examples=tuple(divmod(place, 1 << 32) for place in old),
    )


def _alone(cur: duckdb.DuckDBPyConnection, here: str, there: str) -> tuple[int, tuple[int, ...]]:
    """How many rows are on one side only, and the first of them."""
    found = cur.execute(
        f"""SELECT count(*), list_slice(list_sort(list(DISTINCT {here}_row)), 1, {MOST_EXAMPLES})
            FROM paired WHERE {there} IS NULL"""
    ).fetchall()[0]
    return found[0], tuple(found[1] or ())
