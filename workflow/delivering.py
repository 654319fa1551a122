"""Delivery: a file that arrives without a person before the screen is taken in, checked, accepted and released.

Everything here is safe to repeat: the same bytes twice are one submission, also after a crash in the middle.
"""

from dataclasses import dataclass
from typing import Any

from data.checking.file_check import Checked
from data.ledger import job_tokens
from data.ledger.job_tokens import Token
from data.ledger.store import Store
from data.ledger.submissions import Submission, Window
from data.receiving.file_source import Place, Progress
from data.receiving.spool import Incoming
from data.reporting import check_reports
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partner import DateOrder, Partner
from schemas.policy.viewer import BACKBONE, SERVER, Viewer
from workflow import accepting, discussing, reading, releasing, submitting
from workflow.access.permitting import require
from workflow.publishing import release_preview


@dataclass(frozen=True)
class How:
    """What is said about a file besides its bytes, and what shall be done with it."""

    covers: Window | None = None
    date_order: DateOrder | None = None
    accept_valid: bool = False
    """Accept the good rows although others are blocked."""
    only_check: bool = False
    later: bool = False
    """Keep a file that could be accepted, for somebody to accept it later."""
    confirmed: frozenset[str] = frozenset()
    """Questions about this one file (ids of rules) that its sender has answered."""
    show_values: bool = False
    most_findings: int | None = None


def incoming(store: Store, expected: int = 0, most: int | None = None) -> Incoming:
    """A file that is written into the store's folder, encrypted; `most`: bytes, where fewer are taken than of a
    partner's file. Raises NotReceived when it cannot be taken."""
    largest = store.partnership.policy.largest_upload_mb << 20
    return Incoming(store.folder, min(most or largest, largest), expected)


def bearer(store: Store, words: str, address: str) -> tuple[Partner, Token] | None:
    """The partner whose token these words are, and the token; None when it is not valid, is not taken from this
    address, or the partner is gone. Raises StoreUnavailable where the settings of now cannot be read."""
    store.catch_up()
    token = job_tokens.bearer(store.folder, words, address)
    return next(((p, token) for p in store.partnership.partners if token and p.id == token.partner_id), None)


def watches(store: Store, words: str, address: str) -> bool:
    """Whether these words are a valid token of a monitor, and are taken from this address."""
    token = job_tokens.bearer(store.folder, words, address)
    return token is not None and token.may == (job_tokens.WATCHES,)


def deliver(
    store: Store,
    place: Place,
    dataset: str,
    partner_id: str,
    how: How,
    actor: str,
    on_progress: Progress | None = None,
    *,
    viewer: Viewer = SERVER,
) -> dict[str, Any]:
    """Check a file and, when nothing blocks it, accept it: the answer for a job. Where the policy wants it, release it.

    Outcome: accepted, known (accepted before), checked (it could be accepted), waiting (it was kept, for somebody to
    accept it) or blocked (nothing was stored).
    Raises KeyError for an unknown dataset, and for a partner that is unknown or has left, or whose agreement does
    not let it send.
    """
    if dataset not in DATASETS:
        raise KeyError(f"no dataset is called {dataset!r}; known datasets: {', '.join(DATASETS)}")
    require(viewer, "send_files", partner_id)
    store.partnership.sender(partner_id, dataset)
    with store.sending(
        partner_id
    ):  # held until it is accepted: the same file again meanwhile must wait, not restage it
        checked = submitting.check(
            store, place, dataset, partner_id,
            covers=how.covers, date_order=how.date_order, confirmed=how.confirmed, actor=actor,
            on_progress=on_progress, viewer=viewer,
        )  # fmt: skip
        answer = check_reports.answer(
            checked, show_values=how.show_values, most=how.most_findings,
            without_reason=_without_reason(store, checked, partner_id), late=_late(store, checked, partner_id),
        )  # fmt: skip
        answer["outcome"] = _outcome(checked, how)
        if checked.replaced and answer["outcome"] != "accepted":  # what waited goes on waiting: nobody said no to it
            answer["outcome"] = "waiting"
        if checked.submission is not None and not checked.known:
            if answer["outcome"] == "waiting":
                pass
            elif answer["outcome"] == "accepted":
                accepting.accept(store, checked.submission, accept_valid=how.accept_valid, actor=actor, viewer=viewer)
            else:
                accepting.discard(store, checked.submission)
                answer["submission"] = None
    missed = checked.known and not how.only_check and _not_released(store, checked.known)
    if answer["outcome"] == "accepted" or missed:
        answer |= _released(store, actor)
    return answer | {"message": check_reports.ending(answer)}


def _outcome(checked: Checked, how: How) -> str:
    if checked.known:
        return "known"
    if checked.submission is None or (checked.blocked and not how.accept_valid):
        return "blocked"
    if how.only_check:
        return "checked"
    return "waiting" if how.later else "accepted"


def _without_reason(store: Store, checked: Checked, partner_id: str) -> int:
    """Warnings that wait for a reason. They don't hold a job up: it is given afterwards, on the page."""
    if checked.submission is None:
        return 0
    viewer = Viewer(role="partner", partner_id=partner_id)
    return sum(w.reason is None for w in discussing.read_warned(store, viewer, checked.submission))


def _late(store: Store, checked: Checked, partner_id: str) -> int:
    """Rows of closed quarters: they are kept, and do not count."""
    number = checked.submission or (checked.known.submission if checked.known else None)
    if number is None:
        return 0
    late = discussing.read_late(store, Viewer(role="partner", partner_id=partner_id), number)
    return late.rows if late else 0


def _not_released(store: Store, entry: Submission) -> bool:
    """Whether the server stopped between accepting a file and releasing it."""
    release = reading.current_release(store)
    return release is None or not release.shows(entry)


def _released(store: Store, actor: str) -> dict[str, Any]:
    """The release that shows the rows, or the day for which it is planned."""
    if release := releasing.publish_by_policy(store, actor):
        return {"release": release}
    return {"next_release": release_preview.planned(store).isoformat()}


def read_sent(store: Store, viewer: Viewer, number: int, most: int) -> dict[str, Any]:
    """One submission as a record: its state and steps, what its check found (at most so many findings, without
    values), and the release that shows it. Raises NotPossible when it is not the viewer's business."""
    checked = discussing.read_awaiting(store, viewer, number)
    entry, release = discussing.own_submission(store, viewer, number), reading.current_release(store)
    lines, late = discussing.read_history(store, viewer, number), discussing.read_late(store, viewer, number)
    found = check_reports.answer(
        checked, most=most, without_reason=_without_reason(store, checked, entry.partner_id),
        late=late.rows if late else 0,
    )  # fmt: skip
    (record,) = listing(store, [entry])
    steps = [{"state": li.kind, "at": li.at.isoformat(), "release": li.release} for li in lines if li.note is None]
    shown = release.number if release and entry.state == "accepted" and release.shows(entry) else None
    return found | record | {
        "outcome": entry.state, "message": check_reports.STANDING[entry.state], "steps": steps,
        "shown_in_release": shown,
    }  # fmt: skip


def listing(store: Store, submissions: list[Submission]) -> list[dict[str, Any]]:
    """Ledger entries as plain records; a partner that left, or is no longer listed, by its letter."""
    naming = reading.read_naming(store, BACKBONE)
    return [
        {
            "submission": s.submission,
            "partner": naming.shown(s.partner_id),
            "dataset": s.dataset,
            "state": s.state,
            "covers": [str(d) if d else None for d in s.covers],
            "rows_kept": s.rows_kept,
            "at": s.at.isoformat(),
        }
        for s in submissions
    ]
