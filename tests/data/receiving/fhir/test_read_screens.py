"""Food screens: one row for a screen, however its answers are laid out."""

import pytest

from tests.support.fhir_resources import answer, coded, exported, observation, row, rows, table, told

OFTEN, NEVER, AT_RISK = "LA28397-0", "LA28398-8", "LA19952-3"
FIRST, SECOND, RISK, PANEL = "88122-7", "88123-5", "88124-3", "88121-9"
WHOLE = {
    "patient_id": "p1", "screened_on": "2026-03-01", "instrument": "hunger_vital_sign", "items": f"{OFTEN};{NEVER}",
    "result": "at_risk",
}  # fmt: skip


def test_answers_of_one_moment_are_one_screen():
    made = exported(answer(FIRST, OFTEN), answer(SECOND, NEVER, id="o2"), answer(RISK, AT_RISK, id="o3"))
    assert rows(made, "food_security") == [WHOLE]
    assert table(made, "food_security").joined == 2


def test_a_panel_with_components():
    parts = [
        {"code": coded(c), "valueCodeableConcept": coded(a)}
        for c, a in ((FIRST, OFTEN), (SECOND, NEVER), (RISK, AT_RISK))
    ]
    assert row(observation(PANEL, component=parts), dataset="food_security") == WHOLE


def test_a_panel_that_names_its_answers_although_they_differ_in_minutes():
    members = [{"reference": f"Observation/{n}"} for n in ("a", "b", "c")]
    later = {"effectiveDateTime": "2026-03-01T09:31:00-05:00"}
    made = exported(
        answer(SECOND, NEVER, id="b", **later), observation(PANEL, hasMember=members), answer(FIRST, OFTEN, id="a"),
        answer(RISK, AT_RISK, id="c", **later),
    )  # fmt: skip
    assert rows(made, "food_security") == [WHOLE]


def test_two_moments_are_two_screens():
    later = {"effectiveDateTime": "2026-06-01T09:31:00-05:00"}
    made = exported(answer(FIRST, OFTEN), answer(FIRST, NEVER, id="o2", **later))
    assert [r["items"] for r in rows(made, "food_security")] == [f"{OFTEN};", f"{NEVER};"]


def test_a_second_item_alone_keeps_its_place():
    assert row(answer(SECOND, OFTEN), dataset="food_security")["items"] == f";{OFTEN}"


def test_the_risk_alone_is_the_result():
    made = row(answer(RISK, AT_RISK), dataset="food_security")
    assert (made["instrument"], made["result"], "items" in made) == ("hunger_vital_sign", "at_risk", False)


@pytest.mark.parametrize(("code", "level"), [("LA30985-8", "low"), ("LA30986-6", "very_low"), ("LA0-0", "LA0-0")])
def test_a_level_of_the_usda_modules_comes_without_its_answers(code, level):
    made = row(answer("95264-8", code), dataset="food_security")
    assert (made["instrument"], made["result"]) == ("result_only", level)


def test_an_answer_that_was_taken_back_is_none():
    made = exported(answer(FIRST, OFTEN), answer(SECOND, OFTEN, id="o2", status="entered-in-error"))
    assert [r["items"] for r in rows(made, "food_security")] == [f"{OFTEN};"]
    assert told(made, "food_security") == {"not_done": [2]}
