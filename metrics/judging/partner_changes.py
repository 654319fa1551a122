"""Whether a partner's own figure changed: beside itself, in the same months of the two years before (of
one, where there are no two).

It says nothing of its peers, and nothing of need: who comes to a partner is not that partner's doing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from metrics.judging import shared_error
from metrics.judging.moved_months import Figure, Moved, moved
from metrics.statistics.contrast import YEAR


def partner_changes(those: Sequence[tuple[Figure, Mapping[str, int]]]) -> list[dict[str, Moved]]:
    """For each figure its partners that can be judged, and what was found; all together share one error.

    Each figure comes with the place of each partner among its counts. A partner has its share of what the whole figure
    scatters beyond chance.
    """
    asked = [
        (n, name, _own(figure, place)) for n, (figure, places) in enumerate(those) for name, place in places.items()
    ]
    known = [(n, name, own) for n, name, own in asked if own]
    found: list[dict[str, Moved]] = [{} for _ in those]
    tests = moved([own for *_, own in known], YEAR, 2, shared_error.PARTNER)
    for (n, name, _), one in zip(known, tests, strict=True):
        if one:
            found[n][name] = one
    return found


def _own(figure: Figure, place: int) -> Figure | None:
    if figure.scatter is None:
        return None
    table = figure.longer or figure.counts
    scatter = figure.scatter.part(float(table.known_people[place].sum() / table.known_people.sum()))
    if figure.longer:
        return replace(figure, longer=figure.longer.of(place), scatter=scatter)
    return replace(figure, counts=figure.counts.of(place), scatter=scatter)
