"""What a partner's file is, and whether it can count: looked at, asked about, checked, not yet accepted."""

import datetime as dt
from collections.abc import Callable, Collection
from functools import partial

from data.checking import awaiting_acceptance, file_check, file_tables, open_questions
from data.checking.file_check import Checked
from data.checking.file_tables import FoundTable
from data.checking.intake_report import Sending
from data.checking.open_questions import Questions
from data.ledger import current_rows, submissions
from data.ledger.current_rows import Effect
from data.ledger.profiles import saved_profiles
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible, Window
from data.reading.column_words import Reading
from data.receiving.file_source import Place, Progress, unheard
from metrics.counting import strata
from metrics.indicators import indicators
from schemas.datasets.dataset_catalog import DATASETS
from schemas.datasets.file_profile import FileProfile
from schemas.datasets.presets.system_presets import PRESETS
from schemas.policy.partner import DateOrder
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import SERVER, Viewer
from schemas.vocabularies.vocabulary import normal
from workflow.access.permitting import require
from workflow.reading import today
from workflow.watching import counters


def find_tables(
    store: Store, place: Place, partner_id: str, on_progress: Progress = unheard, *, viewer: Viewer = SERVER
) -> list[FoundTable]:
    """The tables in a file and the dataset that each seems to be. Raises Refused when it holds none.

    `on_progress` hears how many bytes of a table were read so far.
    """
    profiles = {name: read_profile(store, partner_id, name, viewer=viewer) for name in DATASETS}
    return file_tables.find_tables(place, profiles, on_progress)


def count_lines(place: Place) -> int:
    """About how many rows a table has, for a progress bar."""
    return file_tables.count_lines(place)


def questions(store: Store, found: FoundTable, dataset: str, partner_id: str, *, viewer: Viewer = SERVER) -> Questions:
    """What has to be asked before a table is checked as a dataset. Raises Refused when it has no header."""
    assert found.table
    order = store.partnership.partner(partner_id).date_order
    profile = read_profile(store, partner_id, dataset, viewer=viewer)
    return open_questions.questions(found.table, DATASETS[dataset], profile, order)


def read_profile(store: Store, partner_id: str, dataset: str, *, viewer: Viewer = SERVER) -> FileProfile:
    """The partner's file profile: how its files of a dataset are to be read. Raises NotAllowed, as everything here."""
    require(viewer, "send_files", partner_id)
    return saved_profiles.read_profile(store.cursor(), partner_id, dataset, store.key)


def keep_profile(
    store: Store, partner_id: str, dataset: str, profile: FileProfile, actor: str, *, viewer: Viewer = SERVER
) -> None:
    """Keep a file profile for the next file. Raises NotPossible for a word that looks like a personal value."""
    require(viewer, "send_files", partner_id)
    with store.accepting, transaction(store.cursor()) as cur:
        saved_profiles.keep_profile(cur, partner_id, dataset, profile, actor, store.key)


def profile_versions(
    store: Store, partner_id: str, dataset: str, *, viewer: Viewer = SERVER
) -> list[saved_profiles.Version]:
    """Every state of the partner's file profile of a dataset, the newest first."""
    require(viewer, "send_files", partner_id)
    return saved_profiles.versions(store.cursor(), partner_id, dataset, store.key)


def restore_profile(
    store: Store, partner_id: str, dataset: str, number: int, actor: str, *, viewer: Viewer = SERVER
) -> None:
    """Make an earlier state of the file profile the current one; 0 forgets all that was said. Nothing is lost: what was
    said stays among the versions. Raises NotPossible for a state that there is not."""
    known = {version.number: version.profile for version in profile_versions(store, partner_id, dataset, viewer=viewer)}
    if number and number not in known:
        raise NotPossible(f"there is no version {number} of this file profile")
    keep_profile(store, partner_id, dataset, known.get(number, FileProfile()), actor, viewer=viewer)


def use_preset(
    store: Store, partner_id: str, dataset: str, system: str, actor: str, *, viewer: Viewer = SERVER
) -> None:
    """Add what is published of a system's files to the file profile; what the partner said itself stays.

    Raises KeyError for an unknown system.
    """
    before = read_profile(store, partner_id, dataset, viewer=viewer)
    preset = PRESETS[system].profiles[dataset]
    added = preset.merged(before)
    keep_profile(store, partner_id, dataset, added, actor, viewer=viewer)


def check(
    store: Store,
    place: Place,
    dataset: str,
    partner_id: str,
    *,
    covers: Window | None = None,
    date_order: DateOrder | None = None,
    profile: FileProfile | None = None,
    confirmed: Collection[str] = (),
    actor: str = "",
    on_progress: Progress | None = None,
    at: dt.datetime | None = None,
    viewer: Viewer = SERVER,
) -> Checked:
    """Check a file; its good rows await acceptance (see `data.checking.file_check.check`).

    `profile`: how to read this file; the partner's kept file profile when it is None. `confirmed`: questions (ids of
    rules) that its sender has answered. Raises KeyError for an unknown dataset, and for a partner that is unknown or
    has left, or whose agreement does not let it send.
    """
    require(viewer, "send_files", partner_id)
    if dataset not in DATASETS:
        raise KeyError(f"no dataset is called {dataset!r}; known datasets: {', '.join(DATASETS)}")
    partner = store.partnership.sender(partner_id, dataset)
    zip_digits = partner.zip_digits(store.partnership.policy.zip_digits)
    profile = read_profile(store, partner_id, dataset) if profile is None else profile
    reading = Reading(
        today(store.partnership),
        date_order or partner.date_order,
        zip_digits,
        profile,
        limits=store.partnership.limits,
        lists=_lists(zip_digits) | dict.fromkeys(("sent_by", "received_by"), _partners(store.partnership).get),
    )
    sending = Sending(
        partner_id, DATASETS[dataset], reading, covers, store.key, partner.hospitals, frozenset(confirmed)
    )
    if at is None:  # files of the past are loaded as of their own days
        awaiting_acceptance.let_lapse(store, partner_id)
    try:
        made = file_check.check(store, place, sending, actor, on_progress or unheard, at or store.now())
    except BaseException:
        counters.upload("failed")
        raise
    counters.upload("blocked" if made.submission is None else "checked")
    return made


def _lists(zip_digits: int) -> dict[str, Callable[[str], str | None]]:
    """What a partner's totals may speak of: measures that are rates (a mean has none in that file), and declared
    groups."""
    known = indicators().values()
    rates = {normal(i.id): i.id for i in known if i.statistic == "rate"}
    return {
        "indicator": rates.get,
        "stratifier": strata.stratifier_of_totals,
        "category": partial(strata.group_of_totals, zip_digits=zip_digits),
    }


def _partners(partnership: Partnership) -> dict[str, str]:
    """What a file may call a partner -> its id. A name that two partners have names neither."""
    named = [normal(p.name) for p in partnership.partners]
    names = {normal(p.name): p.id for p in partnership.partners if named.count(normal(p.name)) == 1}
    return names | {normal(p.id): p.id for p in partnership.partners}


def effect(store: Store, submission: int, *, viewer: Viewer = SERVER) -> Effect:
    """What accepting a checked submission would replace. Raises NotPossible when it was left in the meantime."""
    cur = store.cursor()
    entry = submissions.not_left(cur, submission)
    require(viewer, "read_files", entry.partner_id)
    return current_rows.effect(cur, entry)
