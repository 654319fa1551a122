"""The three food-security figures worked out naively, person by person."""

from collections.abc import Iterator

from tests.oracles.naive_blood_pressure import NEVER, VISIT_COUNTS, VISITS
from tests.oracles.scope_rows import DAY, Fact, Person, ScopeRows, Span, Unit, age_on

POSITIVE_FROM = {"hunger_vital_sign": 1, "usda_6": 2, "usda_10": 3, "usda_18": 3}
POSITIVE, NEGATIVE = {"at_risk", "low", "very_low", "insecure"}, {"not_at_risk", "full", "marginal", "secure"}


def positive(screen: Fact, *, unfinished_is_no_risk: bool) -> bool | None:
    """Whether the screen says food insecure; None when it is incomplete. Answers decide, then score, then result."""
    limit = POSITIVE_FROM.get(screen["instrument"])
    if screen.get("items") and limit:
        answers = screen["items"].split(";")
        if screen["instrument"] == "hunger_vital_sign":
            affirmed = "A" in answers
            return affirmed if affirmed or answers == ["N", "N"] or unfinished_is_no_risk else None
        asked = asked_of(answers, screen["instrument"])
        missing = sum(answer in ("D", "") for answer in asked)
        return None if 2 * missing > len(asked) else asked.count("A") >= limit
    if screen.get("raw_score") is not None and limit:
        return bool(screen["raw_score"] >= limit)
    result = screen.get("result")
    return True if result in POSITIVE else False if result in NEGATIVE else None


def asked_of(answers: list[str], instrument: str) -> list[str]:
    """The answers to items that were asked: a blank where the form skips an item is no missing answer.

    The long forms go on after their first three items only when one of them is affirmative; the last eight of the
    18 items are for households with children.
    """
    if instrument != "usda_6" and answers[:3] == ["N"] * 3:
        return [answer or "N" for answer in answers]
    if len(answers) == 18 and not any(answers[10:]):
        return answers[:10]
    return answers


def screens(scope: ScopeRows, person: Person, span: Span) -> list[Fact]:
    """The person's screens of the period."""
    return [s for s in scope.of("food_security", person) if span.start <= s["screened_on"] <= span.end]


def deciding(scope: ScopeRows, person: Person, span: Span) -> tuple[Fact, bool] | None:
    """The latest complete screen of the period and whether it is positive.

    Of two on one day the positive one decides, then the household's.
    """
    no_risk = scope.choices.incomplete_vital_sign == "no_risk"
    judged = [(s, positive(s, unfinished_is_no_risk=no_risk)) for s in screens(scope, person, span)]
    complete = [(s, found) for s, found in judged if found is not None]
    return max(complete, key=lambda c: (c[0]["screened_on"], c[1], c[0].get("unit") == "household"), default=None)


def _age(scope: ScopeRows, person: Person, span: Span) -> int | None:
    return age_on(scope.people.get(person, {}).get("born"), span.end)


def food_insecurity(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Everyone screened; those without a complete screen are left out."""
    for person in scope.rows["food_security"]:
        if screens(scope, person, span):
            found = deciding(scope, person, span)
            own = {"unit": found[0].get("unit") or "person"} if found else {}
            yield Unit(
                person,
                None if found else "incomplete",
                bool(found and found[1]),
                _age(scope, person, span),
                own,
            )


def food_screening(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Everyone on the roster of a partner that screens."""
    for person, rows in scope.rows["patients"].items():
        events = scope.of("clinical_events", person)
        if not any(scope.covers(row["partner"], "food_security", span) for row in rows):
            continue
        if scope.choices.screening_eligible == "seen" and not any(seen(e, span) for e in events):
            continue
        dead = any(
            e["event"] == "died" and e.get("status") not in NEVER and e["starts_on"] < span.start for e in events
        )
        screened = not dead and bool(screens(scope, person, span))
        yield Unit(person, "died" if dead else None, screened, _age(scope, person, span))


def seen(event: Fact, span: Span) -> bool:
    """A finished visit that began in the period."""
    finished = event["event"] in VISITS and event.get("status") in VISIT_COUNTS
    return finished and span.start <= event["starts_on"] <= span.end


def connected_to_help(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Everyone whose latest complete screen is positive: was help arranged within 30 days of it?"""
    for person in scope.rows["food_security"]:
        found = deciding(scope, person, span)
        if found and found[1]:
            day = found[0]["screened_on"]
            help_days = [s["intervention_on"] for s in scope.of("food_security", person) if s.get("intervention_on")]
            helped = any(day <= helped_on <= day + 30 * DAY for helped_on in help_days)
            yield Unit(person, None, helped, _age(scope, person, span), {"unit": found[0].get("unit") or "person"})
