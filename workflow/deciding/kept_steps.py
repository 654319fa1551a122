"""What decisions and actions share: who records them, which words may stand in them, and one writer at a time."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from schemas.policy.access.permissions import Action, may
from schemas.policy.viewer import Viewer
from workflow import discussing, reading

LONGEST_OWNER = 40
"""Letters of an owner, as in the settings."""
_FAR = dt.timedelta(days=3653)


def may_keep(store: Store, viewer: Viewer, action: Action, as_leader: Action) -> bool:
    """Whether the viewer may record: a leader only where the partnership lets leaders."""
    return may(viewer, action) or (store.partnership.policy.leaders_record and may(viewer, as_leader))


@contextmanager
def writing(store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    """One step at a time, all of it or nothing. Raises StoreNotWritable."""
    with store.deciding, transaction(store.cursor()) as cur:
        yield cur


def release_shown(store: Store, what: str) -> int:
    """The release that is shown, which every step names. Raises NotPossible before the first."""
    release = reading.released(store)
    if not release:
        raise NotPossible(f"there is no release yet. {what} belongs to the release that it was made on")
    return release


def fit_owner(owner: str) -> str:
    """Who does it, as it may be kept. Raises NotPossible, with what to do, where it may not."""
    said = " ".join(owner.split())
    if not 2 <= len(said) <= LONGEST_OWNER:
        raise NotPossible(f"name who does it, in 2 to {LONGEST_OWNER} letters")
    if kind := discussing.identifier_in(said):
        raise NotPossible(f"the owner looks like {kind}. A name or a role is enough; nothing of it was kept")
    return said


def to_come(store: Store, day: dt.date) -> bool:
    """Whether a day is today or later, and no slip of the pen."""
    today = store.partnership.day
    return today <= day <= today + _FAR


def near(store: Store, day: dt.date) -> bool:
    """Whether a day is within ten years of today."""
    return abs(day - store.partnership.day) <= _FAR


def fit_reason(store: Store, reason: str) -> str:
    """Why, as it may be kept. Raises NotPossible as `fit_words` does, and where nothing is said."""
    if not reason.strip():
        raise NotPossible("say why. Others read it in the history")
    return fit_words(store, reason)


def fit_words(store: Store, words: str, *names: str) -> str:
    """Words that everyone reads. `names`: more that may stand there. Raises NotPossible, with what to do, where they
    may not be kept."""
    return discussing.fit_for_all(store, words, [*store.partnership.owners.values(), *names])
