"""Discussion of a file: reasons, comments, appeals and its history, and who may read them.

A partner talks about its own files, backbone staff about everyone's; for all others a submission does not exist.
"""

import datetime as dt
import re
from collections.abc import Iterable

from data.checking import awaiting_acceptance
from data.checking.file_check import Checked
from data.discussing import appeals, notes, prose_identifiers, submission_history, warning_reasons
from data.discussing.appeals import About, Appeal
from data.discussing.notes import File, Kind
from data.discussing.submission_history import Line
from data.discussing.warning_reasons import Place, Warned
from data.ledger import current_rows, kept_reads, submissions
from data.ledger.current_rows import Late
from data.ledger.store import Store, transaction
from data.ledger.submissions import NotPossible, Submission
from metrics.indicators import indicators
from schemas.policy.access.permissions import may, may_some
from schemas.policy.partner_naming import unnamed
from schemas.policy.partnership import Partnership
from schemas.policy.viewer import EVERYONE, Viewer
from workflow.access.permitting import require


def its_business(viewer: Viewer, partner_id: str) -> bool:
    """Whether a viewer may see what is said about a partner's files: the partner itself and backbone staff may."""
    return may(viewer, "read_files", partner_id)


def own_submission(store: Store, viewer: Viewer, number: int) -> Submission:
    """A submission that is the viewer's business. Raises NotPossible, as for one that does not exist."""
    entry = kept_reads.read(store, submissions.submission, number)
    if not its_business(viewer, entry.partner_id):
        raise NotPossible(f"there is no submission {number}")
    return entry


def read_history(store: Store, viewer: Viewer, number: int) -> list[Line]:
    """What happened to a submission, oldest first. Raises NotPossible when it is not the viewer's business."""
    return submission_history.history(store.cursor(), own_submission(store, viewer, number))


def read_warned(store: Store, viewer: Viewer, number: int) -> list[Warned]:
    """The warnings of a submission that need a reason. Raises NotPossible when it is not the viewer's business."""
    return warning_reasons.warned(store.cursor(), own_submission(store, viewer, number))


def read_late(store: Store, viewer: Viewer, number: int) -> Late | None:
    """The rows of a submission that came too late to count. Raises NotPossible when it is not the viewer's business."""
    return kept_reads.read(store, current_rows.late, own_submission(store, viewer, number))


def read_used_reasons(store: Store, viewer: Viewer, partner_id: str, dataset: str, place: Place) -> list[str]:
    """Reasons used before for a rule and column, the newest first; none for those whose business it is not."""
    if not its_business(viewer, partner_id):
        return []
    return warning_reasons.used_before(store.cursor(), partner_id, dataset, place)


def read_appeals(store: Store, viewer: Viewer) -> list[Appeal]:
    """Appeals, open ones first: a partner's own, or everyone's for backbone staff; nobody else's business."""
    if not may_some(viewer, "read_files"):
        return []
    return list(kept_reads.read(store, appeals.appeals, viewer.partner_id))


def read_awaiting(store: Store, viewer: Viewer, number: int) -> Checked:
    """A submission to be taken up again: what the store knows of its check. Raises NotPossible as above."""
    entry = own_submission(store, viewer, number)
    return Checked(awaiting_acceptance.recorded_report(store.cursor(), entry, store.partnership.rules), number)


def awaits_until(store: Store, entry: Submission) -> dt.date:
    """The last day on which a checked submission waits for its yes."""
    return entry.at.date() + dt.timedelta(days=store.partnership.policy.held_days)


def justify(store: Store, viewer: Viewer, number: int, rule: str, column: str | None, words: str, actor: str) -> None:
    """Say why a warning of a submission is right as it is, once for all its cells of a rule in a column.

    Raises NotPossible when there is no such warning in it, or the words may not be kept (`data.discussing.notes.fit`).
    """
    entry = own_submission(store, viewer, number)
    require(viewer, "explain_files", entry.partner_id)
    if all(w.place != (rule, column) for w in warning_reasons.warned(store.cursor(), entry)):
        raise NotPossible(f"submission {number} has no such warning")
    _refuse_others_names(store, viewer, entry.partner_id, words)
    _write(store, File.of(entry), "reason", words, actor, rule=rule, column=column)


def names_known(store: Store) -> list[str]:
    """Names that may stand in what is typed: those of the partnership, its partners, their hospitals and measures."""
    partners, titles = store.partnership.partners, [i.title for i in indicators().values()]
    return [store.partnership.name, *titles, *(name for p in partners for name in (p.name, *p.hospitals))]


def identifier_in(words: str) -> str | None:
    """Which kind of identifier the name that someone signs with holds, but for a name; None where none is seen."""
    return prose_identifiers.found_in(words, re.findall(r"\w+", words))


def identifier_in_words(store: Store, words: str) -> str | None:
    """Which kind of identifier a sentence holds, names of partners and measures apart; None where none is seen."""
    return prose_identifiers.found_in(words, names_known(store))


def fit_for_all(store: Store, words: str, known: Iterable[str] = ()) -> str:
    """Words that everyone reads, as they may be kept. `known`: more names that may stand there. Raises NotPossible,
    with what to do, when they may not."""
    said = fit_for_staff(store, words, known)
    refuse_unnamed(store.partnership, EVERYONE, said)
    return said


def fit_for_staff(store: Store, words: str, known: Iterable[str] = ()) -> str:
    """The same of words that are read only by who may know every partner."""
    partners = [p.id for p in store.partnership.partners]
    return notes.fit(store.cursor(), words, partners, store.key, [*names_known(store), *known])


def refuse_unnamed(partnership: Partnership, reader: Viewer, *words: str) -> None:
    """Raise NotPossible where words name a partner that the reader knows only by its letter: what is said of it for
    all to read would tell whose figures the letter's are."""
    names = [name for p in unnamed(partnership, reader) for name in (p.name, *p.hospitals)]
    if any(prose_identifiers.tells_of(said, name) for name in names for said in words):
        raise NotPossible("this names a partner that has not agreed to be named. Leave it out; nothing of it was kept")


def refuse_personal(store: Store, words: str, known: Iterable[str] = ()) -> None:
    """Raise NotPossible, with what to do, where words that leave the server look personal. `known`: as for
    `fit_for_all`."""
    partners = [p.id for p in store.partnership.partners]
    notes.refuse_personal(store.cursor(), words, partners, store.key, [*names_known(store), *known])


def comment(store: Store, viewer: Viewer, number: int, words: str, actor: str) -> None:
    """Say something about a submission, for its partner and backbone staff. Raises NotPossible as `justify` does."""
    entry = own_submission(store, viewer, number)
    require(viewer, "explain_files", entry.partner_id)
    _refuse_others_names(store, viewer, entry.partner_id, words)
    _write(store, File.of(entry), "comment", words, actor)


def appeal(
    store: Store, viewer: Viewer, file: File, about: About, words: str, actor: str,
    *, rule: str | None = None, column: str | None = None,
) -> None:  # fmt: skip
    """Disagree with what was found in a file, or with a figure. Raises NotPossible for anyone but its partner.

    `about`: what is told of a file of which nothing is kept; `rule`: the finding, None for the file as a whole.
    """
    if not may(viewer, "appeal", file.partner_id):
        raise NotPossible("only the partner whose file it is can appeal")
    cur = store.cursor()
    if file.submission is not None:
        file = File.of(own_submission(store, viewer, file.submission))
    with store.accepting:
        appeals.refuse_second(cur, file, rule, column)
        _write(store, file, "appeal", words, actor, rule=rule, column=column, about=about)


def answer_appeal(store: Store, viewer: Viewer, number: int, words: str, actor: str, *, upheld: bool) -> None:
    """Answer an open appeal, as backbone staff. Raises NotPossible for others, or when it is not open.

    Upheld about a warning, it is the reason that the warning needs. Upheld about a file with too many blocked rows, the
    good rows of this very file may be accepted.
    """
    if not may(viewer, "answer_appeals"):
        raise NotPossible("only backbone staff answer appeals")
    with store.accepting:
        asked = appeals.open_appeal(store.cursor(), number).note
        kind: Kind = "upheld" if upheld else "not upheld"
        _refuse_others_names(store, viewer, asked.file.partner_id, words)
        _write(store, asked.file, kind, words, actor, appeal=number, rule=asked.rule, column=asked.column)


def _refuse_others_names(store: Store, viewer: Viewer, partner_id: str, words: str) -> None:
    """Staff know every partner, and the partner whose file it is reads what they write."""
    if viewer.partner_id != partner_id:
        refuse_unnamed(store.partnership, Viewer(role="partner", partner_id=partner_id), words)


def _write(
    store: Store, file: File, kind: Kind, words: str, actor: str, *, appeal: int | None = None, rule: str | None = None,
    column: str | None = None, about: About | None = None,
) -> None:  # fmt: skip
    with store.accepting:
        cur = store.cursor()
        said = notes.fit(cur, words, [file.partner_id], store.key, names_known(store))
        with transaction(cur):
            number = notes.write(
                cur, file, kind, said, actor, store.now(), appeal=appeal, rule=rule, column=column
            )  # fmt: skip
            if about:
                appeals.keep_about(cur, number, about)
