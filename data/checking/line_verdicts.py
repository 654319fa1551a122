"""Which lines of a batch are no records: what is plainly none, and what of the blocked rows is none."""

import polars as pl

from data.findings import Refused, rows_with
from data.reading.lines.non_records import NonRecords
from data.reading.lines.row_batches import Batch
from data.reading.table_header import Header

MOST_LOOKED_AT = 20_000
"""In a batch with more candidates than this, lines that are no records are not looked for."""


class LineVerdicts:
    """Tells lines that are no records, as rows with the rule that says what they are: `row`, `rule`."""

    def __init__(self, non_records: NonRecords) -> None:
        self.non_records = non_records

    def plainly_none(self, batch: Batch, header: Header) -> pl.DataFrame:
        """Of the lines without a value that every record has, or with one cell alone: what can be no record.

        They are told before any cell is judged: the name beside "Printed by" is no patient's.
        """
        filled = [text.filled for text in batch.columns]
        needed = [f for f, c in zip(filled, header.columns, strict=True) if c and c.required]
        lacking = [~f for f in needed]
        if len(filled) > 2:
            lacking.append(pl.select(pl.sum_horizontal(*filled)).to_series() < 2)
        lacking.append(self._telling(batch))
        return self._of(batch.filter(pl.select(pl.any_horizontal(*lacking)).to_series()))

    def _telling(self, batch: Batch) -> pl.Series:
        """The lines whose first cell says what they are: "Printed by". It holds no digit, as nearly every id does."""
        first = batch.columns[0]
        words = first.odd_words.filter(~first.odd_words.str.contains(r"\d")).unique()
        telling = [w for w in words.to_list() if self.non_records.tells(w)] if len(words) <= MOST_LOOKED_AT else []
        if not telling:
            return pl.Series([False]).new_from_index(0, len(batch.rows))
        return first.cells(first.words.is_in(telling)).fill_null(False)

    def none_of(self, batch: Batch, blocked: pl.Series, findings: pl.DataFrame) -> pl.DataFrame:
        """Which blocked rows are no records.

        Of the rows that stay, only one that holds the name of a column as a value can be none: a repeated header.
        """
        named = rows_with(findings.filter(self.non_records.names(pl.col("value"))), "value")
        asked = pl.concat([blocked, named])
        found = self._of(batch.filter(batch.rows.is_in(asked.implode())))
        return found.filter(~pl.col("row").is_in(named.implode()) | (pl.col("rule") == "repeated_header"))

    def _of(self, lines: Batch) -> pl.DataFrame:
        if not 0 < len(lines.rows) <= MOST_LOOKED_AT:
            return _NONE
        texts = [text.cells(text.words).to_list() for text in lines.columns]
        rules = [self.non_records.rule(cells) for cells in zip(*texts, strict=True)]
        if "header_in_other_order" in rules:
            raise Refused("header_in_other_order", row=int(lines.rows[rules.index("header_in_other_order")]))
        found = pl.DataFrame({"row": lines.rows, "rule": pl.Series(rules, dtype=pl.String)})
        return found.filter(pl.col("rule").is_not_null())


_NONE = pl.DataFrame(schema={"row": pl.UInt32, "rule": pl.String})
