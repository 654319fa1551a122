"""Contradictions between partners: backbone staff are told, and nobody who sends a file learns of another's people."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.checking.intake_report import Report
from data.ledger.store import Store
from pages.components.layout import page_state
from schemas.policy.viewer import EVERYONE, Viewer
from tests.data.checking.test_cross_checks import ENDS, File, check, put_in_force
from tests.support.new_partnerships import new_store
from workflow import reading

BETWEEN = """
demo = true
[[partners]]
id = "hill"
name = "Hill"
[[partners]]
id = "dale"
name = "Dale"
"""
BACKBONE = Viewer(role="backbone")


@pytest.fixture
def two(tmp_path: Path) -> Iterator[Store]:
    opened = new_store(tmp_path / "var", f"today = 2026-01-31\n{BETWEEN}")
    yield opened
    opened.close()


def send(store: Store, partner: str, dataset: str, *rows: str) -> Report:
    made = check(store, File(dataset, [row + ENDS.get(dataset, "") for row in rows], None), partner)
    assert made.submission
    put_in_force(store, made.submission)
    return made.report


def people(first: int, last: int, born: str = "1950-01-01", sex: str = "female") -> list[str]:
    return [f"P{n},T{n},{born},,{sex}" for n in range(first, last)]


def between(store: Store, partner: str = "hill", viewer: Viewer = BACKBONE) -> list[tuple[str, str, object]]:
    return [(b.rule, b.other, b.people) for b in reading.read_between(store, viewer, partner)]


def test_what_two_partners_contradict_each_other_in_is_told_to_backbone_staff_alone(two):
    send(two, "dale", "patients", *people(0, 20))
    report = send(two, "hill", "patients", *people(0, 12, sex="male"), *people(12, 20), *people(90, 95, sex="male"))
    assert report.table.is_empty()  # the sender learns nothing of the others
    assert between(two) == [("contradicts_elsewhere", "dale", 12)]
    assert between(two, "dale") == [("contradicts_elsewhere", "hill", 12)]
    for viewer in (EVERYONE, Viewer(role="analyst"), Viewer(role="partner", partner_id="hill")):
        assert between(two, viewer=viewer) == []


def test_how_few_people_are_contradicted_is_not_told(two):
    send(two, "dale", "patients", *people(0, 20))
    send(two, "hill", "patients", *people(0, 10, born="1950-01-02"))
    assert between(two) == [("contradicts_elsewhere", "dale", None)]


def test_partners_that_agree_where_both_know_contradict_nothing(two):
    send(two, "dale", "patients", *people(0, 20))
    send(two, "hill", "patients", *[f"P{n},T{n},,1950,declined" for n in range(20)])
    assert between(two) == []


def test_only_the_birth_date_last_sent_counts_between_partners(two):
    send(two, "dale", "patients", *people(0, 20))
    send(two, "hill", "patients", *people(0, 20, born="1950-01-02"))
    send(two, "hill", "patients", *people(0, 20))
    assert between(two) == []


def stays(first: int, last: int, start: str = "2024-03-01", end: str = "2024-03-05") -> list[str]:
    return [f"S{n},P{n},{start},{end},," for n in range(first, last)]


def test_the_same_stay_in_two_partners_hospitals_is_told_to_backbone_staff_alone(two):
    for partner in ("hill", "dale"):
        send(two, partner, "patients", *people(0, 30))
    send(two, "dale", "hospital_stays", *stays(0, 15), *stays(20, 30, "2024-03-01", "2024-03-01"))
    report = send(
        two, "hill", "hospital_stays", *stays(0, 14), *stays(14, 15, end="2024-03-06"),
        *stays(20, 30, "2024-03-01", "2024-03-01"),
    )  # fmt: skip
    assert report.table.is_empty()
    assert between(two) == [("stay_elsewhere", "dale", 14)]


def test_a_made_up_token_answers_its_sender_the_same_whether_others_know_it(two):
    send(two, "dale", "patients", "P1,T1,1950-01-01,,female")
    send(two, "dale", "hospital_stays", *stays(1, 2))
    answers = []
    for token in ("T1", "T2"):
        tried = [
            check(two, File("patients", [f"X{token},{token},1960-01-01,,male"], None), "hill"),
            check(two, File("hospital_stays", [f"S1,X{token},2024-03-01,2024-03-05,,died,inpatient"], None), "hill"),
        ]
        answers.append([(t.report.table.rows(), t.report.findings.notes) for t in tried])
    assert answers[0] == answers[1] == [([], {}), ([], {})]


def the_quality() -> None:
    """What the router runs: the page alone."""
    from pages import quality

    quality.page()


def seen(page: Callable[[], None], **query: str) -> str:
    app = AppTest.from_function(page, default_timeout=30)
    app.query_params.update(query)
    app.run()
    assert not app.exception
    return "\n".join(str(getattr(element, "value", "") or getattr(element, "body", "")) for element in app.main)


def test_the_quality_page_tells_backbone_staff_and_not_the_partner(two, tmp_path, monkeypatch):
    send(two, "dale", "patients", *people(0, 20))
    send(two, "hill", "patients", *people(0, 12, sex="male"))
    two.close()
    monkeypatch.setenv("CONCORD_DATA", str(tmp_path / "var"))
    st.cache_resource.clear()
    told = "Two partners differ in one person&#x27;s birth date or sex"
    assert told in seen(the_quality, **{"as": "backbone", "partner": "hill"})
    own = seen(the_quality, **{"as": "hill"})
    assert "What is known about the people?" in own and told not in own and "Dale" not in own
    page_state.store().close()
    st.cache_resource.clear()
