"""The server's own round: what is scheduled goes out, and what the mail server put off is tried again."""

import asyncio
import logging

from anyio import to_thread

from pages.components.layout import opened_store
from workflow.messaging import posting

EVERY = 60.0
"""Seconds between two rounds."""
_log = logging.getLogger("concord")


async def rounds() -> None:
    """Go round until the server stops. Nothing that goes wrong in one ends the others."""
    first = True
    while True:
        try:
            await to_thread.run_sync(_once, first)
            first = False
        except Exception as error:  # only its kind: the pages say what is wrong with the store
            _log.error("messages could not be sent: %s", type(error).__name__)
        await asyncio.sleep(EVERY)


def _once(first: bool) -> None:
    store = opened_store.opened()
    if store.read_only or not store.partnership.mail.host:
        return
    if first:
        posting.settle_interrupted(store)
    posting.send_due(store)
