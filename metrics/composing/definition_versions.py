"""Under which definition a figure was made: the version of its text and query, and of the published lists it joins."""

from collections.abc import Mapping

import duckdb

from metrics.counting.declaration import Indicator


def definition_versions(cur: duckdb.DuckDBPyConnection, indicators: Mapping[str, Indicator]) -> dict[str, str]:
    """Indicator id -> version. Where code lists decide, theirs follows, with the beginning of their fingerprint: lists
    that were changed under the same name are told apart too."""
    lists = cur.execute("SELECT version || ', ' || fingerprint[:8] FROM code_list.loaded").fetchone()
    named = f" ({lists[0]})" if lists else ""
    return {i.id: i.version + (named if i.by_code_lists else "") for i in indicators.values()}
