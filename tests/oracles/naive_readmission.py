"""Readmission within 30 days worked out naively, stay by stay."""

import csv
import datetime as dt
import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial

from schemas.vocabularies.readmission_lists import OURS
from tests.oracles.scope_rows import DAY, Fact, Person, ScopeRows, Span, Unit, age_in_year, age_on

DISPOSITION_EXCLUDES = {
    "died": "died", "against_advice": "against_advice", "transfer_acute": "transferred_out", "still_here": "still_here",
}  # fmt: skip


@cache
def published(table: str) -> list[dict[str, str]]:
    """The lines of a published table, as they stand."""
    with gzip.open(OURS / f"{table}.csv.gz", "rt", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@cache
def categories(kind: str) -> dict[str, str]:
    """Code -> CCS category, of `diagnosis` or `procedure`."""
    return {line["code"]: line["category"] for line in published("diagnoses" if kind == "diagnosis" else "procedures")}


@cache
def named(kind: str, which: str) -> set[tuple[str, str]]:
    """(kind, code) of the lines of one list, of codes and of categories."""
    kinds = (kind, f"{kind}_category")
    return {
        (line["kind"], line["code"]) for line in published("lists") if line["list"] == which and line["kind"] in kinds
    }


@cache
def is_on(kind: str, which: str, code: str) -> bool | None:
    """Whether a code is on a list, by itself or by its category; None when no table knows the code."""
    mine = {(kind, code), (f"{kind}_category", categories(kind).get(code, ""))}
    if mine & named(kind, which):
        return True
    somewhere = code in categories(kind) or any(
        line["kind"] == kind and line["code"] == code for line in published("lists")
    )
    return False if somewhere else None


def diagnosis_of(stay: Fact) -> str:
    """The code in capitals without its dot, "" when there is none."""
    return (stay.get("principal_diagnosis") or "").upper().replace(".", "")


def is_planned(stay: Fact) -> bool | None:
    """Whether the stay was planned: as its partner says, else by CMS's algorithm; None when a fact is missing."""
    if stay.get("planned"):
        return bool(stay["planned"] == "yes")
    diagnosis = diagnosis_of(stay)
    procedures = re.findall(r"[0-9A-Z]+", (stay.get("procedures") or "").upper())
    if is_on("diagnosis", "always_planned", diagnosis):
        return True
    if any(is_on("procedure", "always_planned", code) for code in procedures):
        return True
    acute = is_on("diagnosis", "acute", diagnosis)
    if acute is False and any(is_on("procedure", "potentially_planned", code) for code in procedures):
        return True
    all_known = all(is_on("procedure", "always_planned", code) is not None for code in procedures)
    sent = bool(procedures) or "procedures" in stay["filled_in_file"]
    return False if acute is not None and sent and all_known else None


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

    Of two with the same two dates an open one; then the order of the hospitals' codes settles it, and of the stays.
    """
    name = f"{stay['partner']}/{stay['hospital_code']}"
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
                in_year = age_in_year(scope, person, index.begin)
                reason = exclusion(scope, index, age)
                planned = is_planned(returned.first) if returned else False
                if not reason and planned and scope.choices.planned_first_return == "drop_index":
                    reason = "planned_return"
                met = not reason and returned is not None and not planned
                told = index.final.get("expected_probability")
                likely = None if told is None else Decimal(str(told))
                stay = (index.final["partner"], index.final["stay_id"])
                rows = {"index_stay": [index.final], **({"return_stay": [returned.first]} if returned else {})}
                yield Unit(
                    person, reason, met, in_year, untold=met and planned is None, likely=likely, stay=stay, rows=rows
                )


def exclusion(scope: ScopeRows, index: Episode, age: int | None) -> str | None:
    """The first reason why the episode is not an index stay."""
    reason = DISPOSITION_EXCLUDES.get(index.final.get("disposition") or "")
    if reason and (reason != "transferred_out" or scope.choices.transfer_code_removes):
        return reason
    if (not scope.choices.unknown_age_counts) if age is None else age < 18:
        return "under_18"
    if index.end - index.begin >= 365 * DAY:
        return "very_long"
    for name in ("birth", "cancer", "rehabilitation", "psychiatric"):
        settled = name == "birth" or scope.choices.exclude_condition_stays
        if settled and is_on("diagnosis", name, diagnosis_of(index.final)):
            return name
    followed = index.end + 30 * DAY <= scope.last_covered(index.final["partner"], "hospital_stays")
    return None if followed else "no_follow_up"


any_hospital = partial(readmission, same_hospital=False)
same_hospital = partial(readmission, same_hospital=True)
