"""The figures of food programs worked out naively, one person's time in a program after the other."""

from collections.abc import Iterator
from fractions import Fraction

from tests.oracles.scope_rows import Fact, Person, ScopeRows, Span, Unit, age_in_year

ENOUGH = Fraction(3, 4)


def ended(scope: ScopeRows, span: Span) -> Iterator[tuple[Person, Fact]]:
    """Every time in a program that ended in the period, as last sent."""
    for person, rows in scope.rows["food_programs"].items():
        for name in sorted({(r["partner"], r["enrollment_id"]) for r in rows}):
            row = [r for r in rows if (r["partner"], r["enrollment_id"]) == name][-1]
            if row.get("ended_on") and span.start <= row["ended_on"] <= span.end:
                yield person, row


def program_completed(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Did the person come to three of four?"""
    for person, row in ended(scope, span):
        yield unit(scope, person, row, share(row, "attended", "offered"))


def program_redeemed(scope: ScopeRows, span: Span) -> Iterator[Unit]:
    """Did the person redeem three quarters?"""
    for person, row in ended(scope, span):
        yield unit(scope, person, row, share(row, "redeemed", "issued"))


def share(row: Fact, part: str, whole: str) -> bool:
    """Whether enough of it is known to be done."""
    if row.get(part) is None or not row.get(whole):
        return False
    return Fraction(str(row[part])) >= ENOUGH * Fraction(str(row[whole]))


def unit(scope: ScopeRows, person: Person, row: Fact, met: bool) -> Unit:
    """The person's time in a program as a unit."""
    name = (row["partner"], row["enrollment_id"])
    age = age_in_year(scope, person, row["ended_on"])
    return Unit(person, None, met, age, {"program": row["program"]}, stay=name, rows={"enrolled": [row]})
