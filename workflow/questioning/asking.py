"""Asking a release: who may ask which edition, one query at a time, and the queries that are saved for others."""

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from data.ledger import kept_reads
from data.ledger.queries import saved_queries
from data.ledger.queries.saved_queries import Saved
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.releases import release_folders
from data.releases.questions.asked import MOST_ROWS, Answer, Asked
from schemas.policy.access.permissions import Action, may
from schemas.policy.viewer import EVERYONE, Viewer
from workflow import discussing
from workflow.access.door import Door, Guest
from workflow.access.permitting import require
from workflow.deciding import kept_steps
from workflow.publishing import shown_release

ACTIONS: Mapping[str, Action] = {"shared": "query_figures", "research": "query_rows"}
"""Edition -> what one must be allowed to do to ask it."""
LONGEST, LONGEST_NAME, MOST_SAVED = 10_000, 60, 200
"""Characters of a query and of its name; saved queries."""
AT_ONCE = 2
"""Queries that are answered at once, whoever asks: the pages must not wait for them."""
_FREE = threading.BoundedSemaphore(AT_ONCE)
_WORKED = re.compile(r"^## (?:\d+\. )?(.+?)\n.*?\*(shared|research)\*\n\n```sql\n(.*?)```", re.DOTALL | re.MULTILINE)
_TABLES = """
    SELECT schema_name || '.' || table_name AS "Table", column_name AS "Column", data_type AS "Type",
        coalesce(comment, '') AS "Meaning"
    FROM duckdb_columns() WHERE database_name = 'edition' AND NOT internal
    ORDER BY schema_name, table_name, column_index"""


@dataclass(frozen=True)
class Worked:
    """A query of the documentation: its title, the edition it asks and its text."""

    title: str
    edition: str
    query: str


def worked_page() -> str:
    """The how-to page about them."""
    return files("workflow.questioning").joinpath("worked_queries.md").read_text(encoding="utf-8")


@cache
def worked_queries() -> tuple[Worked, ...]:
    """Those of the how-to page, in its order."""
    found = _WORKED.findall(worked_page())
    return tuple(Worked(title, edition, query.strip()) for title, edition, query in found)


def editions(viewer: Viewer) -> list[str]:
    """The editions that the viewer may ask."""
    return [edition for edition, action in ACTIONS.items() if may(viewer, action)]


def ask(door: Door, viewer: Viewer, guest: Guest | None, edition: str, query: str, most_rows: int = MOST_ROWS) -> Asked:
    """Begin to answer a query from the release that is shown. Who asks the research edition stands in the history of
    access.

    Raises NotAllowed, KeyError for an unknown edition, and NotPossible, with what to do: before the first release,
    where the edition is not kept, or too many are being answered.
    """
    store = door.store
    require(viewer, ACTIONS[edition])
    if not query.strip():
        raise NotPossible("write a query, or choose one to begin with")
    if len(query) > LONGEST:
        raise NotPossible(f"the query is longer than {LONGEST:,} characters")
    release = kept_steps.release_shown(store, "A query")
    _refuse_renamed(store, release, edition)
    path = _kept(store, release, edition)
    if not _FREE.acquire(blocking=False):
        raise NotPossible(f"{AT_ONCE} queries are being answered now. Ask again in a moment")
    try:
        if edition == "research":
            who = guest.person.email if guest else viewer.role
            door.record("rows queried", who, guest.person.person if guest else None, f"release {release}")
        return Asked(path, query, most_rows, _FREE.release, key=store.key_of(edition))
    except BaseException:
        _FREE.release()
        raise


def tables(store: Store, viewer: Viewer, edition: str) -> Answer:
    """What an edition of the release that is shown holds: table, column, type and meaning. Raises as `ask` does."""
    require(viewer, ACTIONS[edition])
    release = kept_steps.release_shown(store, "A query")
    return Asked(_kept(store, release, edition), _TABLES, most_rows=10_000, key=store.key_of(edition)).wait()


def _kept(store: Store, release: int, edition: str) -> Path:
    path = release_folders.edition_path(store.folder, release, edition)
    if not path.is_file():
        raise NotPossible(f"the {edition} edition of release {release} is not kept on this server")
    return path


def _refuse_renamed(store: Store, release: int, edition: str) -> None:
    """An edition names partners as it was made: one that is not to be named any more must not be read there."""
    if edition != "shared":
        return  # it holds ids, for those who may read rows
    then, now = (
        under(store, release).naming(store.key, EVERYONE)
        for under in (shown_release.under_then, shown_release.under_shown)
    )
    if (then.ids, then.names) != (now.ids, now.names):
        raise NotPossible("how partners are named has changed since. It can be asked again after the next release")


def read_saved(store: Store, viewer: Viewer) -> list[Saved]:
    """Saved queries of the editions that the viewer may ask. Raises NotAllowed."""
    require(viewer, "query_figures")
    return [one for one in kept_reads.read(store, saved_queries.read) if one.edition in editions(viewer)]


def save(store: Store, viewer: Viewer, name: str, edition: str, query: str, *, actor: str) -> int:
    """Keep a query for everyone who may ask its edition; returns its number. Raises NotAllowed, KeyError for an unknown
    edition, and NotPossible with what to do."""
    require(viewer, "save_queries")
    require(viewer, ACTIONS[edition])
    said, text = " ".join(name.split()), query.strip()
    if not 3 <= len(said) <= LONGEST_NAME:
        raise NotPossible(f"name it, in 3 to {LONGEST_NAME} characters")
    if not 1 <= len(text) <= LONGEST:
        raise NotPossible(f"a query has up to {LONGEST:,} characters")
    discussing.refuse_personal(store, said)
    discussing.refuse_personal(store, _words_of(text))
    with kept_steps.writing(store) as cur:
        known = saved_queries.read(cur)
        if any(one.name.casefold() == said.casefold() for one in known):
            raise NotPossible("another query is called so. Choose another name, or remove that one first")
        if len(known) >= MOST_SAVED:
            raise NotPossible(f"{MOST_SAVED} queries are saved. Remove one first")
        return saved_queries.add(cur, said, edition, text, actor, store.now())


def remove(store: Store, viewer: Viewer, number: int, *, actor: str) -> None:
    """Take a saved query away. Raises NotAllowed, and NotPossible where there is none."""
    require(viewer, "save_queries")
    with kept_steps.writing(store) as cur:
        if number not in {one.number for one in saved_queries.read(cur) if one.edition in editions(viewer)}:
            raise NotPossible("that query is not there any more")
        saved_queries.remove(cur, number, actor, store.now())


def _words_of(query: str) -> str:
    """What somebody can have written into a query beside its language: texts, names in quotes, and comments."""
    return " . ".join(re.findall(r"'[^']*'|\"[^\"]*\"|--[^\n]*|/\*.*?\*/|\d{6,}", query, re.DOTALL))


def texts(answer: Answer) -> tuple[list[str], list[list[str]]]:
    """Columns and cells of an answer, as DuckDB writes them; nothing is an empty cell."""
    assert answer.rows is not None
    with duckdb.connect(config={"enable_external_access": "false"}) as con:
        con.register("answer", answer.rows)
        found = con.execute("SELECT coalesce(COLUMNS(*)::VARCHAR, '') FROM answer").fetchall()
    return answer.rows.column_names, [list(row) for row in found]


def parquet(answer: Answer) -> bytes:
    """An answer as a Parquet file. Spans of time, which Parquet has no type for, are text."""
    assert answer.rows is not None
    rows, (_, cells) = answer.rows, texts(answer)
    for place, column in enumerate(rows.schema):
        if pa.types.is_interval(column.type):
            rows = rows.set_column(place, column.name, pa.array([row[place] for row in cells], pa.string()))
    out = pa.BufferOutputStream()
    pq.write_table(rows, out, compression="zstd")
    return out.getvalue().to_pybytes()
