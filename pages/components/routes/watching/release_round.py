"""On a server that only shows releases: looking for a newer one, and for who may look now."""

import asyncio
import logging

from anyio import to_thread

from pages.components.layout import opened_store
from workflow.carrying import release_store

EVERY = 2.0
"""Seconds between two looks; one costs the reading of two files' dates."""
_log = logging.getLogger("concord")


async def rounds() -> None:
    """Go round until the server stops. Nothing that goes wrong in one ends the others."""
    while True:
        try:
            await to_thread.run_sync(_once)
        except Exception as error:  # the pages say why where nothing can be shown
            _log.error("no release could be looked for: %s", type(error).__name__)
        await asyncio.sleep(EVERY)


def _once() -> None:
    if store := opened_store.only_releases():
        release_store.refresh(store)
