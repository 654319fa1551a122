"""A store filled with a release, from its shared and its dashboards edition."""

import json
from collections.abc import Mapping
from pathlib import Path

import duckdb
import polars as pl

from data.ledger.encryption import database_files
from data.ledger.encryption.encryption_key import FileKey
from data.releases import release_carried, release_folders
from data.releases.release_carried import Carried
from data.releases.release_folders import DASHBOARDS
from metrics.counting.strata import ALL
from schemas.policy.partner_naming import Naming
from schemas.policy.partnership import Partnership
from schemas.policy.result_columns import RESULT_COLUMNS
from workflow.carrying import dashboard_edition, everyones_settings

_SAME = "indicator, scope, period_kind, period_start, period_end"
_FIGURES = f"""
    WITH figures AS (
        SELECT * EXCLUDE (shown, true_id) REPLACE (coalesce(true_id, scope) AS scope)
        FROM found LEFT JOIN known ON scope = shown),
    hidden AS (SELECT {_SAME}, '{ALL}' AS stratifier, provisional AS late FROM counted WHERE NOT folded)
    SELECT * EXCLUDE (late) REPLACE (
            coalesce(denominator, CASE WHEN late IS NOT NULL THEN 0 END) AS denominator,
            coalesce(late, provisional) AS provisional,
            CASE WHEN closed OR suppressed OR list_contains($means, indicator) THEN numerator ELSE 0 END AS numerator),
        false AS folded
    FROM figures LEFT JOIN hidden USING ({_SAME}, stratifier)
    UNION ALL BY NAME
    SELECT {_SAME}, CAST($release AS INTEGER) AS release, '{ALL}' AS stratifier, '{ALL}' AS category,
        0 AS denominator, provisional, counts_only_partners, true AS suppressed, false AS closed, true AS folded,
        0 AS rung
    FROM counted WHERE folded"""
"""A number of people that nobody sees is 0 in place of unknown: that there are some is known, and not how many. So is
the numerator of an open rate, by which a rate is told from a mean when it is rounded. What of an open figure is late is
told apart from its being open."""


def fill(
    cur: duckdb.DuckDBPyConnection, folder: Path, number: int, keys: Mapping[str, FileKey]
) -> tuple[Partnership, Naming]:
    """Put a release into the store beside the one before, which somebody may be looking at; the settings and the names
    that hold in it. `folder`: the store's own, where boundaries are put.

    Raises duckdb.Error, ValueError, KeyError or TypeError for editions that this program cannot read.
    """
    with _opened(folder, number, "shared", keys) as figures, _opened(folder, number, DASHBOARDS, keys) as beside:
        said = dict(beside.execute("FROM told").fetchall())
        if said["schema"] != str(dashboard_edition.SCHEMA):
            raise ValueError("another version of the edition")
        naming, settings = everyones_settings.read(said["naming"]), Partnership.model_validate_json(said["settings"])
        for table in dashboard_edition.FILLED:
            cur.execute(f"DELETE FROM {table}")
            _insert(cur, table, "SELECT * FROM found", beside.execute(f"FROM {table}"))
        cur.execute("UPDATE release_made SET made_under = ? WHERE release = ?", [said["settings"], number])
        for table in ("released", "release_carried"):
            cur.execute(f"DELETE FROM {table} WHERE release NOT IN (SELECT max(release) FROM {table})")
        carried = _carried(said)
        means = [name for name, text in carried.definitions.items() if json.loads(text)["statistic"] == "mean"]
        _fill_figures(cur, {"release": number, "means": means}, naming, figures, beside)
        files = beside.execute("FROM area_file").fetchall()
    release_carried.keep(cur, number, carried)
    for name, content in files:
        (folder / Path(name).name).write_bytes(content)
    return settings, naming


def _carried(said: Mapping[str, str]) -> Carried:
    lists, senders = said["code_lists"] or None, tuple(json.loads(said["senders"]))
    return Carried(json.loads(said["definitions"]), lists, senders, said["hiding"])


def _opened(folder: Path, number: int, edition: str, keys: Mapping[str, FileKey]) -> duckdb.DuckDBPyConnection:
    path = release_folders.edition_path(folder, number, edition)
    return database_files.open_database(path, keys.get(edition), read_only=True)


def _fill_figures(
    cur: duckdb.DuckDBPyConnection, of: Mapping[str, object], naming: Naming, figures: duckdb.DuckDBPyConnection,
    beside: duckdb.DuckDBPyConnection,
) -> None:  # fmt: skip
    known = {"shown": [*naming.ids.values()], "true_id": [*naming.ids]}
    cur.register("known", pl.DataFrame(known, {"shown": pl.String, "true_id": pl.String}).to_arrow())
    cur.register("counted", beside.execute("FROM counted").to_arrow_table())
    columns = ", ".join(RESULT_COLUMNS)
    _insert(cur, "released", _FIGURES, figures.execute(f"SELECT {columns} FROM results"), of)
    for name in ("known", "counted"):
        cur.unregister(name)


def _insert(
    cur: duckdb.DuckDBPyConnection, table: str, query: str, found: duckdb.DuckDBPyConnection,
    said: Mapping[str, object] | None = None,
) -> None:  # fmt: skip
    cur.register("found", found.to_arrow_table())
    cur.execute(f"INSERT INTO {table} BY NAME {query}", dict(said or {}))
    cur.unregister("found")
