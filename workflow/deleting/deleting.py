"""Deleting rows for good: what it takes and changes is shown first, a reason is asked, and no id is kept of whom.

In one transaction the rows go, the counts follow, and the research editions that hold such rows are noted as removed.
Then their files go, and the store's file is written anew (`finishing`).
"""

import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass, field

import duckdb

from data.ledger import closed_quarters
from data.ledger.deletions import deletion_records, doomed_rows
from data.ledger.deletions.deletion_records import Deletion
from data.ledger.deletions.doomed_rows import Kind, Marked, Target
from data.ledger.pseudonyms import Pseudonyms, domain
from data.ledger.store import Store
from data.ledger.submissions import NotPossible, senders
from data.receiving.plain_text import plain
from data.releases import release_ledger
from metrics.counting import counts
from metrics.indicators import indicators
from schemas.policy.viewer import SERVER, Viewer
from workflow import discussing
from workflow.access.door import door_of
from workflow.access.permitting import require
from workflow.deleting import finishing, held_elsewhere
from workflow.deleting.held_elsewhere import Backups
from workflow.recovery import backing_up

SHORTEST_REASON, LONGEST_REASON = 10, 300
KEPT_YEARS = 2
"""Years before the last closed day that no period may reach into: figures to come still read their rows."""


@dataclass(frozen=True)
class Asked:
    """What shall go: a person by the id that the partner itself uses, a partner's rows, or all before a day."""

    kind: Kind
    partner_id: str | None = None
    local_id: str = field(default="", repr=False)
    before: dt.date | None = None


@dataclass(frozen=True)
class Moved:
    """Of a measure: how many periods are counted anew, and how many stay as published since they are closed."""

    indicator: str
    open: int
    closed: int


@dataclass(frozen=True)
class Effect:
    """What a deletion takes and changes. `submissions`: how many hold such rows; `waiting`: of these, files that wait
    for acceptance; `releases`: those whose research edition holds such rows, and is removed."""

    rows: dict[str, int]
    submissions: int
    waiting: int
    releases: tuple[int, ...]
    moved: tuple[Moved, ...]
    backups: Backups


def last_possible(store: Store) -> dt.date | None:
    """The latest day before which rows can be deleted; None while no quarter is closed."""
    closed = closed_quarters.closed_to(store.cursor())
    return closed.replace(year=closed.year - KEPT_YEARS, day=1) if closed else None


def look(store: Store, asked: Asked, actor: str = "", *, viewer: Viewer = SERVER) -> Effect:
    """What a deletion would do; nothing is changed. That somebody looked is in the history, without the id.

    Raises NotPossible when nothing is stored of it, or it cannot be asked; NotAllowed for who may not.
    """
    target = _target(store, asked, viewer)
    door_of(store).record("deletion looked at", _who(actor), None, _about(target))
    with store.accepting:
        cur = store.cursor()
        cur.execute("BEGIN")
        try:
            marked = _marked(cur, target)
            return _effect(store, cur, target, marked)
        finally:
            with suppress(duckdb.Error):
                cur.execute("ROLLBACK")
            cur.close()


def delete(
    store: Store, asked: Asked, seen: Effect, *, reason: str, actor: str, viewer: Viewer = SERVER
) -> Deletion:  # fmt: skip
    """Delete what was looked at (`seen`). The receipt of it.

    Raises NotPossible without a reason, for one that tells of somebody, and when other rows are there than were seen.
    """
    target = _target(store, asked, viewer)
    reason = _fit(store, reason, asked)
    if not actor.strip():
        raise NotPossible("say who deletes it")
    with finishing.nobody_writes(store):
        number = _removed(store, target, seen, reason, actor)
        finishing.finish(store)
    backing_up.after_release(store)  # so that a restored store does not bring it back
    return next(d for d in read_deletions(store) if d.deletion == number)


def read_deletions(store: Store, *, viewer: Viewer = SERVER) -> list[Deletion]:
    """What was deleted, the newest first. Raises NotAllowed."""
    require(viewer, "read_deletions")
    return deletion_records.deletions(store.cursor())


def _target(store: Store, asked: Asked, viewer: Viewer) -> Target:
    require(viewer, "delete_for_good", asked.partner_id)
    if asked.kind == "period":
        latest = last_possible(store)
        if latest is None:
            raise NotPossible("no quarter is closed yet: its figures still rest on these rows")
        if asked.before is None or asked.before > latest:
            raise NotPossible(f"choose {latest} or a day before: figures to come still rest on later rows")
        return Target("period", before=asked.before)
    known = {*senders(store.cursor()), *(p.id for p in store.partnership.partners)}
    if asked.partner_id not in known:
        raise NotPossible("choose a partner that sends files, or sent some")
    if asked.kind == "partner":
        return Target("partner", asked.partner_id)
    local = _as_read(asked.local_id)
    if not local:
        raise NotPossible("type the id that the partner has for this person")
    code = Pseudonyms(store.key, domain("patient_id", asked.partner_id)).code(local)
    return Target("person", asked.partner_id, doomed_rows.pseudonym(code))


def _who(actor: str) -> str:
    """Who did it, as the history of access calls people."""
    return actor.rpartition(":")[2]


def _as_read(local_id: str) -> str:
    """The id as it is read from a cell: without marks that programs put around it, and the ".0" of a number."""
    return re.sub(r"^(\d+)\.0$", r"\1", plain(local_id)[0])


def _about(target: Target) -> str:
    """The target in the history of access: of a person, only at which partner."""
    return {
        "person": f"a person of {target.partner_id}", "partner": f"the rows of {target.partner_id}",
        "period": f"everything before {target.before}",
    }[target.kind]  # fmt: skip


def _marked(cur: duckdb.DuckDBPyConnection, target: Target) -> Marked:
    marked = doomed_rows.mark(cur, target)
    where = {"person": "under this id", "partner": "of this partner", "period": "of days before it"}[target.kind]
    doomed_rows.refuse_empty(marked, where)
    return marked


def _effect(store: Store, cur: duckdb.DuckDBPyConnection, target: Target, marked: Marked) -> Effect:
    """What follows; the caller rolls back what is done for it."""
    wait = cur.execute(
        """SELECT count(*) FROM (SELECT submission FROM submission_event WHERE list_contains(?, submission)
           GROUP BY ALL HAVING max_by(state, event) = 'checked')""",
        [list(marked.submissions)],
    ).fetchall()[0][0]
    cur.execute("CREATE TEMP TABLE counts_before AS FROM counts")
    releases = held_elsewhere.editions_with(store, cur, target)
    _take_out(store, cur, target, marked, releases, "", "")
    return Effect(
        marked.rows, len(marked.submissions), int(wait), tuple(releases), _moved(cur), held_elsewhere.backups(store)
    )


def _moved(cur: duckdb.DuckDBPyConnection) -> tuple[Moved, ...]:
    rows = cur.execute(
        """WITH moved AS (
               SELECT DISTINCT indicator, period_kind, period_start, period_end FROM (
                   (FROM counts_before EXCEPT FROM counts) UNION (FROM counts EXCEPT FROM counts_before)))
           SELECT indicator, count(*) FILTER (NOT closed), count(*) FILTER (closed)
           FROM (SELECT *, coalesce(period_end <= (SELECT max(last_day) FROM closing), false) AS closed FROM moved)
           GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    return tuple(Moved(*row) for row in rows)


def _take_out(
    store: Store, cur: duckdb.DuckDBPyConnection, target: Target, marked: Marked, releases: list[int], reason: str,
    actor: str,
) -> int:  # fmt: skip
    """Within the caller's transaction: the rows go, the counts follow, the editions are noted as removed."""
    at = store.now()
    number = deletion_records.record(cur, target, marked, releases, reason, actor, at)
    doomed_rows.remove(cur, target, marked, at)
    counts.refresh_all(cur, indicators().values(), store.partnership.choices)
    release_ledger.record_removed(cur, [(n, "research") for n in releases], at)
    return number


def _removed(store: Store, target: Target, seen: Effect, reason: str, actor: str) -> int:
    cur = store.cursor()
    with store.changing(cur):
        marked = _marked(cur, target)
        if (marked.rows, len(marked.submissions)) != (seen.rows, seen.submissions):
            raise NotPossible("a file came or went since you looked. Look again")
        releases = held_elsewhere.editions_with(store, cur, target)
        # First: what is not in the history is not done. Its own transaction is whole when this one is not.
        rows = sum(marked.rows.values())
        door_of(store).record("rows deleted", _who(actor), None, f"{_about(target)}: {rows:,} rows. {reason}")
        return _take_out(store, cur, target, marked, releases, reason, actor)


def _fit(store: Store, reason: str, asked: Asked) -> str:
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise NotPossible(f"say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters: it is kept")
    local = _as_read(asked.local_id).casefold()
    if local and local in plain(reason)[0].casefold():
        raise NotPossible("the reason holds the id: say why without it, for the reason is kept")
    return discussing.fit_for_all(store, reason)
