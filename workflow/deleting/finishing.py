"""The end of a deletion: files that are noted as removed go, and the store's file is written anew. It can be done again
at any time, so that a start finishes what was interrupted."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from data.ledger.deletions import clean_file, deletion_records
from data.ledger.lake import lake_upkeep
from data.ledger.store import Store
from data.ledger.submissions import senders
from workflow.recovery import recovering

log = logging.getLogger(__name__)


@contextmanager
def nobody_writes(store: Store) -> Iterator[None]:
    """No file is checked, nothing accepted and no release made meanwhile."""
    with ExitStack() as held:
        every = {*senders(store.cursor()), *(p.id for p in store.partnership.partners)}
        held.enter_context(store.nobody_sends(every))
        held.enter_context(store.releasing)
        held.enter_context(store.accepting)
        yield


def finish(store: Store) -> None:
    """Leave nothing of what was deleted; nothing is written when all is done. The caller sees to it that nobody writes.

    What cannot be done now is done by the next start.
    """
    cur = store.cursor()
    open_ones = deletion_records.uncleaned(cur)
    if not open_ones:
        return
    recovering.remove_old(store)
    if not (lake_upkeep.clean(cur, store.lake) if store.lake else clean_file.clean(cur)):
        log.warning("others kept writing: the store's file is written anew at the next start")
        return
    for number in open_ones:
        deletion_records.record_cleaned(cur, number, store.now())
