"""Which places a release shows: a list settled beforehand, so that a place that someone makes up appears nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import duckdb

from metrics.counting.strata import OTHER

_SENT = """SELECT {column} AS place, mode(county_fips) AS county_fips FROM (
        SELECT partner_id, {column}, county_fips, count(*) OVER (PARTITION BY partner_id, {column}) AS people
        FROM in_force.patients WHERE {column} IS NOT NULL) WHERE people >= ?
    GROUP BY {column} HAVING count(DISTINCT partner_id) > 1 ORDER BY {column}"""


@dataclass(frozen=True)
class Places:
    """`counties`: ZIP -> its county ('' where it is not known); `others`: counties besides."""

    counties: Mapping[str, str] = field(default_factory=dict)
    others: frozenset[str] = frozenset()

    def of(self, sent: str) -> tuple[str, str]:
        """A place as it is counted (ZIP/county) -> the place that a release shows it as, and the county that holds it.

        Of a ZIP the list says the county, not the row: else each row could move people from county to county. A county
        stands for itself where none of its ZIPs is on the list. What is nowhere on it is elsewhere.
        """
        code, _, county = sent.partition("/")
        if code in self.counties:
            return code, self.counties[code] or OTHER
        alone = county in self.others and county not in self.counties.values()
        return (f"county {county}", county) if alone else (OTHER, OTHER)


def read_places(cur: duckdb.DuckDBPyConnection) -> Places:
    """The list that holds now."""
    return _places(cur.execute("SELECT zip, county_fips FROM place_list").fetchall())


def settle_places(cur: duckdb.DuckDBPyConnection, declared: Mapping[str, str], smallest: int) -> Places:
    """The list for a calendar year: what the settings declare (ZIP -> county); else the one that holds already; else
    the places of `smallest` people or more at two partners each.

    A list stays, since a place that comes or goes moves people out of or into "elsewhere" in closed years too, without
    an erratum. No partner alone puts a place on it.
    """
    if declared:
        return Places(dict(declared))
    held = read_places(cur)
    return held if held.counties or held.others else large_places(cur, smallest)


def large_places(cur: duckdb.DuckDBPyConnection, smallest: int) -> Places:
    """Every place of `smallest` people or more at two partners each, by the rows that count now."""
    counties = cur.execute(_SENT.format(column="county_fips"), [smallest]).fetchall()
    return _places([*cur.execute(_SENT.format(column="zip"), [smallest]).fetchall(), *((None, c) for c, _ in counties)])


def keep_places(cur: duckdb.DuckDBPyConnection, places: Places) -> None:
    """Let this list hold from now on."""
    cur.execute("DELETE FROM place_list")
    rows = [*places.counties.items(), *((None, county) for county in sorted(places.others))]
    if rows:
        cur.executemany("INSERT INTO place_list VALUES (?, ?)", [list(row) for row in rows])


def _places(rows: list[tuple[str | None, str | None]]) -> Places:
    return Places({z: county or "" for z, county in rows if z}, frozenset(c for z, c in rows if not z and c))
