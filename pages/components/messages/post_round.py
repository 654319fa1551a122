"""The server's own round: what is scheduled goes out, what the mail server put off is tried again, and a store on
Postgres is kept small."""

import asyncio
import logging
import time

from anyio import to_thread

from pages.components.layout import opened_store
from workflow import administering
from workflow.messaging import posting

EVERY = 60.0
"""Seconds between two rounds."""
UPKEEP_EVERY = 3600.0
"""Seconds between two upkeeps; the start does the first."""
_log = logging.getLogger("concord")


async def rounds() -> None:
    """Go round until the server stops. Nothing that goes wrong in one ends the others."""
    first, last = True, time.monotonic()
    while True:
        try:
            if time.monotonic() - last > UPKEEP_EVERY:
                last = time.monotonic()
                await to_thread.run_sync(lambda: administering.keep_up(opened_store.opened()))
            await to_thread.run_sync(_once, first)
            first = False
        except Exception as error:  # only its kind: the pages say what is wrong with the store
            _log.error("the server's round broke off: %s", type(error).__name__)
        await asyncio.sleep(EVERY)


def _once(first: bool) -> None:
    store = opened_store.opened()
    if store.read_only or not store.partnership.mail.host:
        return
    if first:
        posting.settle_interrupted(store)
    posting.send_due(store)
