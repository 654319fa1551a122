"""Figures and months in words: one way to write them, wherever they are said."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from metrics.counting.declaration import Indicator
from metrics.grouping.pooled_years import KIND


@dataclass(frozen=True)
class Scale:
    """How the values of an indicator are said: rates as 63.6% and in points, means in their unit."""

    mean: bool = False
    unit: str = ""
    """Of a mean, such as mmHg."""

    def value(self, value: float | None) -> str:
        """A value as 63.6% or 131.2 mmHg; a dash when there is none."""
        if value is None:
            return "–"
        return f"{value:.1f} {self.unit}".strip() if self.mean else f"{100 * value:.1f}%"

    def bare(self, value: float | None) -> str:
        """A value where its unit stands beside it already: 63.6%, but 131.2."""
        return self.value(value).removesuffix(f" {self.unit}")

    def rounded(self, value: float | None) -> str:
        """A value that was published in whole points or units, as about 64% or about 131 mmHg."""
        if value is None:
            return self.value(None)
        return f"about {value:.0f} {self.unit}".strip() if self.mean else f"about {100 * value:.0f}%"

    def difference(self, difference: float) -> str:
        """The size of a difference as 3.4 points or 2.1 mmHg; 'less than 0.1' rather than 0.0."""
        words = self.bare_difference(difference)
        return f"{words} {self.unit if self.mean else 'point' if words == '1.0' else 'points'}".strip()

    def bare_difference(self, difference: float) -> str:
        """The same where its unit stands beside it already."""
        size = abs(difference) * (1 if self.mean else 100)
        return "less than 0.1" if size < 0.05 else f"{size:.1f}"

    def signed(self, difference: float) -> str:
        """A difference with its sign and without its unit: +3.4, −2.1; 0.0 has none."""
        words = f"{difference * (1 if self.mean else 100):+.1f}"
        return "0.0" if words[1:] == "0.0" else words.replace("-", "−")

    def span(self, low: float | None, high: float | None) -> str:
        """An interval as 62.8% to 64.4% or 131.0 to 132.1 mmHg."""
        if low is None or high is None:
            return "–"
        return f"{low:.1f} to {self.value(high)}" if self.mean else f"{self.value(low)} to {self.value(high)}"

    def brief_span(self, low: float, high: float) -> str:
        """An interval where every word counts: 62.8–64.4%, or 131.0–132.1."""
        return f"{self.bare(low).removesuffix('%')}–{self.bare(high)}"


RATE = Scale()


def scale_of(indicator: Indicator) -> Scale:
    """How the indicator's values are said."""
    return Scale(indicator.statistic == "mean", indicator.measured_in)


def month(day: dt.date) -> str:
    """A month as Oct 2026."""
    return f"{day:%b %Y}"


def period(row: dict[str, Any]) -> str:
    """A period in words: 'year to Sep 2026', 'three years to Sep 2026', 'Sep 2026'."""
    long = {"year": "year to ", KIND: "three years to "}.get(row["period_kind"], "")
    return f"{long}{month(row['period_end'])}"


def upper_first(text: str) -> str:
    """The start of a sentence; the rest stays as it is (Jun stays Jun)."""
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """A sentence that goes on after a colon."""
    return text[:1].lower() + text[1:]
