"""Findings: every defect by rule, row and column, gathered as frames so that a million cost little.

The value of a cell is carried only in memory, for the uploader in that session; it is never stored or logged.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from schemas.policy.rule import CONFIRMED, Rule
from schemas.policy.rule_catalog import RULES

SCHEMA = {"rule": pl.String, "row": pl.UInt32, "column": pl.String, "value": pl.String}


class Refused(Exception):
    """The whole file is refused by a rule of reach `submission`. Holds no cell value."""

    def __init__(self, rule: str, row: int | None = None, column: str | None = None, note: str = "") -> None:
        self.rule, self.row, self.column, self.note = RULES[rule], row, column, note
        where = ", ".join(p for p in (f"row {row}" if row else "", f"column {column}" if column else "") if p)
        super().__init__(
            f"{self.rule.title}{f' ({where})' if where else ''}. {note} {self.rule.fix}".replace("  ", " ")
        )


@dataclass
class Findings:
    """A growing collection of findings."""

    frames: list[pl.DataFrame] = field(default_factory=list, repr=False)
    notes: dict[tuple[str, str | None], str] = field(default_factory=dict)
    """(rule, column) -> a sentence that names the present case."""
    rules: Mapping[str, Rule] = field(default_factory=lambda: RULES)
    """The catalog, with the limits of the partnership in its words."""
    confirmed: frozenset[str] = frozenset()
    """Questions that the file's sender has answered."""

    def add(self, rule: str, column: str | None, rows: pl.Series, values: pl.Series | None = None) -> None:
        """One finding for each row number of `rows` (header = row 1)."""
        if len(rows):
            RULES[rule]
            value = values.cast(pl.String) if values is not None else pl.Series([None] * len(rows), dtype=pl.String)
            self.frames.append(
                pl.DataFrame(
                    {
                        "rule": [rule] * len(rows),
                        "row": rows.cast(pl.UInt32),
                        "column": pl.Series([column] * len(rows), dtype=pl.String),
                        "value": value,
                    },
                    schema=SCHEMA,
                )
            )

    def whole(self, rule: str, column: str | None = None, row: int | None = None, note: str = "") -> None:
        """One finding about the file or a whole column."""
        self.frames.append(pl.DataFrame([{"rule": rule, "row": row, "column": column, "value": None}], schema=SCHEMA))
        if note:
            self.notes[rule, column] = note

    def ask(self, rule: str, column: str | None, note: str) -> None:
        """A question about the whole file; answered already, it is only told."""
        self.whole(f"{rule}{CONFIRMED}" if rule in self.confirmed else rule, column, note=note)

    def beside(self) -> "Findings":
        """A collection of its own with the same notes and answers."""
        return Findings(notes=self.notes, confirmed=self.confirmed)

    def table(self) -> pl.DataFrame:
        """All findings: rule, row, column, value; one line for each (rule, row, column), in file order."""
        if not self.frames:
            return pl.DataFrame(schema=SCHEMA)
        return (
            pl.concat(self.frames)
            .unique(["rule", "row", "column"], keep="first")
            .sort("row", "column", "rule", nulls_last=False)
        )

    def records(self, *, show_values: bool = False, only: Collection[int] | None = None) -> list[dict[str, Any]]:
        """Plain records: rule, category, reach, severity, row, column, message; the value only when asked for.

        `only`: those of some rows.
        """
        table = self.table() if only is None else self.table().filter(pl.col("row").is_in(list(only)))
        records = []
        for rule_id, row, column, value in table.iter_rows():
            rule = self.rules[rule_id]
            record = {
                "rule": rule.id, "category": rule.category, "reach": rule.reach, "severity": rule.severity, "row": row,
                "column": column, "message": self.message(rule, column),
            }  # fmt: skip
            records.append(record | ({"value": value} if show_values else {}))
        return records

    def message(self, rule: Rule, column: str | None) -> str:
        """What is wrong and how to fix it, in full sentences."""
        note = self.notes.get((rule.id, column), "")
        return " ".join(part for part in (f"{rule.title}.", note, rule.fix) if part)


def rows_with(table: pl.DataFrame, reach: str) -> pl.Series:
    """The distinct row numbers that have a finding of this reach."""
    rules = [r.id for r in RULES.values() if r.reach == reach]
    return table.filter(pl.col("rule").is_in(rules) & pl.col("row").is_not_null())["row"].unique()
