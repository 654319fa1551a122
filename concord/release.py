"""A release as an analyst reads it: figures, definitions, and the way back from a figure to the files."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl

from concord import lineage
from data.ledger.encryption import database_files
from data.releases import release_folders

Edition = Literal["shared", "research"]
PeriodKind = Literal["year", "month", "quarter", "three_years"]


@dataclass(frozen=True)
class Release:
    """One edition of one release, opened read-only. Made by `concord.open`; end it with `close` or as a context."""

    folder: Path
    edition: Edition
    number: int
    partnership: str
    made_at: dt.datetime
    """When it was made (UTC)."""
    connection: duckdb.DuckDBPyConnection
    """Read-only, for what `sql` does not do (`.register` a frame of your own, `.cursor()` for each thread). A cursor of
    an encrypted edition begins with `USE edition`."""

    @classmethod
    def at(cls, folder: Path, edition: Edition, key: str | None = None) -> "Release":
        """See `concord.open`."""
        if edition not in release_folders.READ:
            raise ValueError(f"no edition {edition!r}; there are: {', '.join(release_folders.READ)}")
        found = release_folder(folder)
        manifest, file = release_folders.read_manifest(found), found / f"{edition}.duckdb"
        if not file.exists():
            there = ", ".join(sorted(p.stem for p in found.glob("*.duckdb"))) or "none"
            raise FileNotFoundError(f"{found} does not hold the {edition} edition; it holds: {there}")
        connection = _opened(file, folder if found != folder else folder.parents[1], edition, key)
        # Otherwise a variable in your notebook that is named like a table would be read in the table's place.
        connection.execute("SET python_enable_replacements = false")
        made_at = dt.datetime.fromisoformat(manifest["made_at"])
        return cls(found, edition, manifest["release"], manifest["partnership"], made_at, connection)

    def results(
        self,
        indicator: str | None = None,
        scope: str | None = None,
        stratifier: str | None = None,
        period_kind: PeriodKind | None = None,
    ) -> pl.DataFrame:
        """Figures in the one long shape (docs/results.md): a row for each indicator, scope, period and group.

        `scope`: "partnership" or a partner's id. `stratifier`: "all" for everyone together, "sex" and so on;
        "exclusion" counts who was left out, by reason. `period_kind`: "year" (rolling 12 months, the official figure),
        "month", "quarter" (stays) or "three_years" (groups too small for one year). What is not given is not filtered.
        A hidden figure has `suppressed` true and no numbers. Sorted by those columns and the period's end. Raises
        ValueError for a value that the release does not hold, naming those that it does.
        """
        asked = {"indicator": indicator, "scope": scope, "stratifier": stratifier, "period_kind": period_kind}
        given = {column: value for column, value in asked.items() if value is not None}
        for column, value in given.items():
            self._must_know(column, value)
        condition = " AND ".join(["true", *(f"{column} = ?" for column in given)])
        order = "indicator, scope, period_kind, stratifier, category, period_end"
        return self.sql(f"SELECT * FROM main.results WHERE {condition} ORDER BY {order}", list(given.values()))

    def definition(self, indicator: str) -> dict[str, Any]:
        """The definition that the figures were made under: title, plain, numerator, denominator, source, target ...

        Raises ValueError for an indicator that the release does not hold.
        """
        self._must_know("indicator", indicator)
        return self.definitions().filter(pl.col("indicator") == indicator).row(0, named=True)

    def definitions(self) -> pl.DataFrame:
        """The definitions of all indicators, one row each."""
        return self.sql("SELECT * FROM main.indicators")

    def trace(
        self,
        indicator: str,
        scope: str = "partnership",
        period_end: dt.date | None = None,
        dataset: str | None = None,
    ) -> pl.DataFrame:
        """From a year's figure to its unit rows, and from each to the submission and the row of the file.

        Research edition only. A row for each unit (person or stay) and each current row about it in `dataset` (the
        indicator's main one unless named); units without such a row are there once, with blanks. First the columns of
        `unit_rows`; then the file's row, every name beginning with `file_`: `file_partner_id`, `file_submission`,
        `file_row` (header = 1), `file_sha256`, its cells, and `file_decided`: what the row decided about the unit, if
        anything (`deciding_facts` has the words). `scope`: "partnership" is the units of the published total.
        `period_end`: the latest year unless given. Partners that send only totals (`counts_only_partners`) are in the
        figure and have no unit rows.
        Raises ValueError in the shared edition, and for a value that the release does not hold.
        """
        if self.edition != "research":
            raise ValueError('the shared edition holds no unit rows: concord.open(folder, edition="research")')
        self._must_know("indicator", indicator)
        self._must_know("scope", scope)
        return lineage.trace(self.connection, indicator, scope, period_end, dataset)

    def sql(self, query: str, parameters: Sequence[Any] | None = None) -> pl.DataFrame:
        """The answer to a DuckDB query on this edition, with `?` for each parameter. Raises duckdb.Error."""
        return self.connection.execute(query, parameters).pl()

    def tables(self) -> pl.DataFrame:
        """What the edition holds: a row for each column of each table and view, with its type and its meaning.

        Columns: table (such as `main.results`), table_meaning, column, type, meaning.
        """
        return self.sql("""
            SELECT c.schema_name || '.' || c.table_name AS "table", t.comment AS table_meaning,
                c.column_name AS "column", c.data_type AS type, c.comment AS meaning
            FROM duckdb_columns() c JOIN (
                SELECT schema_name, table_name, comment FROM duckdb_tables() UNION ALL
                SELECT schema_name, view_name, comment FROM duckdb_views() WHERE NOT internal
            ) t USING (schema_name, table_name)
            WHERE NOT c.internal ORDER BY "table", c.column_index""")

    def verify(self) -> list[str]:
        """Files of the release that are not as they were made, by the checksums of its manifest; empty is good."""
        return release_folders.changed_files(self.folder)

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def __enter__(self) -> "Release":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _must_know(self, column: str, value: str) -> None:
        held = self.connection.execute(f"SELECT DISTINCT {column} FROM main.results ORDER BY 1").fetchall()
        known = [name for (name,) in held]
        if value not in known:
            raise ValueError(f"no {column} {value!r} in this release; there are: {', '.join(known)}")


def _opened(file: Path, data: Path, edition: Edition, said: str | None) -> duckdb.DuckDBPyConnection:
    if not database_files.is_encrypted(file):
        return database_files.open_database(file, read_only=True)
    from data.ledger.encryption import folder_key  # late: who reads a plain release needs no settings

    key = folder_key.of_edition(data, edition, said)
    try:
        return database_files.open_database(file, key, read_only=True, name="edition")
    except duckdb.InvalidInputException:
        raise PermissionError(f"the key is not that of the {edition} edition, or not that of this release") from None


def release_folder(folder: Path) -> Path:
    """The release's own folder: this one, or the current one of a data folder. Raises FileNotFoundError for neither."""
    if (folder / release_folders.MANIFEST).exists():
        return folder
    if current := release_folders.current_release(folder):
        return release_folders.edition_path(folder, current, "shared").parent
    raise FileNotFoundError(
        f"{folder} holds no release: give a data folder after `concord release`, or a release's own folder with its "
        f"{release_folders.MANIFEST}"
    )
