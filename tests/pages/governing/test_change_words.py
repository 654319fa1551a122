"""A change in words: each value as people say it, a partner that joins as one line, and what follows from it."""

import datetime as dt
from collections import Counter
from typing import Any, Literal, get_args, get_origin

import pytest

from pages.components.wording.settings import change_words, effect_words, field_words
from schemas.policy.partner import Partner
from schemas.policy.partnership import Calendar, Choices, Partnership, Policy
from schemas.policy.settings_places import differences
from tests.pages.test_figure_sentences import situation
from workflow.governing.settings_effect import Due, Effect

BASE = Partnership.model_validate({
    "name": "Base", "today": "2026-10-20", "targets": {"bp_control": 0.7, "systolic_diabetes": 130.0},
    "partners": [{"id": "alder", "name": "Alder", "named": True}],
})  # fmt: skip


def with_(**told: Any) -> Partnership:
    return Partnership.model_validate(BASE.model_dump() | told)


def partner(**told: Any) -> list[dict[str, Any]]:
    return [BASE.partners[0].model_dump() | told]


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({"name": "Other"}, "Name of the partnership: Base → Other"),
        ({"targets": {"bp_control": 0.725, "systolic_diabetes": 130.0}},
         "Target of “Blood pressure under control”: 70.0% → 72.5%"),
        ({"targets": {"bp_control": 0.7, "systolic_diabetes": 128.0}},
         "Target of “Systolic pressure of people with diabetes”: 130.0 mmHg → 128.0 mmHg"),
        ({"target_dates": {"bp_control": "2027-12-31"}},
         "Day of the target of “Blood pressure under control”: nothing → 31 Dec 2027"),
        ({"owners": {"bp_control": "2027-12-31 team"}}, "Owner of “Blood pressure under control”: nothing → 2027-12-31 team"),
        ({"choices": {"observation_stays_count": True}}, "Observation stays count as hospital stays: no → yes"),
        ({"policy": {"zip_digits": 3}}, "How many digits of the ZIP code are kept: All five → The first three"),
        ({"calendar": {"closes_after_days": 60}},
         "Days after a quarter's end that its rows can still come in: nothing → 60"),
        ({"partners": partner(named=False)}, "Alder: named: yes → no"),
        ({"partners": partner(hospitals=["North", "South"])}, "Alder: hospitals: nothing → North and South"),
        ({"partners": [*partner(), {"id": "birch", "name": "Birch", "hospitals": ["North"]}]}, "Birch becomes a partner"),
        ({"partners": []}, "Alder is taken out"),
        ({"scorecard": {"leave_out": ["gap"]}}, "Leave out: nothing → Widest gap"),
        ({"gaps": [{"indicator": "bp_control", "by": "sex", "groups": ["male", "female"]}]}, "Gaps: nothing → 1 entry"),
        ({"limits": {"systolic_max": {"value": 280, "reason": "Monitors"}}},
         "Systolic max: value 300.0 → value 280.0, reason Monitors"),
    ],
)  # fmt: skip
def test_a_change_is_one_line(told, line):
    after = with_(**told)
    names = {p.id: p.name for p in (*BASE.partners, *after.partners)}
    assert change_words.lines(differences(BASE, after), names) == [line]


def test_a_partner_that_left_is_called_by_its_letter_and_its_old_names_are_hidden():
    changes = differences(BASE, with_(partners=partner(name="Alder Clinic", named=False)))
    assert change_words.lines(changes, {}, {"alder": "Partner C"}) == [
        "Partner C: name: hidden → hidden", "Partner C: named: yes → no",
    ]  # fmt: skip


def effect(after: Partnership, **told: Any) -> list[str]:
    where = {"bp_control": situation((600, 1000), None, "bp_control")}
    found = Effect(
        differences(BASE, after), told.pop("with_release", []), told.pop("due", None), told.pop("withdrawn", {})
    )
    return effect_words.told(found, BASE, after, where)


def test_what_follows_from_a_target_is_said_with_the_latest_year():
    assert effect(with_(targets={"bp_control": 0.55, "systolic_diabetes": 130.0}), with_release=["targets"]) == [
        "The latest year is 60.0%.", "Now it lies 10.0 points short.", "With the change it lies at the target or better.",
        effect_words.WITH_RELEASE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ({"named": False}, "The name Alder is gone at once, also from what is published. A letter takes its place."),
        ({"kind": "clinic"}, "Alder is compared with others of its new kind."),
        ({"left": "2026-12-31"}, "Files of Alder are taken until 31 Dec 2026."),
        ({"left": "2026-10-01"}, "No file of Alder is taken any more, and its name is shown nowhere."),
        ({"contacts": ["Kim Lee"]}, effect_words.AT_ONCE),
    ],
)
def test_what_follows_for_a_partner(told, line):
    assert effect(with_(partners=partner(**told))) == [line]


def test_files_that_are_withdrawn_are_counted_before():
    lines = effect(with_(partners=partner(left="2026-10-01", rows="withdraw")), withdrawn={"alder": 3})
    assert "3 accepted files are withdrawn of Alder. An undo does not bring them back." in lines


def test_the_calendar_counts_what_is_late_under_both():
    now, then = (Due(dt.date(2027, 1, day), Counter({"missing": day, "late": 1})) for day in (15, 20))
    lines = effect(with_(calendar={"due_days": 10}), due=(now, then))
    assert lines == [
        "The next release is planned for 20 Jan 2027 in place of 15 Jan 2027.",
        "The reporting calendar now: 15 missing, 1 late, 0 on time, 0 to come.",
        "With the change: 20 missing, 1 late, 0 on time, 0 to come.",
    ]


@pytest.mark.parametrize("model", [Choices, Policy, Calendar, Partner])
def test_every_option_has_words(model):
    for name, field in model.model_fields.items():
        for part in (field.annotation, *get_args(field.annotation)):
            if get_origin(part) is Literal:
                assert field_words.OPTIONS[name].keys() == set(get_args(part))
