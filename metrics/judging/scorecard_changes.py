"""What may be said of a scorecard's figures at a quarter's end: the year, and an early warning.

Three questions have three answers, never one verdict: is the year different; did it move lately; is the target met
(`metrics.judging.target_met`). Judged once a quarter: judged monthly the same rules are false in 6 to 11 of 100.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from metrics.judging import shared_error
from metrics.judging.moved_months import Figure, Moved, moved
from metrics.statistics.contrast import YEAR

EARLY, EARLY_AT_START = 6, 3
_EARLY_TIMES = 2
_LONGEST_DATED = 12


@dataclass(frozen=True)
class Changes:
    """Of one figure. `year`: beside the year before; `two_years`: beside the two before; `early`: the last half year
    (or quarter) beside the same months before, `early_months` long. Each None where it cannot be told."""

    year: Moved | None
    two_years: Moved | None
    early: Moved | None
    early_months: int = EARLY

    @property
    def claim(self) -> Moved | None:
        """What may be said of the year: beside the year before, or else beside the two years before."""
        return next((one for one in (self.year, self.two_years) if one and one.passed), None)

    @property
    def warning(self) -> Moved | None:
        """What may be said of the last months alone; nothing when the year says it already."""
        return self.early if self.early and self.early.passed and not self.claim else None


def changes(figures: Sequence[Figure]) -> list[Changes]:
    """What may be said of each figure of a scorecard, at an error that they share."""
    year = moved(figures, YEAR, (1,), shared_error.YEAR)
    two_years = moved(figures, YEAR, (1, 2), shared_error.TWO_YEARS)
    early = moved(figures, EARLY, (1, 2), shared_error.EARLY, _EARLY_TIMES)
    return [Changes(*those) for those in zip(year, two_years, early, strict=True)]
