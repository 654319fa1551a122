"""Garbage is collected now and then, not after each rerun: then all that the server holds is looked through."""

import asyncio
import gc
from functools import cache

from workflow.watching import counters

EVERY = 10.0
"""Seconds between two looks."""


@cache
def settle() -> None:
    """Keep what the imports made out of every collection; asked at each rerun, done once."""
    gc.collect()
    gc.freeze()


async def rounds() -> None:
    """Go round until the server stops; nothing is looked through while nobody looks at a page."""
    before = 0.0
    while True:
        await asyncio.sleep(EVERY)
        if counters.reruns.seconds != before:
            before = counters.reruns.seconds
            gc.collect()
