"""What the queries of the measures read, as Parquet, and what DuckDB makes of it: so that another engine can count.

A folder for each main dataset (its measures share their periods), with a file for each view that the queries name. A
UUID is text there and a month a day, which every engine reads alike.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

from data.ledger.encryption import database_files
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from metrics.counting import counts
from metrics.counting.declaration import Indicator
from metrics.counting.input_views import VIEWS, hide, set_choices, set_periods, show
from metrics.counting.people_of_scopes import set_people
from metrics.counting.tally import tally
from metrics.counting.touched_people import ALL_PEOPLE
from metrics.indicators import indicators

QUERIES = "queries.json"
_ALWAYS = ("people", "profiles", "periods", "period_months", "months", "reporting", "covered", "choice")
_LISTED = ("procedures_sent", "procedures_unread")
_CODE_LISTS = ("code_list.diagnosis", "code_list.procedure")


@dataclass(frozen=True)
class Counted:
    """A measure's two queries as DuckDB reads them, and where their inputs and answers lie."""

    indicator: str
    folder: str
    tables: tuple[str, ...]
    unit_rows: str
    counts: str


def write(store: Store, into: Path) -> list[Counted]:
    """Write the inputs of every measure that has data into a new folder, and DuckDB's unit rows and counts of it.

    The rows are pseudonymized, as in the store: the folder is for those who may read the research edition. Raises
    NotPossible where the store is encrypted, since other engines read the files in plain.
    """
    if store.encryption:
        raise NotPossible("the store is encrypted, and another engine reads plain files. Nothing was written")
    into.mkdir(parents=True, mode=0o700)
    cur = store.cursor()
    set_choices(cur, store.partnership.choices)
    cur.execute("CREATE OR REPLACE TEMP TABLE delta AS FROM counts LIMIT 0")
    made = [one for alike in counts.by_main(indicators().values()) for one in _of_alike(cur, into, alike)]
    (into / QUERIES).write_text(json.dumps([asdict(one) for one in made], indent=1) + "\n", encoding="utf-8")
    return made


def read(folder: Path) -> list[Counted]:
    """What such a folder holds."""
    told = json.loads((folder / QUERIES).read_text(encoding="utf-8"))
    return [Counted(**{**one, "tables": tuple(one["tables"])}) for one in told]


def _of_alike(cur: duckdb.DuckDBPyConnection, into: Path, alike: list[Indicator]) -> Iterator[Counted]:
    periods = counts.wanted_periods(cur, alike[0])
    if not periods:
        return
    folder, names = into / alike[0].main, counts.datasets(alike)
    folder.mkdir()
    set_people(cur, ALL_PEOPLE, names)
    set_periods(cur, periods)
    show(cur, ALL_PEOPLE, names)
    views = [view for view, (dataset, _) in VIEWS.items() if dataset in names or dataset == "patients"]
    tables = (*_ALWAYS, *views, *(_LISTED if "sent_stays" in views else ()))
    for name in (*tables, *_CODE_LISTS):
        _write(cur, f"FROM {name}", folder / f"{name}.parquet")
    for one in alike:
        sql = tally(one)
        _write(cur, one.unit_rows, folder / f"{one.id}.unit_rows.parquet")
        _write(cur, sql, folder / f"{one.id}.counts.parquet")
        yield Counted(one.id, folder.name, (*tables, *_CODE_LISTS), one.unit_rows, sql)
    hide(cur)


def _write(cur: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    columns = cur.execute(f"DESCRIBE {query}").fetchall()
    plain = ", ".join(
        f'CAST("{name}" AS {as_plain}) AS "{name}"' if (as_plain := _plain(name, kind)) else f'"{name}"'
        for name, kind, *_ in columns
    )
    database_files.write_parquet(cur, f"(SELECT {plain} FROM ({query}))", path, None)


def _plain(name: str, kind: str) -> str | None:
    """The type of a column as every engine reads it, where it is another one."""
    if "UUID" in kind:
        return kind.replace("UUID", "VARCHAR")
    return "DATE" if name == "month" else "DECIMAL(38, 0)" if kind in ("UBIGINT", "HUGEINT") else None
