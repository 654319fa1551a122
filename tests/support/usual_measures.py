"""The measures of a partnership that sends no optional dataset, such as the demo."""

from metrics.counting.declaration import Indicator
from metrics.indicators import indicators


def usual() -> dict[str, Indicator]:
    """Indicator id -> indicator, without those that are optional."""
    return {name: one for name, one in indicators().items() if not one.optional}
