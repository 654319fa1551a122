"""The shared indicators: every folder here that holds an `indicator.toml` is one. Adding a folder adds an indicator."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

import duckdb

from metrics.counting.declaration import Indicator
from metrics.indicators import definition_files


@cache
def indicators() -> dict[str, Indicator]:
    """Indicator id -> indicator, in the order of the lists. Raises `IndicatorFault`, which names file and line."""
    found = [i for place in __path__ for i in definition_files.read_all(Path(place))]
    return {i.id: i for i in sorted(found, key=lambda i: (i.order, i.id))}


def shown(cur: duckdb.DuckDBPyConnection, named: Collection[str]) -> dict[str, Indicator]:
    """The indicators that people meet: those that are optional only where a partner has sent their main dataset or
    their totals, a closed period has them, or the settings speak of them (`named`)."""
    sent = {name for (name,) in cur.execute("SELECT DISTINCT dataset FROM coverage").fetchall()}
    counted = cur.execute(
        "SELECT DISTINCT indicator FROM in_force.indicator_counts UNION SELECT indicator FROM closed_counts"
    )
    met = {*named, *(name for (name,) in counted.fetchall())}
    return {name: i for name, i in indicators().items() if not i.optional or i.main in sent or name in met}
