"""The three food-security figures worked out naively, person by person."""

from collections.abc import Iterator

from schemas.policy.partnership import Choices
from tests.oracles.naive_blood_pressure import VISIT_COUNTS, VISITS, stands
from tests.oracles.scope_rows import DAY, Fact, Person, ScopeRows, Span, Unit, age_in_year

SIZE = {"hunger_vital_sign": 2, "usda_6": 6, "usda_10": 10, "usda_18": 18}
POSITIVE_FROM = {2: 1, 6: 2, 10: 3, 18: 3}
POSITIVE, NEGATIVE = {"at_risk", "low", "very_low", "insecure"}, {"not_at_risk", "full", "marginal", "secure"}
DENIED = {"N", "D"}


def positive(screen: Fact, choices: Choices) -> bool | None:
    """Whether the screen says food insecure; None when it is incomplete. Answers decide, then score, then result."""
    if bounds := possible_scores(screen, choices):
        lowest, highest, size = bounds
        if (lowest >= POSITIVE_FROM[size]) == (highest >= POSITIVE_FROM[size]):
            return lowest >= POSITIVE_FROM[size]
        return False if size == 2 and choices.incomplete_vital_sign == "no_risk" else None
    result = screen.get("result")
    return True if result in POSITIVE else False if result in NEGATIVE else None


def level(screen: Fact, choices: Choices) -> str | None:
    """The level of food security: of the lowest score that the answers can mean, or of all that a score can mean."""
    if bounds := possible_scores(screen, choices):
        lowest, highest, size = bounds
        scores = [lowest] if screen.get("items") else range(lowest, highest + 1)
        if positive(screen, choices) is None:
            return None
        with_children = {True, False} if size == 18 else {False}
        if size == 18 and (screen.get("items") or screen.get("children_in_household")):
            with_children = {child_items_asked(screen)}
        found = {level_of(s, size, c) for s in scores for c in with_children}
        return found.pop() if len(found) == 1 else None
    result = screen.get("result")
    return result if result in ("full", "marginal", "low", "very_low") else None


def level_of(score: int, size: int, children: bool) -> str | None:
    """The level of a score; the Vital Sign tells none, and of six items 0 and 1 are full or marginal."""
    if size == 2:
        return None
    if size == 6:
        return None if score < 2 else "low" if score < 5 else "very_low"
    very_low_from = 8 if children else 6
    return "full" if score == 0 else "marginal" if score < 3 else "low" if score < very_low_from else "very_low"


def possible_scores(screen: Fact, choices: Choices) -> tuple[int, int, int] | None:
    """The lowest and the highest score that the screen can mean, and of how many items; None without any score."""
    size = SIZE.get(screen["instrument"])
    six = choices.long_food_forms == "six_items" and (size or 0) > 6
    if size and screen.get("items"):
        answers = screen["items"].split(";")
        answers += [""] * (size - len(answers))
        skipped = not_asked(answers, screen)
        counted = [n for n in range(size) if not six or 1 <= n <= 6]
        lowest = sum(answers[n] == "A" for n in counted)
        unknown = sum(answers[n] == "D" or (answers[n] == "" and n not in skipped) for n in counted)
        return lowest, lowest + unknown, 6 if six else size
    if size and screen.get("raw_score") is not None:
        score = int(screen["raw_score"])
        return (max(0, score - (size - 6)), min(6, score), 6) if six else (score, score, size)
    return None


def child_items_asked(screen: Fact) -> bool:
    """Whether the 18-item form went on to the children."""
    answers = (screen.get("items") or "").split(";")
    return screen.get("children_in_household") == "yes" or any(answers[10:])


def not_asked(answers: list[str], screen: Fact) -> set[int]:
    """Places (from 0) of the items that the form skips because those before them were not affirmed."""
    size, skipped = len(answers), set[int]()
    if size == 2:
        return skipped

    def denied(*places: int) -> bool:
        return all(answers[n] in DENIED or (n in skipped and not answers[n]) for n in places)

    if denied(0, 1, 2):
        skipped |= set(range(3, min(size, 10)))
    question = 2 if size == 6 else 3  # the one that "how often" follows
    if denied(question):
        skipped.add(question + 1)
    if size > 6 and denied(3, 5, 6, 7):
        skipped.add(8)
    if size > 6 and denied(8):
        skipped.add(9)
    if size == 18 and not child_items_asked(screen):
        skipped |= set(range(10, 18))
    if size == 18 and denied(10, 11, 12):
        skipped |= set(range(13, 18))
    if size == 18 and denied(14):
        skipped.add(15)
    return skipped


def screens(scope: ScopeRows, person: Person, span: Span) -> list[Fact]:
    """The person's screens of the period."""
    return [s for s in scope.of("food_security", person) if span.start <= s["screened_on"] <= span.end]


def deciding(scope: ScopeRows, person: Person, span: Span) -> tuple[Fact, bool] | None:
    """The latest complete screen of the period and whether it is positive.

    Of two on one day the positive one decides, then the household's.
    """
    judged = [(s, positive(s, scope.choices)) for s in screens(scope, person, span)]
    complete = [(s, found) for s, found in judged if found is not None]
    return max(complete, key=lambda c: (c[0]["screened_on"], c[1], c[0].get("unit") == "household"), default=None)


def alike(scope: ScopeRows, person: Person, screen: Fact) -> list[Fact]:
    """The person's screens that say the same as one, of the same day."""

    def says(s: Fact) -> tuple[object, ...]:
        return s["screened_on"], positive(s, scope.choices), s.get("unit") == "household"

    return [s for s in scope.of("food_security", person) if says(s) == says(screen)]


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
                age_in_year(scope, person, span.end),
                own,
                rows={"screen": alike(scope, person, found[0])} if found else {},
            )


def food_screening(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Everyone on the roster of a partner that screens."""
    for person, rows in scope.rows["patients"].items():
        events = scope.of("clinical_events", person)
        if not any(scope.covers(row["partner"], "food_security", span) for row in rows):
            continue
        if scope.choices.screening_eligible == "seen" and not any(seen(e, span) for e in events):
            continue
        dead = any(e["event"] == "died" and stands(e) and e["starts_on"] < span.start for e in events)
        mine = screens(scope, person, span)
        latest = [s for s in mine if s["screened_on"] == max(m["screened_on"] for m in mine)]
        by = {"screen": latest} if latest else {}
        met = not dead and bool(mine)
        yield Unit(person, "died" if dead else None, met, age_in_year(scope, person, span.end), rows=by)


def seen(event: Fact, span: Span) -> bool:
    """A finished visit that began in the period."""
    finished = event["event"] in VISITS and event.get("status") in VISIT_COUNTS
    return finished and span.start <= event["starts_on"] <= span.end


def connected_to_help(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Everyone with a positive screen that counts: was help arranged within 30 days of it?"""
    for person in scope.rows["food_security"]:
        if screen := in_need(scope, person, span):
            day = screen["screened_on"]
            told = [s for s in scope.of("food_security", person) if s.get("intervention_on")]
            helps = [s for s in told if day <= s["intervention_on"] <= day + 30 * DAY]
            first = [s for s in helps if s["intervention_on"] == min(h["intervention_on"] for h in helps)]
            rows = {"screen": alike(scope, person, screen), **({"help": first} if first else {})}
            own = {"unit": screen.get("unit") or "person"}
            yield Unit(person, None, bool(first), age_in_year(scope, person, span.end), own, rows=rows)


def in_need(scope: ScopeRows, person: Person, span: Span) -> Fact | None:
    """The screen from which help counts: the latest complete one when it is positive, or (SNS-E) the first positive one
    of January 1 to December 1, of two on one day the household's."""
    if scope.choices.help_counts_from == "latest_screen":
        found = deciding(scope, person, span)
        return found[0] if found and found[1] else None
    by = span.end.replace(day=1) if span.kind == "year" else span.end
    needs = [s for s in screens(scope, person, span) if s["screened_on"] <= by and positive(s, scope.choices)]
    return min(needs, key=lambda s: (s["screened_on"], s.get("unit") != "household"), default=None)
