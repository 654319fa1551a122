"""What became of the referrals of a calendar year, for everyone: days to the help, and why others ended without it.

Of whole calendar years alone, which share no referral, and of each year once: its table is kept when the year is
closed, and no later release changes it. It rests on the loops of the measures and must add up to their published
figures: what is hidden there, or differs, is not shown here either. All are followed for 90 days, so nobody is
censored before, and the shares helped by 30, 60 and 90 days are Kaplan and Meier's.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import duckdb

from metrics.counting.input_views import LINKED, PARTNERSHIP, hide, set_periods, show
from metrics.counting.people_of_scopes import set_people
from metrics.counting.strata import ALL
from metrics.counting.touched_people import ALL_PEOPLE
from metrics.disclosure.declared_lists.fixed_rungs import Rung, Told, finest
from metrics.indicators.unit_row_query import with_parts

BY_DAYS: tuple[Rung, ...] = (
    (("30",), ("60",), ("90",), ("later",)),
    (("30",), ("60", "90"), ("later",)),
    (("30", "60", "90"), ("later",)),
)
"""Helped within 30 days, in 31 to 60, in 61 to 90, or not by then."""
BY_REASON: tuple[Rung, ...] = (
    (("no_funds",), ("not_eligible",), ("could_not_reach",), ("declined",), ("other",), ("open",)),
    (("no_funds", "not_eligible"), ("could_not_reach",), ("declined", "other"), ("open",)),
    (("no_funds", "not_eligible"), ("could_not_reach", "declined", "other"), ("open",)),
    (("no_funds", "not_eligible"), ("could_not_reach", "declined", "other", "open")),
)
"""Of those not helped by then: why they ended, or that they are open."""
_RESTS_ON = ("referral_served", "referral_outcome_known")
_ENDS = """WITH
{{ referral_loops }},
{{ loop_follow_up }},
tellers AS (SELECT person, need, begun_on, list(DISTINCT partner_id) AS who FROM told GROUP BY ALL)
SELECT CASE WHEN service IS NULL THEN 'later' WHEN service.served_on - begun_on <= 30 THEN '30'
        WHEN service.served_on - begun_on <= 60 THEN '60' ELSE '90' END AS days,
    CASE WHEN NOT coalesce(latest.ended, false) THEN 'open'
        WHEN latest.reason IN ('no_funds', 'not_eligible', 'could_not_reach', 'declined') THEN latest.reason
        ELSE 'other' END AS reason,
    who, count(*)
FROM loop_ends JOIN tellers USING (person, need, begun_on) JOIN people USING (person)
WHERE list_contains(owners, $everyone) AND exclusion_reason IS NULL AND begun_on BETWEEN $first AND $last
GROUP BY ALL"""


class Ends(NamedTuple):
    """So many referrals that ended alike. `who`: the partners that sent a row of them, and so know of them."""

    days: str
    reason: str
    who: list[str]
    many: int


def read_ends(cur: duckdb.DuckDBPyConnection, year: int) -> list[Ends]:
    """The referrals sent in a calendar year and followed for 90 days, each need of a person once, from the rows that
    count."""
    set_periods(cur, ())  # they are asked about by their days; `covered` says how far each partner's data reaches
    set_people(cur, ALL_PEOPLE, ["referrals"])
    show(cur, ALL_PEOPLE, ["referrals"])
    asked = {"everyone": LINKED, "first": dt.date(year, 1, 1), "last": dt.date(year, 12, 31)}
    found = [Ends(*row) for row in cur.execute(with_parts(_ENDS), asked).fetchall()]
    hide(cur)
    return found


def shown(ends: Iterable[Ends], smallest: int) -> tuple[Told, Told]:
    """What may be shown by days, and by reason; both or none, since the one adds up to a part of the other."""
    found = list(ends)
    partners = sorted({p for one in found for p in one.who})

    def counted(without: str = "") -> tuple[Counter[str], Counter[str]]:
        days, reasons = Counter[str](), Counter[str]()
        for one in found:
            if without not in one.who:
                days[one.days] += one.many
                if one.days == "later":
                    reasons[one.reason] += one.many
        return days, reasons

    (days, reasons), others = counted(), [counted(p) for p in partners]
    told = finest(BY_DAYS, days, smallest, [d for d, _ in others])
    why = finest(BY_REASON, reasons, smallest, [r for _, r in others]) if told else ()
    return told, why


Row = tuple[int, str, int, str, int, int]
"""Of the table `loop_ends`."""


def new_rows(cur: duckdb.DuckDBPyConnection, release: int, smallest: int) -> list[Row]:
    """The tables of calendar years that have closed and have none yet, by the release's figures, which `cur` sees."""
    found: list[Row] = []
    for year in _new_years(cur, release):
        ends = read_ends(cur, year)
        told = shown(ends, smallest) if _adds_up(cur, release, year, ends) else ((), ())
        for what, parts in zip(("days", "reasons"), told, strict=True):
            rows = [(year, what, n, "+".join(names), many, release) for n, (names, many) in enumerate(parts)]
            found += rows or [(year, what, 0, "", 0, release)]
    return found


def keep(cur: duckdb.DuckDBPyConnection, rows: Iterable[Row]) -> None:
    """Keep them. Call it in the transaction that records the release."""
    for row in rows:
        cur.execute("INSERT INTO loop_ends VALUES (?, ?, ?, ?, ?, ?)", row)


_FIGURES = f"""SELECT {{columns}} FROM released WHERE release = $release AND scope = '{PARTNERSHIP}'
    AND period_kind = 'year' AND stratifier = '{ALL}' AND month(period_end) = 12 AND closed AND NOT provisional"""


def _new_years(cur: duckdb.DuckDBPyConnection, release: int) -> list[int]:
    query = f"""SELECT DISTINCT year(period_end) FROM ({_FIGURES.format(columns="indicator, period_end")})
        WHERE indicator = 'referral_served' AND year(period_end) NOT IN (SELECT year FROM loop_ends) ORDER BY 1"""
    return [year for (year,) in cur.execute(query, {"release": release}).fetchall()]


def _adds_up(cur: duckdb.DuckDBPyConnection, release: int, year: int, ends: Iterable[Ends]) -> bool:
    """Whether the published figures of the year are there and are the same."""
    found = cur.execute(
        f"""SELECT indicator, denominator, numerator FROM ({_FIGURES.format(columns="*")})
            WHERE list_contains($those, indicator) AND year(period_end) = $year AND NOT suppressed""",
        {"release": release, "those": _RESTS_ON, "year": year},
    ).fetchall()
    those = list(ends)
    every = sum(one.many for one in those)
    served = sum(one.many for one in those if one.days != "later")
    unknown = sum(one.many for one in those if one.days == "later" and one.reason == "open")
    ours = {("referral_served", every, served), ("referral_outcome_known", every, every - unknown)}
    return set(found) == ours
