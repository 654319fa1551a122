"""The three food-security figures worked out naively, person by person."""

from collections.abc import Iterator

from tests.oracle_blood_pressure import NEVER, VISIT_COUNTS, VISITS, last_day
from tests.oracle_scene import DAY, Fact, Person, Scene, Span, Unit, age_on

POSITIVE_FROM = {"hunger_vital_sign": 1, "usda_6": 2, "usda_10": 3, "usda_18": 3}
POSITIVE, NEGATIVE = {"at_risk", "low", "very_low", "insecure"}, {"not_at_risk", "full", "marginal", "secure"}


def positive(screen: Fact, *, unfinished_is_no_risk: bool) -> bool | None:
    """Whether the screen says food insecure; None when it is incomplete. Answers decide, then score, then result."""
    limit = POSITIVE_FROM.get(screen["instrument"])
    if screen.get("items"):
        answers = screen["items"].split(";")
        affirmed = answers.count("A")
        if screen["instrument"] == "hunger_vital_sign":
            if affirmed:
                return True
            return False if answers == ["N", "N"] or unfinished_is_no_risk else None
        # Items behind the last answer were not asked (the forms skip them): they are not missing answers.
        given = screen["items"].rstrip(";").split(";")
        missing = sum(answer in ("D", "") for answer in given)
        return None if 2 * missing > len(given) or limit is None else affirmed >= limit
    if screen.get("raw_score") is not None and limit is not None:
        return bool(screen["raw_score"] >= limit)
    result = screen.get("result")
    return True if result in POSITIVE else False if result in NEGATIVE else None


def screens(scene: Scene, person: Person, span: Span) -> list[Fact]:
    """The person's screens of the period."""
    return [s for s in scene.of("food_security", person) if span.start <= s["screened_on"] <= span.end]


def deciding(scene: Scene, person: Person, span: Span) -> tuple[Fact, bool] | None:
    """The latest complete screen of the period (of two on one day the positive one), and whether it is positive."""
    no_risk = scene.choices.incomplete_vital_sign == "no_risk"
    judged = [(s, positive(s, unfinished_is_no_risk=no_risk)) for s in screens(scene, person, span)]
    complete = [(s, found) for s, found in judged if found is not None]
    return max(complete, key=lambda c: (c[0]["screened_on"], c[1]), default=None)


def _age(scene: Scene, person: Person, span: Span) -> int | None:
    return age_on(scene.people.get(person, {}).get("born"), span.end)


def food_insecurity(scene: Scene, span: Span) -> Iterator[Unit]:
    """Everyone screened; those without a complete screen are left out."""
    for person in scene.rows["food_security"]:
        if screens(scene, person, span):
            found = deciding(scene, person, span)
            own = {"unit": found[0].get("unit") or "person"} if found else {}
            yield Unit(
                person,
                None if found else "incomplete",
                bool(found and found[1]),
                _age(scene, person, span),
                own,
            )


def food_screening(scene: Scene, span: Span) -> Iterator[Unit]:
    """Everyone on the roster of a partner that screens."""
    for person, rows in scene.rows["patients"].items():
        events = scene.of("clinical_events", person)
        if not any(scene.covers(row["partner"], "food_security", span) for row in rows):
            continue
        if scene.choices.screening_eligible == "seen" and not any(seen(e, span) for e in events):
            continue
        dead = any(
            e["event"] == "died" and e.get("status") not in NEVER and e["starts_on"] < span.start for e in events
        )
        screened = not dead and bool(screens(scene, person, span))
        yield Unit(person, "died" if dead else None, screened, _age(scene, person, span))


def seen(event: Fact, span: Span) -> bool:
    """A finished visit wholly inside the period."""
    finished = event["event"] in VISITS and event.get("status") in VISIT_COUNTS
    return finished and event["starts_on"] >= span.start and last_day(event) <= span.end


def connected_to_help(scene: Scene, span: Span) -> Iterator[Unit]:
    """Everyone whose latest complete screen is positive: was help arranged within 30 days of it?"""
    for person in scene.rows["food_security"]:
        found = deciding(scene, person, span)
        if found and found[1]:
            day = found[0]["screened_on"]
            help_days = [s["intervention_on"] for s in scene.of("food_security", person) if s.get("intervention_on")]
            helped = any(day <= helped_on <= day + 30 * DAY for helped_on in help_days)
            yield Unit(person, None, helped, _age(scene, person, span), {"unit": found[0].get("unit") or "person"})
