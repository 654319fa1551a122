"""Changing the settings while the server runs: checked, kept as a new version, and in effect at once.

What a release was made under stays what it was; the next release is made under the new ones. Who changes what someone
else changed meanwhile is told first, and loses nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
from pydantic import ValidationError

from data.ledger import data_folder, submissions
from data.ledger.settings import settings_versions
from data.ledger.settings.settings_versions import Origin, Version
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible
from metrics.counting import counts
from metrics.indicators import indicators
from schemas.policy import settings_places
from schemas.policy.partnership import Partnership
from schemas.policy.settings_places import Change, Joined
from schemas.policy.viewer import EVERYONE, Viewer
from workflow import accepting, discussing
from workflow.access.permitting import require
from workflow.governing import map_files, settings_at_start
from workflow.governing.settings_rights import refuse_others


class ChangedMeanwhile(NotPossible):
    """Someone else changed the settings since they were read. `now`, `theirs`: the version that the change would
    follow, and its settings; `joined`: the change on top of them, and what was changed; `by`: who changed what, the
    newest first."""

    def __init__(self, now: int, theirs: Partnership, joined: Joined, by: list[Version]) -> None:
        super().__init__("someone changed the settings since you opened them. Look at the change again")
        self.now, self.theirs, self.joined, self.by = now, theirs, joined, by


def history(store: Store, viewer: Viewer) -> list[Version]:
    """Every version, the newest first. Raises NotAllowed for anyone who may not see the settings."""
    require(viewer, "see_settings")
    return settings_versions.versions(store.cursor())


def change(
    store: Store,
    viewer: Viewer,
    base: int,
    settings: Partnership,
    *,
    reason: str,
    actor: str,
    origin: Origin = "page",
) -> int:
    """Let other settings hold, which were made from the version `base`; returns the number of the new version.

    Raises ChangedMeanwhile; NotPossible where they may not be changed so, with the reason; and pydantic.ValidationError
    where they and what was changed meanwhile do not fit together.
    """
    refuse_others(viewer)
    said = discussing.fit_for_staff(store, reason)
    with _alone(store) as cur:
        refuse_outdated(cur, base, settings)
        return _hold(store, cur, settings, reason=said, actor=actor, origin=origin)


def undo(store: Store, viewer: Viewer, version: int, *, actor: str) -> int:
    """Take one version's change back, whatever else was changed since; returns the number of the new version.

    Raises NotPossible where the same was changed again since, or nothing is left to be taken back.
    """
    refuse_others(viewer)
    with _alone(store) as cur:
        settings, both = taken_back(store, cur, version)
        if both:
            raise NotPossible("the same was changed again since. Undo the later change first")
        return _hold(store, cur, settings, reason=f"Undo of change {version}", actor=actor, origin="undo")


def taken_back(store: Store, cur: duckdb.DuckDBPyConnection, version: int) -> tuple[Partnership, list[Change]]:
    """The settings of now without one version's change, and what of it was changed again since."""
    if version <= 1:
        raise NotPossible("these are the first settings: there is nothing before them")
    after, before = (settings_versions.settings_of(cur, n) for n in (version, version - 1))
    try:
        joined = settings_places.join(after, before, store.partnership)
    except ValidationError:
        raise NotPossible("what was changed since does not fit without it. Undo the later change first") from None
    return joined.settings, joined.both


def refuse_outdated(cur: duckdb.DuckDBPyConnection, base: int, settings: Partnership) -> None:
    """Raise ChangedMeanwhile where the settings were made from a version that is not the newest."""
    now = settings_versions.newest(cur)
    if base != now:
        theirs = settings_versions.settings_of(cur, now)
        joined = settings_places.join(settings_versions.settings_of(cur, base), settings, theirs)
        raise ChangedMeanwhile(now, theirs, joined, [v for v in settings_versions.versions(cur) if v.number > base])


@contextmanager
def _alone(store: Store) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor while no release is made and nothing is accepted: both read the settings on their way."""
    if not store.releasing.acquire(blocking=False):
        raise NotPossible("a release is being made. Save again when it is done; what you typed stays here")
    try:
        with store.accepting:
            yield store.cursor()
    finally:
        store.releasing.release()


def _hold(
    store: Store, cur: duckdb.DuckDBPyConnection, settings: Partnership, *, reason: str, actor: str, origin: Origin
) -> int:
    before = store.partnership
    if settings == before:
        raise NotPossible("nothing is changed by it")
    _refuse_unfit(store, cur, settings)
    store.partnership = (
        settings  # before the version is there: a preview of these and the old version is never approved
    )
    try:
        with transaction(cur):
            number = settings_versions.add(
                cur, settings, before, store.now(), actor=actor, reason=reason, origin=origin
            )
            if settings.choices != before.choices:
                counts.refresh_all(cur, indicators().values(), settings.choices)
        store.settings_version = number
    except BaseException:
        store.partnership = before
        raise
    accepting.withdraw_those_left(store)
    return number


def _refuse_unfit(store: Store, cur: duckdb.DuckDBPyConnection, settings: Partnership) -> None:
    try:
        settings_at_start.refuse_unknown(settings)
    except data_folder.NotReady as unknown:
        raise NotPossible(str(unknown).replace(data_folder.SETTINGS, "the change")) from None
    listed = {p.id for p in settings.partners}
    if gone := {p.id for p in store.partnership.partners} & set(submissions.senders(cur)) - listed:
        names = ", ".join(store.partnership.partner(p).name for p in sorted(gone))
        raise NotPossible(f"{names} has sent files, so it cannot be taken out. Say the day on which it left")
    map_files.refuse_undrawable(store, settings)
    _refuse_personal(store, settings)


_READ_BY_ALL = ("owners", "plans", "annotations", "targets_for", "values")


def _refuse_personal(store: Store, settings: Partnership) -> None:
    """Raise NotPossible where a name or a sentence that everyone reads holds what tells of someone."""
    for change in settings_places.differences(store.partnership, settings):
        if change.place[0] in _READ_BY_ALL:
            discussing.refuse_unnamed(settings, EVERYONE, *set(_texts(change.after)) - set(_texts(change.before)))
        if change.place[0] == "owners" and change.after:
            kind = discussing.identifier_in(change.after)
        elif change.place[0] == "plans" and change.after:
            kind = discussing.identifier_in_words(store, change.after)
        else:
            continue
        if kind:
            raise NotPossible(f"“{change.after}” looks like {kind}. Everyone would read it, so it was not kept")


def _texts(told: object) -> Iterator[str]:
    """All that is text in a value as JSON has it, but ids and words of lists."""
    match told:
        case str():
            yield told
        case list():
            for one in told:
                yield from _texts(one)
        case dict():
            for key, one in told.items():
                if key not in ("indicator", "partner", "by", "group", "beside"):
                    yield from _texts(one)
