"""Who pays, from Coverage; referrals from ServiceRequest, Task and Procedure (Gravity SDOH Clinical Care)."""

import pytest

from tests.data.receiving.fhir.fhir_resources import (
    coverage,
    exported,
    patient,
    procedure,
    request,
    row,
    rows,
    task,
    told,
)
from tests.support.whole_run.every_run import some_of


@pytest.mark.parametrize(
    ("made", "payer"),
    some_of([
        (coverage("1"), "medicare"), (coverage("14"), "dual"), (coverage("2111"), "medicaid"), (coverage("512"), "commercial"),
        (coverage("81"), "uninsured"), (coverage("9999"), "unknown"), (coverage("1", system="urn:local"), None),
        (coverage(type={"coding": [{"system": "urn:local", "code": "x", "display": "Medicaid HMO"}]}), "medicaid"),
        (coverage(type={}, payor=[{"display": "Aetna"}]), "commercial"),
        (coverage(type={}, payor=[{"reference": "Patient/p1", "display": "Canary Q"}]), "uninsured"),
        (coverage(type={}, payor=[{"reference": "RelatedPerson/1", "display": "Canary Q"}]), None),
        (coverage(status="cancelled"), None), (coverage(beneficiary={"reference": "Patient/p9"}), None),
    ], 3),
)  # fmt: skip
def test_the_payer_is_that_of_an_active_coverage(made, payer):
    assert row(patient(), made, dataset="patients").get("payer") == payer


def test_of_several_coverages_the_first_in_order_of_those_that_have_not_ended_counts_and_two_programs_are_both():
    ended = coverage("1", "v0", period={"start": "2020-01-01", "end": "2022-12-31"})
    assert (
        row(patient(), ended, coverage("5", "v2", order=2), coverage("2", order=1), dataset="patients")["payer"]
        == "medicaid"
    )
    assert row(patient(), coverage("1"), coverage("2", "v2"), dataset="patients")["payer"] == "dual"
    made = exported(patient(), ended, coverage())
    assert made.contents.used["patients", "Coverage"] == 1 and made.contents.outside("patients")["Coverage"] == 1


def test_a_task_and_its_request_are_one_row():
    made = exported(request(), task("completed"), procedure("1", basedOn=[{"reference": "ServiceRequest/r1"}]))
    assert rows(made, "referrals") == [{
        "referral_id": "r1", "patient_id": "p1", "need": "food", "sent_on": "2026-03-02", "sent_by": "Alder",
        "received_by": "Harbor", "status": "completed", "status_on": "2026-03-05", "service_on": "2026-02-03",
    }]  # fmt: skip
    assert made.contents.used["referrals", "ServiceRequest"] == made.contents.used["referrals", "Task"] == 1


@pytest.mark.parametrize(
    ("code", "need"), [("housing-instability", "housing"), ("stress", "other"), ("laboratory", None)]
)
def test_a_request_is_a_referral_when_its_category_is_a_need(code, need):
    assert [r["need"] for r in rows(exported(request(code), task()), "referrals")] == [need] * (need is not None)


@pytest.mark.parametrize(
    ("status", "said", "day"),
    [
        ("active", "requested", "2026-03-02"),
        ("revoked", "cancelled", "2026-03-09"),
        ("completed", "completed", "2026-03-09"),
    ],
)
def test_a_request_without_a_task_tells_its_own_status(status, said, day):
    made = row(request(status=status, meta={"lastUpdated": "2026-03-09T08:00:00-05:00"}), dataset="referrals")
    assert (made["status"], made["status_on"]) == (said, day)


def test_what_was_entered_in_error_is_told_and_a_task_about_something_else_is_outside():
    made = exported(request(), task("entered-in-error"), task(id="t2", focus={"reference": "ServiceRequest/r9"}))
    assert told(made, "referrals") == {"not_done": [2]}
    assert made.contents.outside("referrals")["Task"] == 1


def test_the_reason_is_its_code_and_never_its_text_and_a_persons_name_is_not_taken():
    reason = {"coding": [{"code": "unable-to-contact", "display": "Unable to contact"}], "text": "Canary said"}
    doctor = {"reference": "Practitioner/1", "display": "Canary Q"}
    made = row(request(requester=doctor), task("failed", statusReason=reason), dataset="referrals")
    assert made["closure_reason"] == "Unable to contact" and "Canary" not in str(made) and "sent_by" not in made
