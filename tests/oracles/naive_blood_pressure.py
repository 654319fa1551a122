"""Blood-pressure control (CMS165v14) worked out naively, person by person."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from tests.oracles.scope_rows import Fact, Person, ScopeRows, Span, Unit, age_in_year, age_on, months_later

VISITS = {
    "office_visit", "annual_wellness_visit", "preventive_visit",
    "home_health_visit", "virtual_visit", "telephone_visit",
}  # fmt: skip
DIAGNOSIS_COUNTS = {None, "confirmed", "unconfirmed", "provisional", "differential"}
VISIT_COUNTS = {None, "finished"}
DIAGNOSES = {
    "pregnancy", "end_stage_renal_disease", "ckd_stage_5", "kidney_transplant_recipient", "frailty", "advanced_illness",
}  # fmt: skip


def stands(event: Fact) -> bool:
    """A diagnosis that is not refuted, or care that is finished: only these leave a person out."""
    allowed = {*VISIT_COUNTS, *DIAGNOSIS_COUNTS} if event["event"] in DIAGNOSES else VISIT_COUNTS
    return event.get("status") in allowed


def bp_control(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """One unit for each person of the initial population."""
    for person in {*scope.rows["clinical_events"]}:
        age = age_on(scope.people.get(person, {}).get("born"), span.end)
        adult = scope.choices.unknown_age_counts if age is None else 18 <= age <= 85
        if adult and in_population(scope, person, span):
            reason = exclusion(scope, person, span, age)
            met, rows = (
                not reason and controlled(scope, person, span),
                lowest(scope, person, deciding_day(scope, person, span)),
            )
            yield Unit(person, reason, met, age_in_year(scope, person, span.end), rows=rows)


def in_population(scope: ScopeRows, person: Person, span: Span) -> bool:
    """Year: hypertension in the first six months and a visit. Month: hypertension and a reading that month."""
    events = scope.of("clinical_events", person)
    ill = [e for e in events if e["event"] == "hypertension" and e.get("status") in DIAGNOSIS_COUNTS]
    if span.kind == "month":
        return any(during(e, span.start, span.end) for e in ill) and deciding_day(scope, person, span) is not None
    before = months_later(span.start, 6)
    return any(e["starts_on"] < before and during(e, span.start, span.end) for e in ill) and any(
        e["event"] in VISITS and e.get("status") in VISIT_COUNTS
        and span.start <= e["starts_on"] and last_day(e) <= span.end
        for e in events
    )  # fmt: skip


def systolic_diabetes(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """One unit for each adult with diabetes and a systolic pressure in the period: the lowest of the latest day."""
    for person in {*scope.rows["blood_pressure"]}:
        age = age_on(scope.people.get(person, {}).get("born"), span.end)
        adult = scope.choices.unknown_age_counts if age is None else age >= 18
        diabetic = any(
            e["event"] == "diabetes" and e.get("status") in DIAGNOSIS_COUNTS and during(e, span.start, span.end)
            for e in scope.of("clinical_events", person)
        )
        systolic = latest_systolic(scope, person, span)
        if adult and diabetic and systolic is not None:
            reasons = ("hospice", "pregnancy", "palliative_care")
            reason = next((r for r in reasons if any(during(e, *span[1:]) for e in left_out(scope, person, r))), None)
            rows = lowest(scope, person, systolic_day(scope, person, span), "systolic")
            age = age_in_year(scope, person, span.end)
            yield Unit(person, reason, False, age, value=Decimal(str(systolic)), rows=rows)


def left_out(scope: ScopeRows, person: Person, name: str) -> Iterator[Fact]:
    """Events of a name that stand, and for hospice the discharges to it, each as an event."""
    for event in scope.of("clinical_events", person):
        if event["event"] == name and stands(event):
            yield event
    for stay in scope.of("hospital_stays", person) if name == "hospice" else ():
        if stay["disposition"] == "hospice" and stay["discharged_on"]:
            yield {"starts_on": stay["discharged_on"], "ends_on": stay["discharged_on"]}


def latest_systolic(scope: ScopeRows, person: Person, span: Span) -> float | None:
    """The lowest systolic of the latest day of the period that has one."""
    day = systolic_day(scope, person, span)
    return None if day is None else min(pressures(scope, person, day)[0])


def systolic_day(scope: ScopeRows, person: Person, span: Span) -> dt.date | None:
    """The latest day of the period with a systolic among readings that qualify."""
    days = {r["measured_on"] for r in scope.of("blood_pressure", person) if span.start <= r["measured_on"] <= span.end}
    return next((d for d in sorted(days, reverse=True) if pressures(scope, person, d)[0]), None)


def lowest(scope: ScopeRows, person: Person, day: dt.date | None, *which: str) -> dict[str, list[Fact]]:
    """The readings with the lowest pressure of each kind on a day."""
    found: dict[str, list[Fact]] = {}
    if day is None:
        return found
    for name in which or ("systolic", "diastolic"):
        told = [r for r in readings(scope, person, day) if r[name] is not None]
        found[f"lowest_{name}"] = [r for r in told if r[name] == min(t[name] for t in told)]
    return found


def during(event: Fact, start: dt.date, end: dt.date) -> bool:
    """Overlaps the days; what has no end goes on."""
    return bool(event["starts_on"] <= end and (event.get("ends_on") or dt.date.max) >= start)


def last_day(event: Fact) -> dt.date:
    """The last day of a visit or procedure; without an end it is of one day."""
    return event.get("ends_on") or event["starts_on"]


def exclusion(scope: ScopeRows, person: Person, span: Span, age: int | None) -> str | None:
    """The first reason that leaves the person out."""
    facts: dict[str, list[Fact]] = {}
    for event in scope.of("clinical_events", person):
        if stands(event):
            facts.setdefault(event["event"], []).append(event)

    def any_during(*names: str, start: dt.date = span.start) -> bool:
        return any(during(e, start, span.end) for name in names for e in facts.get(name, []))

    def any_by_end(name: str, day: Any) -> bool:
        return any(day(e) <= span.end for e in facts.get(name, []))

    year_before = span.start.replace(year=span.start.year - 1)
    to_hospice = any(
        s["disposition"] == "hospice" and s["discharged_on"] and span.start <= s["discharged_on"] <= span.end
        for s in scope.of("hospital_stays", person)
    )
    ill = any(year_before <= e["starts_on"] <= span.end for e in facts.get("advanced_illness", []))
    reasons = {
        "hospice": any_during("hospice") or to_hospice,
        "pregnancy": any_during("pregnancy"),
        "kidney_failure": any_during("end_stage_renal_disease", "ckd_stage_5", "kidney_transplant_recipient")
        or any_by_end("dialysis", last_day)
        or any_by_end("kidney_transplant", last_day)
        or any_by_end("esrd_monthly_service", lambda e: e["starts_on"]),
        "palliative_care": any_during("palliative_care"),
        "frail_66_to_80": age is not None and 66 <= age <= 80 and any_during("frailty")
        and (ill or any_during("dementia_medication", start=year_before)),
        "frail_81": age is not None and age >= 81 and any_during("frailty"),
        "nursing_home": age is not None and age >= 66 and last_home(facts, span.end) == "nursing_home",
    }  # fmt: skip
    return next((reason for reason, applies in reasons.items() if applies), None)


def last_home(facts: dict[str, list[Fact]], by: dt.date) -> str | None:
    """The last housing observation by a day; of two on one day the nursing home."""
    seen = [e for name in ("nursing_home", "other_housing") for e in facts.get(name, []) if e["starts_on"] <= by]
    return max(seen, key=lambda e: (e["starts_on"], e["event"] == "nursing_home"))["event"] if seen else None


def deciding_day(scope: ScopeRows, person: Person, span: Span) -> dt.date | None:
    """The latest day of the period with both components among readings that qualify."""
    days = [
        day
        for day in {r["measured_on"] for r in scope.of("blood_pressure", person)}
        if span.start <= day <= span.end and all(pressures(scope, person, day))
    ]
    return max(days, default=None)


def pressures(scope: ScopeRows, person: Person, day: dt.date) -> tuple[list[float], list[float]]:
    """Systolic and diastolic values of one day's qualifying readings."""
    found = readings(scope, person, day)
    return (
        [r["systolic"] for r in found if r["systolic"] is not None],
        [r["diastolic"] for r in found if r["diastolic"] is not None],
    )


def readings(scope: ScopeRows, person: Person, day: dt.date) -> list[Fact]:
    """One day's qualifying readings."""
    in_hospital = any(
        e["event"] in ("inpatient_stay", "emergency_visit") and e.get("status") in VISIT_COUNTS
        and e["starts_on"] <= day <= last_day(e)
        for e in scope.of("clinical_events", person)
    )  # fmt: skip
    return [
        r
        for r in scope.of("blood_pressure", person)
        if r["measured_on"] == day
        and r.get("setting") not in ("emergency", "inpatient")
        and not (r.get("setting") is None and in_hospital)
    ]


def controlled(scope: ScopeRows, person: Person, span: Span) -> bool:
    """Lowest systolic below 140 and lowest diastolic below 90 on the deciding day."""
    day = deciding_day(scope, person, span)
    if day is None:
        return False
    systolic, diastolic = pressures(scope, person, day)
    return min(systolic) < 140 and min(diastolic) < 90
