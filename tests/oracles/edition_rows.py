"""What the research edition should show of its units, worked out naively: which are there, and which rows decided.

A unit that hangs on where in the year the birthday lies is not to be shown with its person.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from data.ledger.pseudonyms import Pseudonyms, domain
from metrics.indicators import indicators
from metrics.results import edition_units
from tests.oracles.naive import LINKED, ORACLES
from tests.oracles.scope_rows import Fact, Person, ScopeRows, Span, Unit, scopes, spans
from tests.support.partnerships import TestPartnership

BIRTHDAYS = ((1, 1), (4, 1), (7, 1), (10, 1), (12, 31))
Rows = set[tuple[int, int]]
"""Submission, and row of its file."""


class Key(NamedTuple):
    """What tells a unit row from the others."""

    indicator: str
    scope: str
    person_key: uuid.UUID
    unit_id: uuid.UUID | None
    period_end: dt.date


class Edition:
    """A partnership's units as the edition holds them, and who is who in it."""

    def __init__(self, partnership: TestPartnership) -> None:
        self.of = partnership
        self.cur = partnership.store.cursor()
        edition_units.set_unit_rows(self.cur, indicators(), partnership.choices)
        people = self.cur.execute("SELECT partner_id, patient_id, person_key FROM temp.edition_people").fetchall()
        self.people = {(partner, patient): key for partner, patient, key in people}
        self.submissions = {sent.rank: sent.submission for sent in partnership.accepted}

    def person_key(self, scope: ScopeRows, person: Person) -> uuid.UUID:
        """By any row about the person."""
        fact = next(fact for rows in scope.rows.values() for fact in rows.get(person, []))
        return self.people[fact["partner"], self.of.pseudonym(fact["partner"], fact["patient_id"])]

    def row(self, fact: Fact) -> tuple[int, int]:
        """Where a fact was sent; the header is row 1."""
        return self.submissions[fact["rank"]], fact["row"] + 2

    def units(self) -> dict[Key, tuple[Any, ...]]:
        """The units that are shown with their person -> counts, reason, met."""
        rows = self.cur.execute(f"""SELECT {", ".join(Key._fields)}, in_denominator, exclusion_reason, in_numerator
            FROM ({edition_units.UNITS}) WHERE person_key IN (SELECT person_key FROM temp.edition_people)""").fetchall()
        assert len({row[:5] for row in rows}) == len(rows)
        return {Key(*row[:5]): row[5:] for row in rows}

    def deciding(self) -> dict[tuple[Key, str], tuple[int, int]]:
        """The rows that decided."""
        rows = self.cur.execute(
            f'SELECT {", ".join(Key._fields)}, fact, submission, "row" FROM ({edition_units.DECIDING})'
        )
        return {(Key(*row[:5]), row[5]): (row[6], row[7]) for row in rows.fetchall()}

    def expected(self) -> Iterator[tuple[Key, Unit]]:
        """The units whose row says nothing of a birthday beyond its year: not those of totals with returns."""
        *own, together = scopes(self.of.accepted, self.of.choices, self.of.store.key)
        for indicator, (main, _) in ORACLES.items():
            linked = [together] if LINKED.get(indicator, "people") == "people" else []
            for span in spans(self.of.accepted, main):
                for scope in (*own, *linked) if span.kind == "year" else ():
                    yield from self._of(indicator, scope, span)

    def _of(self, indicator: str, scope: ScopeRows, span: Span) -> Iterator[tuple[Key, Unit]]:
        _, units = ORACLES[indicator]
        asked = [scope, *(_born(scope, birthday) for birthday in BIRTHDAYS)]
        found = [{(u.person, u.stay): u for u in units(one, span)} for one in asked]
        for who, unit in found[0].items():
            answers = {(u.reason, u.met, u.value) if u else None for u in (answer.get(who) for answer in found)}
            if len(answers) == 1:
                yield (
                    Key(
                        indicator,
                        scope.owner,
                        self.person_key(scope, unit.person),
                        self._stay(indicator, unit),
                        span.end,
                    ),
                    unit,
                )

    def _stay(self, indicator: str, unit: Unit) -> uuid.UUID | None:
        if not unit.stay:
            return None
        partner, stay = unit.stay
        ids = {"referral": "referral_id", "program": "enrollment_id"}
        column = ids.get(indicator.split("_", maxsplit=1)[0], "stay_id")
        return uuid.UUID(bytes=Pseudonyms(self.of.store.key, domain(column, partner)).code(stay))


def _born(scope: ScopeRows, birthday: tuple[int, int]) -> ScopeRows:
    """The same, were everyone born on one day of their year."""
    people = {
        person: {**cells, "born": cells["born"].replace(month=birthday[0], day=birthday[1])}
        if "born" in cells
        else cells
        for person, cells in scope.people.items()
    }
    return replace(scope, people=people)
