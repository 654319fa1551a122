"""The shared indicators: every module here that has an `INDICATOR` is one. Adding a file adds an indicator."""

import importlib
import pkgutil
from functools import cache

from metrics.counting.declaration import Indicator


@cache
def indicators() -> dict[str, Indicator]:
    """Indicator id -> indicator, in the order in which they are shown."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    found = [importlib.import_module(f"{__name__}.{name}").INDICATOR for name in names]
    return {i.id: i for i in sorted(found, key=lambda i: (i.order, i.id))}
