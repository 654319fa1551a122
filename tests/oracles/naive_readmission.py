"""Readmission within 30 days worked out naively, stay by stay."""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from tests.oracles.scope_rows import DAY, Fact, Person, ScopeRows, Span, Unit, age_on

DISPOSITION_EXCLUDES = {
    "died": "died", "against_advice": "against_advice", "transfer_acute": "transferred_out", "still_here": "still_here",
}  # fmt: skip
CONDITIONS = {
    "cancer": r"C|D0|D3[7-9]|D4|Z51[01]",
    "rehabilitation": r"Z5189",
    "psychiatric": r"F[2-9]",
}


@dataclass
class Episode:
    """Stays of one person that belong together. `final` is the stay that ends last."""

    first: Fact
    final: Fact

    @property
    def begin(self) -> dt.date:
        """Day of the first admission."""
        return self.first["admitted_on"]

    @property
    def end(self) -> dt.date:
        """Day of the last discharge (of the admission, when that is not known)."""
        return end_of(self.final)


def end_of(stay: Fact) -> dt.date:
    """The stay's last known day."""
    return stay["discharged_on"] or stay["admitted_on"]


def closing(stay: Fact) -> tuple[object, ...]:
    """Which stay of an episode discharges the person: the last to end, of those the last to begin.

    Of two with the same two dates an open one; then the order of the hospitals' names settles it, and of the stays.
    """
    name = f"{stay['partner']}/{stay.get('hospital') or ''}"
    return end_of(stay), stay["admitted_on"], stay["discharged_on"] is None, name, stay["order"]


def hospital(stay: Fact) -> tuple[str, str | None]:
    """Which hospital: the partner's name for it is only the partner's."""
    return stay["partner"], stay.get("hospital")


def episodes(scope: ScopeRows, person: Person) -> list[Episode]:
    """The person's transfer chains in order."""
    kinds = {"inpatient", "observation"} if scope.choices.observation_stays_count else {"inpatient"}
    stays = [s for s in scope.of("hospital_stays", person) if s["stay_type"] in kinds]
    found: list[Episode] = []
    for stay in sorted(stays, key=lambda s: (s["admitted_on"], end_of(s), s["order"])):
        if found and continues(found[-1], stay, combine=scope.choices.same_day_same_hospital == "combine"):
            found[-1].final = max(found[-1].final, stay, key=closing)
        else:
            found.append(Episode(stay, stay))
    return found


def continues(episode: Episode, stay: Fact, *, combine: bool) -> bool:
    """Overlaps it; or begins on the day of discharge or the day after at another hospital; or is combined."""
    gap = (stay["admitted_on"] - episode.end).days
    same = hospital(stay) == hospital(episode.final)
    return gap < 0 or (not same and gap <= 1) or (same and gap == 0 and combine)


def readmission(scope: ScopeRows, span: Span, *, same_hospital: bool) -> Iterator[Unit]:
    """One unit for each episode that is discharged in the period."""
    for person in scope.rows["hospital_stays"]:
        chain = episodes(scope, person)
        for number, index in enumerate(chain):
            if index.final["discharged_on"] and span.start <= index.final["discharged_on"] <= span.end:
                later = [
                    e for e in chain[number + 1 :]
                    if not same_hospital or hospital(e.first) == hospital(index.final)
                ]  # fmt: skip
                returned = later[0] if later and later[0].begin - index.end <= 30 * DAY else None
                age = age_on(scope.people.get(person, {}).get("born"), index.begin)
                reason = exclusion(scope, index, age)
                planned = returned is not None and returned.first.get("planned") == "yes"
                if not reason and planned and scope.choices.planned_first_return == "drop_index":
                    reason = "planned_return"
                yield Unit(person, reason, not reason and returned is not None and not planned, age)


def exclusion(scope: ScopeRows, index: Episode, age: int | None) -> str | None:
    """The first reason why the episode is not an index stay."""
    if (reason := DISPOSITION_EXCLUDES.get(index.final.get("disposition") or "")) is not None:
        return reason
    if (not scope.choices.unknown_age_counts) if age is None else age < 18:
        return "under_18"
    diagnosis = (index.final.get("principal_diagnosis") or "").upper().replace(".", "")
    if re.match(r"O|P|Z3[3478]", diagnosis):
        return "birth"
    for name, pattern in CONDITIONS.items():
        if scope.choices.exclude_condition_stays and re.match(pattern, diagnosis):
            return name
    followed = index.end + 30 * DAY <= scope.last_covered(index.final["partner"], "hospital_stays")
    return None if followed else "no_follow_up"


any_hospital = partial(readmission, same_hospital=False)
same_hospital = partial(readmission, same_hospital=True)
