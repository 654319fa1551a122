"""What the ledger knows of releases: those announced, those made, and which editions were removed since."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import duckdb

from data.releases import release_folders
from data.releases.release_folders import DASHBOARDS, EDITIONS, READ


def announce(cur: duckdb.DuckDBPyConnection, actor: str, at: dt.datetime) -> int:
    """Write down that a release is being made, under a number above all others; returns the number."""
    release = next_number(cur)
    cur.execute("INSERT INTO release_intent VALUES (?, ?, ?)", [release, at, actor])
    return release


def next_number(cur: duckdb.DuckDBPyConnection) -> int:
    """The number of the next release: above all that were made or announced."""
    known = "SELECT release FROM release_made UNION ALL SELECT release FROM release_intent"
    return int(cur.execute(f"SELECT coalesce(max(release), 0) + 1 FROM ({known})").fetchall()[0][0])


def announced(cur: duckdb.DuckDBPyConnection) -> list[int]:
    """Releases that were announced and neither made nor given up."""
    return [row[0] for row in cur.execute("SELECT release FROM release_intent ORDER BY ALL").fetchall()]


def give_up(cur: duckdb.DuckDBPyConnection, release: int) -> None:
    """Take an announcement back. The number may be used again: nobody has seen a release of it."""
    cur.execute("DELETE FROM release_intent WHERE release = ?", [release])


def last_event(cur: duckdb.DuckDBPyConnection) -> int:
    """The last step of the ledger that changed what counts."""
    steps = "SELECT coalesce(max(event), 0) FROM submission_event WHERE state IN ('accepted', 'withdrawn')"
    return int(cur.execute(steps).fetchall()[0][0])


def record(
    cur: duckdb.DuckDBPyConnection, release: int, actor: str, at: dt.datetime, last: int, made_under: str | None
) -> None:
    """Write down that an announced release is made: when (UTC), the last step it knows of, the settings as JSON.

    The caller holds the transaction, in which its figures are kept too.
    """
    cur.execute(
        """INSERT INTO release_made BY NAME SELECT ? AS release, ? AS happened_at, ? AS actor, ? AS last_event,
           ? AS made_under""",
        [release, at, actor, last, made_under],
    )
    give_up(cur, release)


def newest(cur: duckdb.DuckDBPyConnection) -> tuple[int, dt.datetime, int] | None:
    """Number, moment (UTC) and last known step of the release that was made last; None before the first."""
    made = "SELECT release, happened_at, last_event FROM release_made ORDER BY release DESC LIMIT 1"
    return cur.execute(made).fetchone()


def made(cur: duckdb.DuckDBPyConnection) -> list[int]:
    """Every release that was made, the newest first."""
    return [row[0] for row in cur.execute("SELECT release FROM release_made ORDER BY release DESC").fetchall()]


class PastRelease(NamedTuple):
    """A release that was made: when (UTC), by whom, the last day that it closed (None: it closed nothing), the numbers
    of the errata that it published, and the editions that are still kept."""

    release: int
    made_at: dt.datetime
    actor: str
    closed: dt.date | None
    errata: tuple[int, ...]
    kept: tuple[str, ...]


def past_releases(cur: duckdb.DuckDBPyConnection) -> list[PastRelease]:
    """Every release that was made, the newest first."""
    rows = cur.execute(
        """SELECT release, happened_at, actor, (SELECT max(last_day) FROM closing c WHERE c.release = r.release),
               (SELECT coalesce(list(erratum ORDER BY erratum), []) FROM erratum e WHERE e.release = r.release)
           FROM release_made r ORDER BY release DESC"""
    ).fetchall()
    gone = removed(cur)
    return [
        PastRelease(n, at, actor, closed, tuple(errata), tuple(e for e in READ if (n, e) not in gone))
        for n, at, actor, closed, errata in rows
    ]


def removed(cur: duckdb.DuckDBPyConnection) -> set[tuple[int, str]]:
    """(release, edition) of every edition that was removed."""
    return set(cur.execute("SELECT release, edition FROM release_pruned").fetchall())


def record_removals(cur: duckdb.DuckDBPyConnection, keep: int, at: dt.datetime) -> None:
    """Write down which editions are removed from now on, before their files are: `keep` releases stay whole, as many
    before these keep their shared edition, and nothing of older ones stays. What pages say of older ones is asked by
    nobody: it goes with their rows."""
    releases = made(cur)
    thin, gone = releases[keep : 2 * keep], releases[2 * keep :]
    wanted = {(n, edition) for n in thin for edition in ("research", DASHBOARDS)} | {
        (n, edition) for n in gone for edition in EDITIONS
    }
    record_removed(cur, wanted, at)


def record_removed(cur: duckdb.DuckDBPyConnection, wanted: Iterable[tuple[int, str]], at: dt.datetime) -> None:
    """Write down (release, edition) that are removed from now on, before their files are."""
    for release, edition in sorted({*wanted} - removed(cur)):
        cur.execute("INSERT INTO release_pruned VALUES (?, ?, ?)", [release, edition, at])


def kept_editions(cur: duckdb.DuckDBPyConnection, release: int) -> list[str]:
    """The editions of a release that were not removed."""
    gone = removed(cur)
    return [edition for edition in EDITIONS if (release, edition) not in gone]


def newest_whole(cur: duckdb.DuckDBPyConnection, folder: Path) -> int | None:
    """The newest release that was made and whose files are all there."""
    return next((n for n in made(cur) if release_folders.is_whole(folder, n, kept_editions(cur, n))), None)
