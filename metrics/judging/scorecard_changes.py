"""What may be said of a scorecard's figures at a quarter's end: of the year, and of the last months alone.

Three questions have three answers, never one verdict: is the year different; did it move lately; is the target met
(`metrics.judging.target_met`). Judged once a quarter: who looks every month is wrong more often.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from metrics.judging import shared_error
from metrics.judging.moved_months import Figure, Moved, in_errors, moved
from metrics.statistics.contrast import YEAR

_EARLY = 6
_EARLY_TIMES = 2
_DATED = range(2, YEAR + 1)


@dataclass(frozen=True)
class Changes:
    """Of one figure. `year`: beside the year before; `two_years`: beside the two before; `early`: the last half year
    beside the same months of the two years before (of one, where there are no two). Each None where it cannot be told.
    `months`: for how many months the last ones have stood out, give or take two; 0 where that cannot be told."""

    year: Moved | None = None
    two_years: Moved | None = None
    early: Moved | None = None
    months: int = 0

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
    year = moved(figures, YEAR, 1, shared_error.YEAR)
    two_years = moved(figures, YEAR, 2, shared_error.TWO_YEARS, least_years=2)
    early = moved(figures, _EARLY, 2, shared_error.EARLY, _EARLY_TIMES)
    found = [Changes(*each) for each in zip(year, two_years, early, strict=True)]
    return [replace(said, months=_dated(one, said)) for one, said in zip(figures, found, strict=True)]


def _dated(figure: Figure, said: Changes) -> int:
    """Since how many months: of the stretches of 2 to 12 the one that stands out most.

    0 where that is the whole year: it began then or earlier, or goes on little by little and has no beginning. (A drift
    of the same size every month stands out the more the more months are looked at.) And 0 where the last months went
    the other way than the year: its change did not begin with them.
    """
    last, claim = said.early, said.claim
    if last is None or not last.passed or (claim and claim.difference * last.difference < 0):
        return 0
    longest = max(_DATED, key=lambda length: abs(in_errors(figure, length, 2) or 0.0))
    return longest if longest < YEAR else 0
