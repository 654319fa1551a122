"""Settings that change while the server runs."""

import datetime as dt
import threading

import pytest

from data.ledger.opening.store_faults import StoreNotWritable
from data.ledger.store import transaction
from data.ledger.submissions import NotPossible
from metrics.counting import counted_by
from metrics.indicators import indicators
from schemas.policy.chart_rules import Annotation
from schemas.policy.partner import Partner
from schemas.policy.viewer import BACKBONE, EVERYONE, Viewer
from tests.support.new_partnerships import new_store
from workflow import administering, reading
from workflow.governing import changing_settings
from workflow.governing.changing_settings import ChangedMeanwhile

TOLD = """
name = "Test"
today = 2026-10-20
[[partners]]
id = "alder"
name = "Alder"
named = true
[[partners]]
id = "birch"
name = "Birch"
"""
WHY = "The board decided it in October"


@pytest.fixture
def store(tmp_path):
    made = new_store(tmp_path / "var", TOLD)
    yield made
    made.close()


def change(store, base=None, settings=None, viewer=BACKBONE, reason=WHY, **told):
    settings = (settings or store.partnership).model_copy(update=told)
    return changing_settings.change(
        store, viewer, base or store.settings_version, settings, reason=reason, actor="backbone:Dana"
    )


def renamed(store, **names):
    return tuple(p.model_copy(update={"name": names.get(p.id, p.name)}) for p in store.partnership.partners)


def test_a_change_holds_at_once_and_after_a_restart_with_who_and_why(store):
    assert change(store, targets={"bp_control": 0.7}) == 2
    assert store.partnership.targets == {"bp_control": 0.7}
    newest = changing_settings.history(store, BACKBONE)[0]
    assert (newest.number, newest.actor, newest.reason, newest.origin) == (2, "backbone:Dana", WHY, "page")
    store.close()
    again = administering.open_partnership(store.folder)
    assert again.partnership.targets == {"bp_control": 0.7} and again.settings_version == 2
    again.close()


@pytest.mark.parametrize("viewer", [EVERYONE, Viewer(role="analyst"), Viewer(role="partner", partner_id="alder")])
def test_nobody_but_backbone_staff_changes_reads_or_undoes(store, viewer):
    with pytest.raises(NotPossible, match="your role does not include this"):
        change(store, viewer=viewer, name="Mine")
    with pytest.raises(NotPossible, match="your role does not include this"):
        changing_settings.history(store, viewer)
    with pytest.raises(NotPossible, match="your role does not include this"):
        changing_settings.undo(store, viewer, 2, actor="x")
    assert store.partnership.name == "Test" and store.settings_version == 1


def test_the_second_of_two_is_told_what_the_first_did_and_loses_nothing(store):
    base, mine = store.settings_version, store.partnership.model_copy(update={"partners": renamed(store, alder="Mine")})
    change(store, partners=renamed(store, alder="Theirs", birch="Birch Hospital"))
    with pytest.raises(ChangedMeanwhile) as told:
        change(store, base, mine)
    assert [v.number for v in told.value.by] == [2] and told.value.now == 2
    assert [(c.place[1:], c.before, c.after) for c in told.value.joined.both] == [(("alder", "name"), "Theirs", "Mine")]
    change(store, told.value.now, told.value.joined.settings)
    assert [p.name for p in store.partnership.partners] == ["Mine", "Birch Hospital"]


def test_of_many_at_once_each_is_kept_or_told(store):
    base, told = store.settings_version, []

    def one(n):
        try:
            told.append(change(store, base, owners={"bp_control": f"Owner {'abcdefgh'[n]}"}))
        except NotPossible as other:
            told.append(type(other))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert told.count(2) == 1 and len(told) == 8 and set(told) <= {2, ChangedMeanwhile, NotPossible}
    assert [v.number for v in changing_settings.history(store, BACKBONE)] == [2, 1]


def test_an_undo_takes_one_change_back_and_leaves_what_came_after(store):
    change(store, targets={"bp_control": 0.7})
    change(store, name="Later")
    assert changing_settings.undo(store, BACKBONE, 2, actor="x") == 4
    assert store.partnership.targets == {} and store.partnership.name == "Later"
    changing_settings.undo(store, BACKBONE, 4, actor="x")
    assert store.partnership.targets == {"bp_control": 0.7}, "an undo is a change, and is undone like one"


def test_what_was_changed_again_is_not_undone_behind_its_back(store):
    change(store, name="Second")
    change(store, name="Third")
    with pytest.raises(NotPossible, match="changed again since"):
        changing_settings.undo(store, BACKBONE, 2, actor="x")
    with pytest.raises(NotPossible, match="first settings"):
        changing_settings.undo(store, BACKBONE, 1, actor="x")
    assert store.partnership.name == "Third"


def test_an_undo_that_would_leave_what_does_not_fit_is_refused(store):
    """A trap: the target's day was said later, and a day without a target is none."""
    change(store, targets={"bp_control": 0.7})
    change(store, target_dates={"bp_control": dt.date(2027, 12, 31)})
    with pytest.raises(NotPossible, match="does not fit without it"):
        changing_settings.undo(store, BACKBONE, 2, actor="x")
    assert store.partnership.targets == {"bp_control": 0.7}


def test_a_store_that_is_only_read_is_not_changed(store):
    store.close()
    read = administering.open_partnership(store.folder, read_only=True)
    with pytest.raises(StoreNotWritable):
        change(read, name="Other")
    read.close()


@pytest.mark.parametrize("reason", ["", "short", "Call Ann at 555-123-4567 for it", "write to ann@example.org please"])
def test_a_reason_says_why_and_names_nobody(store, reason):
    with pytest.raises(NotPossible):
        change(store, reason=reason, name="Other")
    assert store.settings_version == 1 and store.partnership.name == "Test"


@pytest.mark.parametrize(
    "told",
    [
        {"owners": {"bp_control": "Birch nurses"}},
        {"plans": {"bp_control": "Cuffs, lent by Birch"}},
        {"annotations": (Annotation(indicator="bp_control", on=dt.date(2026, 4, 1), words="Birch lends cuffs"),)},
    ],
)
def test_no_text_that_everyone_reads_names_a_partner_that_is_not_named(store, told):
    """A trap: a note on a chart beside the letter of a partner says whose letter it is."""
    with pytest.raises(NotPossible, match="not agreed to be named"):
        change(store, **told)
    change(store, partners=tuple(p.model_copy(update={"named": True}) for p in store.partnership.partners))
    change(store, **told)


@pytest.mark.parametrize(
    "told", [{"owners": {"bp_control": "ann@example.org"}}, {"plans": {"bp_control": "Call Ann Smith on 555-123-4567"}}]
)
def test_what_everyone_reads_holds_no_identifier(store, told):
    with pytest.raises(NotPossible, match="looks like"):
        change(store, **told)


def test_a_partner_that_has_sent_files_leaves_and_is_not_taken_out(store):
    with transaction(store.cursor()) as cur:
        cur.execute(
            """INSERT INTO submission BY NAME SELECT 1 AS submission, 'ab' AS sha256, 'birch' AS partner_id,
           'patients' AS dataset, 1 AS rows_in, 1 AS rows_kept, 0 AS rows_blocked"""
        )
    with transaction(store.cursor()) as cur:
        cur.execute("INSERT INTO submission_event VALUES (1, 1, 'accepted', '2026-05-01', 'x')")
    without = store.partnership.partners[:1]
    with pytest.raises(NotPossible, match="Birch has sent files"):
        change(store, partners=without)
    assert "Birch" in [p.name for p in store.partnership.partners]


def test_a_new_choice_counts_anew_in_the_same_step(store):
    choices = store.partnership.choices.model_copy(update={"observation_stays_count": True})
    change(store, choices=choices)
    assert counted_by.are_current(store.cursor(), indicators().values(), choices)


def test_settings_stay_as_they_are_while_a_release_is_made(store):
    with store.releasing, pytest.raises(NotPossible, match="a release is being made"):
        change(store, name="Other")
    assert change(store, name="Other") == 2


def test_a_name_that_is_taken_back_is_gone_at_once(store):
    with transaction(store.cursor()) as cur:
        cur.execute("INSERT INTO submission_event VALUES (1, 1, 'accepted', '2026-05-01', 'x')")
    named = {p.id: p for p in store.partnership.partners}
    assert "Alder" in reading.read_naming(store, EVERYONE).names.values()
    change(store, partners=(Partner(**named["alder"].model_dump() | {"named": False}), named["birch"]))
    assert "Alder" not in reading.read_naming(store, EVERYONE).names.values()
