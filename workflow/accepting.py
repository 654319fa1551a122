"""Accepting a checked file, leaving it, and taking an accepted one back. Counts follow in the same transaction."""

from collections.abc import Callable, Iterable

from data.checking import awaiting_acceptance
from data.discussing import warning_reasons
from data.ledger import submissions
from data.ledger.opening.store_faults import StoreMismatch
from data.ledger.store import Store
from data.ledger.submissions import NotPossible, Submission, forget
from metrics.counting import counted_by, counts
from metrics.counting.incremental_counts import follow_change, unheard
from metrics.indicators import indicators
from schemas.policy.viewer import SERVER, Viewer
from workflow.access.permitting import require
from workflow.previewing import change
from workflow.watching import counters

LEFT, ENDED = "left", "agreement"
"""Who withdraws a file because its partner left, or because its agreement ended."""


def accept(
    store: Store,
    submission: int,
    *,
    accept_valid: bool = False,
    actor: str = "",
    explained: bool = False,
    heard: Callable[[int, int], None] = unheard,
    viewer: Viewer = SERVER,
) -> Submission:
    """Accept a checked (or withdrawn) submission, and let the counts follow, in one transaction.

    Raises NotPossible when it has blocked rows and `accept_valid` was not said, or was left in the meantime, or its
    partner left; and with `explained` (when a person accepts it) also while a warning is neither fixed nor justified.
    Accepting what is accepted already changes nothing. `heard` is told how many of how many countings are done.
    Raises NotAllowed, as everything here, for who may not.
    """
    with store.accepting:
        cur = store.cursor()
        entry = submissions.not_left(cur, submission)
        require(viewer, "accept_files", entry.partner_id)
        if entry.state == "accepted":
            return entry
        _refuse_of_those_gone(store, entry)
        refuse_other_definitions(store)
        if entry.rows_blocked and not accept_valid:
            raise NotPossible(
                f"{entry.rows_blocked:,} rows have findings that block them: fix them, or say that only "
                "the good rows shall count"
            )
        if explained and any(w.reason is None for w in warning_reasons.warned(cur, entry)):
            raise NotPossible("a warning has no reason yet: fix it, or say why it is right")
        with (
            store.changing(cur),
            follow_change(cur, change(entry), indicators().values(), store.partnership.choices, heard),
        ):
            submissions.step(cur, submission, "accepted", actor, store.now())
        counters.upload("accepted")
        return submissions.submission(cur, submission)


def refuse_other_definitions(store: Store) -> None:
    """Raise StoreMismatch beside a server that has administration and whose program counts by other definitions than
    this one: their counts would be mixed."""
    beside = store.lake and not store.lake.owner
    if beside and not counted_by.are_current(store.cursor(), indicators().values(), store.partnership.choices):
        raise StoreMismatch(
            "the counts were made by other definitions. Start this server anew, with the app's version of Concord"
        )


def _refuse_of_those_gone(store: Store, entry: Submission) -> None:
    """A file that was checked before its partner left, or that it had withdrawn, counts no more; nor does one of an
    agreement that is over."""
    partner = next((p for p in store.partnership.members if p.id == entry.partner_id), None)
    if partner is None:
        raise NotPossible("its partner has left the partnership, or is no longer listed in concord.toml")
    if why := partner.refusal(store.partnership.day, entry.dataset):
        raise NotPossible(why)


def accept_many(store: Store, numbers: Iterable[int], actor: str = "", *, as_checked: bool = False) -> None:
    """Accept several checked submissions at once and work all counts out once: for a first load.

    `as_checked`: each on the day on which it was checked, for files that came before the ledger was made.
    """
    with store.accepting:
        cur = store.cursor()
        with store.changing(cur):
            for number in numbers:
                entry = submissions.not_left(cur, number)
                at = entry.at if as_checked else store.now()
                submissions.step(cur, number, "accepted", actor, at)
            counts.refresh_all(cur, indicators().values(), store.partnership.choices)


def leave(store: Store, submission: int, actor: str = "", *, viewer: Viewer = SERVER) -> None:
    """Say no to a checked file: its rows go, its ledger entry stays. Raises NotPossible when it is not checked."""
    with store.accepting, store.changing(store.cursor()) as cur:
        require(viewer, "leave_files", submissions.submission(cur, submission).partner_id)
        awaiting_acceptance.refuse_unless_checked(cur, submission)
        awaiting_acceptance.leave(cur, submission, actor, store.now())
    counters.upload("discarded")


def discard(store: Store, submission: int) -> None:
    """Forget a check on which nobody was to decide, as if it had never been. Raises NotPossible as `leave` does."""
    with store.accepting, store.changing(store.cursor()) as cur:
        awaiting_acceptance.refuse_unless_checked(cur, submission)
        forget(cur, submission)


def withdraw_those_left(store: Store) -> None:
    """Withdraw what is accepted of partners that left, or whose agreement ended, and wish it so. The ledger keeps each
    withdrawal as a receipt.

    Of closed quarters nothing changes: they were published with these rows. Nothing is written when nothing is left.
    """
    today = store.partnership.day
    for partner in (p for p in store.partnership.partners if p.takes_back(today)):
        for entry in submissions.submissions(store.cursor(), partner.id):
            if entry.state == "accepted":
                withdraw(store, entry.submission, actor=LEFT if partner.has_left(today) else ENDED)


def withdraw(store: Store, submission: int, actor: str = "", *, viewer: Viewer = SERVER) -> Submission:
    """Take an accepted submission back: what it had replaced of earlier ones counts again."""
    with store.accepting:
        cur = store.cursor()
        entry = submissions.submission(cur, submission)
        require(viewer, "withdraw_files", entry.partner_id)
        if entry.state != "accepted":
            raise NotPossible(f"submission {submission} is {entry.state}, not accepted")
        refuse_other_definitions(store)
        with (
            store.changing(cur),
            follow_change(cur, change(entry), indicators().values(), store.partnership.choices),
        ):
            submissions.step(cur, submission, "withdrawn", actor, store.now())
        counters.upload("withdrawn")
        return submissions.submission(cur, submission)
