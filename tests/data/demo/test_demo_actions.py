"""The demo's actions say nothing that a person could not have recorded."""

from data.demo import demo_actions
from data.demo.demo_settings import DEMO_SETTINGS
from data.ledger.actions import action_steps
from data.ledger.store import transaction
from schemas.policy.viewer import BACKBONE
from tests.support.new_partnerships import new_store
from tests.workflow.deciding.test_recording import released
from workflow.deciding import acting, recording


def test_each_could_have_been_recorded_and_reported_by_hand(tmp_path):
    """They are put down directly, with days of the past: so what is asked of everyone is asked of them here."""
    store = new_store(tmp_path / "var", DEMO_SETTINGS)
    released(store, 1)
    with transaction(store.cursor()) as cur:
        demo_actions.record(cur, 0)
    made = acting.read_actions(store, BACKBONE)
    assert [a.number for a in made] == list(range(len(demo_actions.DEEDS), 0, -1))
    (decided,) = recording.read_decisions(store, BACKBONE)
    assert decided.overdue(store.partnership.day), "a decision of the meeting before is told in the next"
    with transaction(store.cursor()) as cur:
        for table in ("action_step", "action_part", "decision_step"):
            cur.execute(f"DELETE FROM {table}")
    for one in reversed(made):
        number = acting.record(store, BACKBONE, one.steps[0].deed, actor="x")
        for step in one.steps[1:]:
            acting.report(store, BACKBONE, number, step.step - 1, step.state, step.so_far, step.deed, actor="x")
    again = action_steps.actions(store.cursor())
    assert [[(s.kind, s.state, s.deed) for s in a.steps] for a in again] == [
        [(s.kind, s.state, s.deed) for s in a.steps] for a in made
    ]
    recording.record(store, BACKBONE, "bp_control", decided.agreed.__class__(
        decided.agreed.words, decided.agreed.owner, store.partnership.day), actor="x")  # fmt: skip
    store.close()
