"""The shared indicators: every folder here that holds an `indicator.toml` is one. Adding a folder adds an indicator."""

from functools import cache
from pathlib import Path

from metrics.counting.declaration import Indicator
from metrics.indicators import definition_files


@cache
def indicators() -> dict[str, Indicator]:
    """Indicator id -> indicator, in the order of the lists. Raises `IndicatorFault`, which names file and line."""
    found = [i for place in __path__ for i in definition_files.read_all(Path(place))]
    return {i.id: i for i in sorted(found, key=lambda i: (i.order, i.id))}
