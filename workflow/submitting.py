"""What a partner's file is, and whether it can count: looked at, asked about, checked, not yet accepted."""

import datetime as dt

from data.checking import awaiting_acceptance, file_check
from data.checking.file_check import Checked, Look, Questions
from data.checking.intake import Progress, Sending
from data.ledger import current_rows, saved_profiles, submissions
from data.ledger.current_rows import Effect
from data.ledger.store import Store
from data.ledger.submissions import Window
from data.reading.column_words import Reading
from data.receiving.file_source import Place
from metrics.indicators import indicators
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import Said
from schemas.policy.partnership import DateOrder
from workflow.reading import today


def look(store: Store, place: Place, partner_id: str, told: Progress = lambda size: None) -> list[Look]:
    """The tables in a file and the dataset that each seems to be. Raises Refused when it holds none.

    `told` hears how many bytes of a table were read so far.
    """
    return file_check.look(place, {name: read_said(store, partner_id, name) for name in DATASETS}, told)


def count_lines(place: Place) -> int:
    """About how many rows a table has, for a progress bar."""
    return file_check.count_lines(place)


def questions(store: Store, looked: Look, dataset: str, partner_id: str) -> Questions:
    """What has to be asked before a table is checked as a dataset. Raises Refused when it has no header."""
    assert looked.source
    order = store.partnership.partner(partner_id).date_order
    return file_check.questions(looked.source, DATASETS[dataset], read_said(store, partner_id, dataset), order)


def read_said(store: Store, partner_id: str, dataset: str) -> Said:
    """What the partner has said about how its files of a dataset are to be read."""
    return saved_profiles.read_said(store.cursor(), partner_id, dataset)


def keep_said(store: Store, partner_id: str, dataset: str, said: Said, actor: str) -> None:
    """Keep it for the next file. Raises NotPossible for a word that looks like a personal value."""
    with store.accepting:
        saved_profiles.keep_said(store.cursor(), partner_id, dataset, said, actor)


def check(
    store: Store,
    place: Place,
    dataset: str,
    partner_id: str,
    *,
    covers: Window | None = None,
    date_order: DateOrder | None = None,
    said: Said | None = None,
    errors: int = 0,
    actor: str = "",
    progress: Progress | None = None,
    at: dt.datetime | None = None,
) -> Checked:
    """Check a file and hold its good rows, counting for nothing yet (see `data.checking.check`).

    `said`: how to read this file; what the partner has said before when it is None. `errors`: how many cells of the
    spreadsheet, whose sheet `place` is, hold an error. Raises KeyError for an
    unknown partner or dataset.
    """
    partner = store.partnership.partner(partner_id)
    if dataset not in DATASETS:
        raise KeyError(f"no dataset is called {dataset!r}; known datasets: {', '.join(DATASETS)}")
    zip_digits = store.partnership.policy.zip_digits
    said = read_said(store, partner_id, dataset) if said is None else said
    reading = Reading(
        today(store.partnership), date_order or partner.date_order, zip_digits, said, limits=store.partnership.limits
    )
    sending = Sending(partner_id, DATASETS[dataset], reading, covers, store.key, _countable(), errors)
    if at is None:  # files of the past are loaded as of their own days
        awaiting_acceptance.let_lapse(store, partner_id)
    return file_check.check(store, place, sending, actor, progress, at or store.now())


def _countable() -> frozenset[str]:
    """Indicators of which a partner can send totals: a mean has none in that file."""
    return frozenset(i.id for i in indicators().values() if i.statistic == "rate")


def effect(store: Store, submission: int) -> Effect:
    """What accepting a checked submission would replace. Raises NotPossible when it was left in the meantime."""
    cur = store.cursor()
    return current_rows.effect(cur, submissions.not_left(cur, submission))
