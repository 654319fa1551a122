"""Old against new: the next release under other settings beside the same release under those of now.

Both are composed by what previews a release, of the same rows, and hidden as a release is; nothing is kept of either.
Another choice is looked at over the whole history: closed years too are counted by it, as an erratum would restate
them, unless that would tell of a few people.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Literal

import duckdb
import polars as pl

from data.ledger import closed_quarters
from data.ledger.store import Store
from metrics.composing import closed_counts, restatement
from metrics.counting import counted_by, counts
from metrics.counting.declaration import Indicator
from metrics.counting.strata import ALL
from metrics.indicators import indicators
from metrics.results import release_changes
from metrics.results.release_changes import CellChanges, Headline
from schemas.policy import release_settings
from schemas.policy.partnership import Partnership
from schemas.policy.result_columns import RESULT_KEY
from schemas.policy.viewer import Viewer
from workflow.governing.settings_rights import refuse_others
from workflow.publishing import release_preview
from workflow.publishing.release_work import ReleaseWork

Closed = Literal["none", "restated", "kept", "told of few"]
"""What the comparison does with closed years: there are none, they are counted by the new choice, the change does not
touch them, or of some measures to restate them would tell of a few people, so these stay as they are."""
_CLOSED = ("closed_counts", "closed_parts", "closed_facts")
_FIGURES = ("numerator", "denominator", "rate", "low", "high")
_YEARS = ("indicator", "period_end")


@dataclass(frozen=True)
class Comparison:
    """What other settings change. `years`: indicator -> its years in which the partnership's figure differs:
    (period_end, before, after), each a row of the results, all years of the measure being there."""

    headlines: tuple[Headline, ...]
    cells: tuple[CellChanges, ...]
    years: dict[str, list[tuple[dict, dict]]]
    closed: Closed


def needs_a_look(now: Partnership, proposed: Partnership) -> bool:
    """Whether figures that are released may be others under the proposed settings."""
    return any(name.startswith(("choices", "policy", "places")) for name in release_settings.changed(now, proposed))


class SettingsTrial(ReleaseWork):
    """One comparison, off the request path; see `ReleaseWork`."""

    def __init__(self, store: Store, viewer: Viewer, before: Partnership, proposed: Partnership) -> None:
        refuse_others(viewer)
        super().__init__(replace(store, partnership=before))
        self._proposed = replace(store, partnership=proposed)
        self._closed: Closed = "none"
        self.found: Comparison | None = None

    def compare(self) -> bool:
        """Begin to compare. False when it is under way."""
        return self._begin("looking", self._compare)

    def _compare(self) -> dict[str, object]:
        # No quarter closes in it: a year that closes is exact, and two exact ones differ by as few people as may be.
        before = release_preview.preview(self._store, self._at, closing=False).results
        after = release_preview.preview(self._proposed, self._at, self._count_anew, closing=False).results
        cells = release_changes.cell_changes(before, after)
        after = _as_hidden(before, after)
        self.found = Comparison(
            release_changes.headlines(indicators(), before, after),
            cells,
            _years(before, after),
            self._closed,
        )
        return {}

    def _count_anew(self, cur: duckdb.DuckDBPyConnection) -> None:
        """Count by the proposed choices, in closed years too where that may be looked at."""
        known, choices = indicators(), self._proposed.partnership.choices
        closed = closed_quarters.closed_to(cur)
        self._closed = "kept" if closed else "none"
        if counted_by.are_current(cur, known.values(), choices):
            return
        counts.refresh_all(cur, known.values(), choices)
        if closed is None:
            return
        now = self._store.partnership.choices
        differ = {name for name in type(now).model_fields if getattr(now, name) != getattr(choices, name)}
        touched = [i for i in known.values() if differ & set(i.choices)]
        told = self._tell_of_few(cur, touched, closed)
        closed_counts.restate(cur, [i for i in touched if i.id not in told], choices, closed)
        self._closed = "told of few" if told else "restated"

    def _tell_of_few(self, cur: duckdb.DuckDBPyConnection, touched: list[Indicator], closed: dt.date) -> set[str]:
        """The measures of which some closed year would change by a few people: what is shown is those years, of the
        partnership, so they are held to the rule of errata."""
        smallest, before = self._proposed.partnership.policy.smallest_cell, restatement.closed_cells(cur)
        for table in _CLOSED:
            cur.execute(f"CREATE TEMP TABLE as_kept_{table} AS FROM {table}")
        closed_counts.restate(cur, touched, self._proposed.partnership.choices, closed)
        years = restatement.changes(before, restatement.closed_cells(cur)).filter(
            (pl.col("stratifier") == ALL) & (pl.col("period_kind") == "year")
        )
        for table in _CLOSED:
            cur.execute(f"DELETE FROM {table}")
            cur.execute(f"INSERT INTO {table} FROM as_kept_{table}")
        return {i.id for i in touched if not restatement.allowed(years.filter(indicator=i.id), smallest)}


def _as_hidden(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """What is hidden now stays so: who tries out a lower limit reads no figure that nobody has agreed to show."""
    hidden = before.filter("suppressed").select(*RESULT_KEY, hidden_now=pl.lit(True))
    joined = after.join(hidden, on=RESULT_KEY, how="left", nulls_equal=True)
    masked = [pl.when("hidden_now").then(None).otherwise(pl.col(c)).alias(c) for c in _FIGURES]
    still = pl.col("suppressed") | pl.col("hidden_now").fill_null(False)
    return joined.with_columns(*masked, suppressed=still).select(after.columns)


def _years(before: pl.DataFrame, after: pl.DataFrame) -> dict[str, list[tuple[dict, dict]]]:
    only = (pl.col("scope") == "partnership") & (pl.col("stratifier") == ALL) & (pl.col("period_kind") == "year")
    old, new = ({tuple(r[k] for k in _YEARS): r for r in f.filter(only).to_dicts()} for f in (before, after))
    found: dict[str, list[tuple[dict, dict]]] = {}
    for key in sorted(old.keys() & new.keys()):
        found.setdefault(key[0], []).append((old[key], new[key]))
    return {name: pairs for name, pairs in found.items() if any(a["rate"] != b["rate"] for a, b in pairs)}
