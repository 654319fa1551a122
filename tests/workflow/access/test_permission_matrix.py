"""Every function of `workflow` that knows who asks, tried as every role for the own and for another partner.

What must be refused is read off the table of permissions, so a new row or role is tried without a line here; a function
that pages call and that is not tried here fails `tests/house/test_asking.py`.
"""

import itertools
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from data.ledger.submissions import NotPossible
from schemas.policy.access.permissions import PERMISSIONS, Action, may
from schemas.policy.viewer import PERSON_ROLES, SERVER, Viewer
from tests.support.doors import door_on, invited
from tests.workflow.access.asked_functions import ASK, EMPTY, FILE, OTHER, OWN, Try, World
from workflow import accepting, submitting
from workflow.access.permitting import NotAllowed

VIEWERS = [Viewer(role=r, partner_id=OWN if r == "partner" else None) for r in PERSON_ROLES]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    store, door, _ = door_on(Path(tmp_path_factory.mktemp("matrix")))
    made = {
        p: submitting.check(store, FILE.replace(b"P1", p.encode()), "blood_pressure", p).submission
        for p in (OWN, OTHER)
    }
    numbers = {p: n for p, n in made.items() if n is not None}
    assert len(numbers) == 2
    invited(door, "ana@x.org", "backbone")
    yield World(store, door, numbers, invited(door, "leo@x.org"))
    store.close()


def refused(case: tuple[Action, Try], world: World, viewer: Viewer, partner: str) -> bool:
    """Whether the table's refusal came; whatever else is wrong with the call is no refusal."""
    try:
        with suppress(KeyError):
            case[1](world, viewer, partner)
    except NotAllowed:
        return True
    except NotPossible as error:
        # For who may not know of a file it does not exist; two say in words whose task it is.
        return str(error).startswith(("there is no submission", "only the partner whose", "only backbone staff answer"))
    return False


@pytest.mark.parametrize("name", ASK)
def test_each_role_is_refused_what_the_table_does_not_give_it(world, name):
    action = ASK[name][0]
    for viewer, partner in itertools.product(VIEWERS, (OTHER, OWN)):
        allowed = may(viewer, action, partner)
        assert refused(ASK[name], world, viewer, partner) != allowed, (name, viewer, partner)
    assert not refused(ASK[name], world, SERVER, OWN)


@pytest.mark.parametrize("name", EMPTY)
def test_each_role_gets_nothing_of_what_the_table_does_not_give_it(world, name):
    action, ask = EMPTY[name]
    for viewer, partner in itertools.product(VIEWERS, (OTHER, OWN)):
        if not may(viewer, action, partner):
            assert not ask(world, viewer, partner), (name, viewer, partner)


def test_every_row_of_the_table_is_tried():
    tried = {action for action, _ in (*ASK.values(), *EMPTY.values())}
    assert set(PERMISSIONS) - tried == {"see_methods"}, "which everyone may do"


def test_the_table_gives_nobody_another_partners_files():
    for action in PERMISSIONS:
        if PERMISSIONS[action].partner == "own":
            assert may(VIEWERS[1], action, OWN) and not may(VIEWERS[1], action, OTHER) and not may(VIEWERS[1], action)


def test_an_auditor_sees_no_figure_and_changes_nothing():
    auditor = Viewer(role="auditor")
    assert {a for a in PERMISSIONS if may(auditor, a)} == {
        "see_methods", "see_people", "read_access_history", "see_settings", "see_emergency",
        "see_messages", "read_deletions",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("action", "state", "possible"),
    [
        ("accept_files", "checked", True), ("accept_files", "left", False), ("leave_files", "accepted", False),
        ("withdraw_files", "checked", False), ("withdraw_files", "accepted", True), ("answer_appeals", "upheld", False),
    ],
)  # fmt: skip
def test_a_state_limits_also_who_may(action, state, possible):
    assert may(Viewer(role="backbone"), action, OWN, state) == possible


def test_workflow_refuses_in_each_state_that_the_table_does_not_name(tmp_path):
    """What the table says of states is what the ledger lets happen; a refusal leaves everything as it is."""
    store, _, _ = door_on(tmp_path)
    steps: dict[Action, Callable[..., Any]] = {
        "accept_files": accepting.accept, "withdraw_files": accepting.withdraw, "leave_files": accepting.leave,
    }  # fmt: skip
    for state in ("checked", "accepted", "withdrawn", "left"):
        submission = submitting.check(store, FILE.replace(b"P1", state.encode()), "blood_pressure", OWN).submission
        assert submission
        if state in ("accepted", "withdrawn"):
            accepting.accept(store, submission)
        if state == "withdrawn":
            accepting.withdraw(store, submission)
        if state == "left":
            accepting.leave(store, submission)
        for action, step in steps.items():
            if not may(SERVER, action, OWN, state):
                with pytest.raises(NotPossible):
                    step(store, submission)
    store.close()
