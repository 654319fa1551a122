"""The figures of referrals worked out naively, person by person and day by day."""

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from tests.oracles.naive_food import positive
from tests.oracles.scope_rows import DAY, Fact, Person, ScopeRows, Span, Unit, age_in_year

ACCEPTED = {"accepted", "in_progress", "completed"}
ENDED = {"completed", "rejected", "cancelled", "failed"}
SATURDAY = 5


class Loop(NamedTuple):
    """One need of one person, from the day on which the first referral for it was sent."""

    person: Person
    need: str
    begun: dt.date
    rows: list[Fact]

    @property
    def first(self) -> Fact:
        """The row that names the loop."""
        return min(
            (r for r in self.rows if r["sent_on"] == self.begun),
            key=lambda r: (r["order"], r["status_on"], r["partner"]),
        )

    def begins(self, period: Span) -> bool:
        """Whether it was sent in the period."""
        return period.start <= self.begun <= period.end


def loops(scope: ScopeRows) -> Iterator[Loop]:
    """Every loop: a day more than 7 days after a loop began begins another."""
    for person, rows in scope.rows["referrals"].items():
        for need in sorted({row["need"] for row in rows}):
            mine = sorted((r for r in rows if r["need"] == need), key=lambda r: r["sent_on"])
            while mine:
                begun = mine[0]["sent_on"]
                yield Loop(person, need, begun, [r for r in mine if r["sent_on"] <= begun + 7 * DAY])
                mine = [r for r in mine if r["sent_on"] > begun + 7 * DAY]


def fifth_working_day(day: dt.date) -> dt.date:
    """Counted one by one, Monday to Friday."""
    left = 5
    while left:
        day += DAY
        left -= day.weekday() < SATURDAY
    return day


def accepted_on(row: Fact) -> dt.date | None:
    """The first day by which a row says that the referral was accepted."""
    days = [row["status_on"]] if row["status"] in ACCEPTED else []
    return min([*days, row["service_on"]] if row.get("service_on") else days, default=None)


def served_on(row: Fact) -> dt.date | None:
    """The first day by which a row says that the person was helped."""
    helped = row["status"] == "completed" and row.get("closure_reason") == "helped"
    days = [row["status_on"]] if helped else []
    return min([*days, row["service_on"]] if row.get("service_on") else days, default=None)


def earliest(rows: list[tuple[dt.date, Fact]], until: dt.date) -> list[Fact]:
    """The rows with the earliest day, where that is not after another."""
    inside = [(day, row) for day, row in rows if day <= until]
    return [row for day, row in inside if day == min(d for d, _ in inside)]


def acceptance(loop: Loop) -> list[Fact]:
    """Rows that say it was accepted by the fifth working day."""
    days = [(day, row) for row in loop.rows if (day := accepted_on(row))]
    return earliest(days, fifth_working_day(loop.begun))


def service(loop: Loop) -> list[Fact]:
    """Rows that say the person was helped within 90 days."""
    return earliest([(day, row) for row in loop.rows if (day := served_on(row))], loop.begun + 90 * DAY)


def latest(loop: Loop) -> list[Fact]:
    """The rows with the latest status within 90 days; on one day one that ended it."""
    inside = [r for r in loop.rows if r["status_on"] <= loop.begun + 90 * DAY]
    last = max(((r["status_on"], r["status"] in ENDED) for r in inside), default=None)
    return [r for r in inside if (r["status_on"], r["status"] in ENDED) == last]


def referral_accepted(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Every loop: was it accepted in time?"""
    for loop in loops(scope):
        if loop.begins(span):
            found = acceptance(loop)
            yield unit(scope, loop, loop.begun, bool(found), {"acceptance": found}, cohort=True)


def referral_outcome_known(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Every loop: is it known how it ended?"""
    for loop in loops(scope):
        if loop.begins(span):
            last, helped = latest(loop), service(loop)
            known = bool(helped) or any(r["status"] in ENDED for r in last)
            yield unit(scope, loop, loop.begun, known, {"latest": last, "service": helped}, cohort=True)


def referral_served(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Every loop: was the person helped?"""
    for loop in loops(scope):
        if loop.begins(span):
            found = service(loop)
            yield unit(scope, loop, loop.begun, bool(found), {"service": found}, cohort=True)


def next_screen(scope: ScopeRows, loop: Loop) -> tuple[list[Fact], bool] | None:
    """The next complete screens, 90 to 365 days after, and whether the day's are all negative."""
    told = [(s, positive(s, scope.choices)) for s in scope.of("food_security", loop.person)]
    inside = [
        (s, found)
        for s, found in told
        if found is not None and loop.begun + 90 * DAY <= s["screened_on"] <= loop.begun + 365 * DAY
    ]
    if not inside:
        return None
    day = min(s["screened_on"] for s, _ in inside)
    insecure = any(found for s, found in inside if s["screened_on"] == day)
    of_day = [s for s, found in inside if s["screened_on"] == day and found == insecure]
    return [s for s in of_day if s.get("unit") == "household"] or of_day, not insecure


def referral_rescreened(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Every loop for food, a year later: was the person asked again?"""
    for loop, ended in followed(scope, span):
        screen = next_screen(scope, loop)
        yield unit(scope, loop, ended, screen is not None, {"screen": screen[0] if screen else []})


def referral_need_gone(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Every loop for food whose person was asked again, a year later: is the need gone?"""
    for loop, ended in followed(scope, span):
        if screen := next_screen(scope, loop):
            yield unit(scope, loop, ended, screen[1], {"screen": screen[0]})


def followed(scope: ScopeRows, span: Span) -> Iterator[tuple[Loop, dt.date]]:
    """The loops for food whose year ends in the period."""
    for loop in loops(scope):
        ended = loop.begun + 365 * DAY
        if loop.need == "food" and span.start <= ended <= span.end:
            yield loop, ended


def unfollowed(scope: ScopeRows, loop: Loop) -> str | None:
    """Why it is left out: the data of the partner that names it does not reach 90 days on."""
    last = scope.last_covered(loop.first["partner"], "referrals")
    return None if loop.begun + 90 * DAY <= last else "no_follow_up"


def unit(
    scope: ScopeRows, loop: Loop, day: dt.date, met: bool, rows: dict[str, list[Fact]], *, cohort: bool = False
) -> Unit:
    """A loop as a unit, named by its first referral. `cohort`: by need, and followed for 90 days or left out."""
    first = loop.first
    reason = unfollowed(scope, loop) if cohort else None
    same = [r for r in loop.rows if all(r[k] == first[k] for k in ("sent_on", "order", "status_on", "partner"))]
    decided = {"sent": same, **{name: found for name, found in rows.items() if found}}
    own = {"need": loop.need} if cohort else {}
    name = (first["partner"], first["referral_id"])
    return Unit(
        loop.person, reason, met and not reason, age_in_year(scope, loop.person, day), own, stay=name, rows=decided
    )
