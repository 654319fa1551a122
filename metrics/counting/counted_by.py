"""What the counts were made by. Where a definition, a choice or the way of counting is another now, they are stale."""

import hashlib
from collections.abc import Iterable

import duckdb

from metrics.counting.declaration import Indicator
from schemas.policy.partnership import Choices

_WAY = 2
"""The way of counting: raised by whoever changes how unit rows become counts, so that stores count anew."""
_COUNTS_BY = {
    "id", "statistic", "main", "choices", "ages", "roster", "expected", "linked", "reach", "own_strata",
    "by_code_lists", "exclusions", "untold", "unit_rows",
}  # fmt: skip


def fingerprint(indicators: Iterable[Indicator], choices: Choices) -> str:
    """Tells counts of these definitions (but for their words) and choices from others."""
    told = [one.model_dump_json(include=_COUNTS_BY) for one in sorted(indicators, key=lambda i: i.id)]
    return hashlib.sha256("\n".join([str(_WAY), choices.model_dump_json(), *told]).encode()).hexdigest()[:32]


def are_current(cur: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], choices: Choices) -> bool:
    """Whether the store's counts were made by these; false also where it is not known by what."""
    return cur.execute("SELECT fingerprint FROM counted_by").fetchall() == [(fingerprint(indicators, choices),)]


def keep(cur: duckdb.DuckDBPyConnection, indicators: Iterable[Indicator], choices: Choices) -> None:
    """Write down what the counts are made by, in the transaction that makes them."""
    cur.execute("DELETE FROM counted_by")
    cur.execute("INSERT INTO counted_by VALUES (?)", [fingerprint(indicators, choices)])
