"""A partner's own list beside what Concord makes of its files, person by person. Nothing of the list is kept."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import duckdb
import polars as pl

from data.ledger import kept_reads
from data.ledger.pseudonyms import Pseudonyms, domain
from data.ledger.store import Store
from data.ledger.submissions import NotPossible
from data.receiving import sent_list
from data.receiving.file_source import Place
from data.receiving.sent_list import NotAList, SentList, read_list
from metrics.counting.declaration import Indicator
from metrics.counting.periods import year_ending
from metrics.indicators import indicators
from metrics.results import figure_movement, own_results
from schemas.policy.viewer import Viewer
from workflow.access.permitting import require

LARGEST = sent_list.LARGEST
"""Bytes of a list."""
Kind = Literal["same", "we_met", "they_met", "excluded", "not_considered", "unknown", "left_out", "not_listed"]
YES = frozenset(("1", "y", "yes", "true", "t", "x", "in", "met", "pass", "passed", "compliant", "numerator", "num"))
NO = frozenset(
    ("", "0", "n", "no", "false", "f", "out", "not met", "fail", "failed", "noncompliant", "non-compliant", "excluded")
)


class Part(NamedTuple):
    """How many count, and how many of them meet the measure."""

    denominator: int = 0
    numerator: int = 0


class Asked(NamedTuple):
    """Columns of a list: of the id, of who meets the measure, and of who counts; without the last all rows count."""

    id: str
    met: str
    counts: str | None = None


class Entry(NamedTuple):
    """One of a line: its id in the list (empty where it is not there), and the file and row that sent it last."""

    id: str
    submission: int | None = None
    line: int | None = None


@dataclass(frozen=True)
class Line:
    """All for whom the two agree, or differ for one reason: what they add to the list's figure and to ours."""

    kind: Kind
    reason: str | None
    theirs: Part
    ours: Part
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Reconciled:
    """Lines whose parts add up to the two figures. `stands`: the partner's figure as it is now, which a closed year
    keeps whatever rows came later. `again`: rows of the list that name somebody once more."""

    indicator: Indicator
    period_end: dt.date
    stands: Part
    lines: tuple[Line, ...]
    again: int = 0

    @property
    def theirs(self) -> Part:
        """The figure of the list."""
        return _sum(line.theirs for line in self.lines)

    @property
    def ours(self) -> Part:
        """The figure of the partner's current rows."""
        return _sum(line.ours for line in self.lines)


def years(store: Store, viewer: Viewer, partner_id: str) -> dict[str, list[dt.date]]:
    """Rate -> the ends of its years for which the partner has a figure from rows, the latest first. Raises
    NotAllowed."""
    require(viewer, "see_unreleased", partner_id)
    return kept_reads.read(store, _years, partner_id)


def _years(cur: duckdb.DuckDBPyConnection, partner_id: str) -> dict[str, list[dt.date]]:
    found: dict[str, list[dt.date]] = {}
    for (name, end), figure in figure_movement.figures(cur, partner_id, indicators()).items():
        if figure.from_rows and indicators()[name].statistic == "rate":
            found.setdefault(name, []).append(end)
    return {name: sorted(ends, reverse=True) for name, ends in found.items()}


def columns(store: Store, viewer: Viewer, partner_id: str, place: Place) -> SentList:
    """The list as it was sent. Raises NotAllowed, and NotPossible with what to do."""
    require(viewer, "see_unreleased", partner_id)
    try:
        return read_list(place)
    except NotAList as error:
        raise NotPossible(str(error)) from None


def reconcile(
    store: Store, viewer: Viewer, partner_id: str, indicator: str, period_end: dt.date,
    sent: SentList, asked: Asked,
) -> Reconciled:  # fmt: skip
    """Hold a list against the partner's current rows.

    Raises NotAllowed, and NotPossible with what to do: for a figure that the partner does not have from rows, or a cell
    that says neither yes nor no.
    """
    if period_end not in years(store, viewer, partner_id).get(indicator, []):
        raise NotPossible("there is no figure from your rows for this measure and year")
    declared = indicators()[indicator]
    figure = figure_movement.figures(store.cursor(), partner_id, {indicator: declared})[indicator, period_end]
    listed = _listed(sent, asked)
    codes = Pseudonyms(store.key, domain(own_results.UNIT_OF.get(declared.main, "patient_id"), partner_id))
    coded = codes.codes(listed["name"], lambda _: None)
    listed = listed.with_columns(id=pl.Series([str(code) for code in coded.to_pylist()], dtype=pl.String))
    cur = store.cursor()
    cur.execute("BEGIN")
    try:
        year = year_ending(period_end)
        own_results.set_views(cur, partner_id, [declared], [year], store.partnership.choices)
        known = own_results.unit_rows_by_id(cur, declared, year)
    finally:
        cur.execute("ROLLBACK")
    lines, again = _compared(listed, known)
    return Reconciled(declared, period_end, Part(figure.denominator or 0, figure.numerator or 0), lines, again)


def _listed(sent: SentList, asked: Asked) -> pl.DataFrame:
    """name (the id), they_count, they_meet, in the order of the list."""
    chosen = [column for column in asked if column is not None]
    if not {*chosen} <= {*sent.columns}:
        raise NotPossible("choose columns of this list")
    if len({*chosen}) < len(chosen):
        raise NotPossible("choose another column for each question")
    place = sent.columns.index
    names = [row[place(asked.id)] for _, row in sent.rows]
    if "" in names:
        raise NotPossible(f"line {sent.rows[names.index('')][0]} has no id")
    met = _said(sent, place(asked.met))
    counts = _said(sent, place(asked.counts)) if asked.counts else [True] * len(met)
    frame = pl.DataFrame({"name": names, "they_count": counts, "they_meet": met})
    return frame.with_columns(pl.col("they_meet") & pl.col("they_count"))


def _said(sent: SentList, place: int) -> list[bool]:
    found = []
    for n, row in sent.rows:
        word = row[place].casefold()
        if word not in YES and word not in NO:
            raise NotPossible(
                f"line {n} says neither yes nor no under {sent.columns[place]}. Write 1 or yes, 0 or no, or nothing"
            )
        found.append(word in YES)
    return found


def _compared(listed: pl.DataFrame, known: pl.DataFrame) -> tuple[tuple[Line, ...], int]:
    """The lines, and how many rows name somebody once more. Each unit is in one line, by its first row in the list."""
    both = listed.join(known, on="id", how="left", maintain_order="left").with_columns(of=pl.coalesce("unit", "id"))
    once = both.unique("of", keep="first", maintain_order=True)
    missing = known.filter(pl.col("counted")).join(both.select("unit").drop_nulls(), on="unit", how="anti")
    only_ours = missing.unique("unit", keep="first", maintain_order=True).with_columns(
        name=pl.lit(""), they_count=pl.lit(None, pl.Boolean), they_meet=pl.lit(False), of=pl.col("unit")
    )
    every = pl.concat([once, only_ours.select(once.columns)])
    rows = [
        (kind, row["reason"] if kind == "excluded" else None, row)
        for row in every.iter_rows(named=True)
        if (kind := _kind(row)) is not None
    ]
    keys = dict.fromkeys((kind, reason) for kind, reason, _ in rows)
    lines = [_line(kind, reason, [r for k, w, r in rows if (k, w) == (kind, reason)]) for kind, reason in keys]
    lines.sort(key=lambda line: (get_args(Kind).index(line.kind), -len(line.entries)))
    return tuple(lines), len(both) - len(once)


def _kind(row: dict[str, object]) -> Kind | None:
    """None for one whom neither counts."""
    kinds: list[tuple[bool, Kind | None]] = [
        (not row["they_count"] and not row["counted"], None),
        (row["they_count"] is None, "not_listed"),
        (not row["they_count"], "left_out"),
        (row["unit"] is None, "unknown"),
        (row["counted"] is None, "not_considered"),
        (not row["counted"], "excluded"),
        (row["they_meet"] == row["met"], "same"),
        (bool(row["met"]), "we_met"),
    ]
    return next((kind for so, kind in kinds if so), "they_met")


def _line(kind: Kind, reason: str | None, rows: Sequence[dict[str, object]]) -> Line:
    theirs = Part(sum(r["they_count"] is True for r in rows), sum(r["they_meet"] is True for r in rows))
    ours = Part(sum(r["counted"] is True for r in rows), sum(bool(r["counted"] and r["met"]) for r in rows))
    entries = tuple(Entry(str(r["name"]), r["submission"], r["line"]) for r in rows)  # type: ignore[arg-type]
    return Line(kind, reason, theirs, ours, entries)


def _sum(parts: Iterable[Part]) -> Part:
    counts, met = zip(*parts, strict=True) if (parts := list(parts)) else ((), ())
    return Part(sum(counts), sum(met))
