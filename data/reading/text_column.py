"""A column of text cells, kept as its words and, for each row, which of them it is.

The same day or pressure is written thousands of times in a file: so each word is read once, not each cell.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
import pyarrow as pa

# Nearly every id, day and number: a digit, no blank, no break, and no number with an exponent. In a file of readings
# this one test spares their ids six others, which took as long as all else that is done with them.
PLAIN = (
    r"^(?:[A-Za-z][A-Za-z._:/\-]{0,31}[0-9][A-Za-z0-9._:/\-]{0,31}"
    r"|[0-9][0-9._:/\-]{0,27}(?:[A-DF-Za-df-z][A-Za-z0-9._:/\-]{0,35})?)$"
)


@dataclass(frozen=True)
class Text:
    """`words`: text, null is blank; `at`: for each row the place of its word, null is a blank cell."""

    words: pl.Series
    at: pl.Series

    @classmethod
    def of(cls, array: pa.Array) -> "Text":
        """From an Arrow array of strings, or of strings encoded by a dictionary."""
        if pa.types.is_dictionary(array.type):
            return cls(_series(array.dictionary), _series(array.indices))
        words = _series(array)
        at = pl.int_range(len(words), dtype=pl.UInt32, eager=True)
        return cls(words, at.set(words.is_null(), None) if words.null_count() else at)

    def cells(self, of_words: pl.Series) -> pl.Series:
        """What was worked out for each word -> the same for each row."""
        return of_words.gather(self.at)

    def count(self, words: pl.Series) -> int:
        """How many rows have one of the words that are true."""
        return int(self._rows.filter(words).sum())

    @cached_property
    def _rows(self) -> pl.Series:
        """How many rows have each word: counted once a column, where each question would look at every row."""
        return pl.Series(np.bincount(self.at.drop_nulls().to_numpy(), minlength=len(self.words)))

    @cached_property
    def odd(self) -> pl.Series:
        """Whether each word is not plain: only such a one may begin with a blank, hold a line break, be no id."""
        return ~self.words.str.contains(PLAIN).fill_null(True)

    @cached_property
    def odd_words(self) -> pl.Series:
        """The words that are not plain."""
        return self.words.filter(self.odd)

    @cached_property
    def filled(self) -> pl.Series:
        """Whether each row has a cell that holds more than blanks."""
        if not (self.odd_words.str.starts_with(" ") | self.odd_words.str.starts_with("\t")).any():
            return self.at.is_not_null()
        return self.cells(self.words.str.contains(r"\S")).fill_null(False)

    def filter(self, rows: pl.Series) -> "Text":
        """The rows that are true."""
        return Text(self.words, self.at.filter(rows))


def _series(array: pa.Array) -> pl.Series:
    series = pl.from_arrow(array)
    assert isinstance(series, pl.Series)
    return series
