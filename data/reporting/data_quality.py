"""How good a partner's data is: rows accepted over time, findings that come back, age of the data, what is not known.

Of findings the store holds rule, row and column: counts are all that is read here, and no patient value exists to show.
"""

import datetime as dt
from dataclasses import dataclass, field

import duckdb

from data.discussing.warning_reasons import Warned, without_reason
from data.reporting.reporting_calendar import Facts, accepted_now
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.rule_catalog import RULES

_ACCEPTED = """
accepted AS (
    SELECT s.submission, s.dataset, s.rows_in, s.rows_kept, s.rows_blocked,
           max_by(CAST(e.happened_at AS DATE), e.event) AS on_day
    FROM submission s JOIN submission_event e USING (submission) WHERE s.partner_id = $partner
    GROUP BY ALL HAVING max_by(e.state, e.event) = 'accepted')
"""
# A file whose every row was replaced says nothing of the data of today. Of patients the row accepted last is current.
_CURRENT = """
current AS (
    SELECT submission FROM coverage WHERE partner_id = $partner AND dataset <> 'patients'
    UNION SELECT arg_max(submission, rank) FROM in_force.patients WHERE partner_id = $partner GROUP BY patient_id)
"""
_NOT_KNOWN = "('unknown', 'declined')"
# Latest words first, as in the figures: a person whose race is not known but who is Hispanic has a group.
_ITEMS = {
    "Race or ethnicity": """ethnicity = 'hispanic' OR
        len(list_filter(string_split(coalesce(race, ''), ';'), x -> x NOT IN ('', 'unknown', 'declined'))) > 0""",
    "Preferred language": f"language NOT IN {_NOT_KNOWN}",
    "Sex": f"sex NOT IN {_NOT_KNOWN}",
    "Birth date": "birth IS NOT NULL",
    "Who pays for care": f"payer NOT IN {_NOT_KNOWN}",
    "ZIP code": "zip IS NOT NULL",
}


@dataclass(frozen=True)
class Received:
    """The accepted files of a month: `month` is its first day; rows sent in them and rows that count."""

    month: dt.date
    files: int
    rows_in: int
    rows_kept: int

    @property
    def share(self) -> float:
        """Share of the rows that count, 0 to 1."""
        return self.rows_kept / self.rows_in if self.rows_in else 1.0


@dataclass(frozen=True)
class Counted:
    """One rule in one column of a dataset: in how many accepted files, and in how many of their cells.

    `cells` is None where the viewer may not see how few they are; `latest`: it is in the newest file too.
    """

    rule: str
    dataset: str
    column: str | None
    files: int
    cells: int | None
    last: dt.date
    latest: bool

    @property
    def recurs(self) -> bool:
        """Whether it came in more than one file."""
        return self.files > 1


@dataclass(frozen=True)
class Age:
    """How old the current data of a dataset is: its last day covered (or accepted), and days since."""

    dataset: str
    last: dt.date | None
    days: int | None


@dataclass(frozen=True)
class Known:
    """Of how many current patients an item is known. `known` is None where it may not be shown exactly:
    then `nearly` says "all" or "none" when all but a few (none but a few) are known, or "hidden"."""

    item: str
    people: int
    known: int | None
    nearly: str = ""

    @property
    def share(self) -> float | None:
        """Share of patients, 0 to 1; None when it may not be shown."""
        return self.known / self.people if self.known is not None and self.people else None


@dataclass(frozen=True)
class Quality:
    """All that the quality page says of one partner."""

    months: list[Received]
    findings: list[Counted]
    ages: list[Age]
    known: list[Known]
    returns: Known | None = None
    """Of how many returns of the newest year it is known whether they were planned; None without a return, and for
    anyone but the partner."""
    unexplained: list[Warned] = field(default_factory=list)
    """Warnings of current files that were neither fixed nor justified: files that came without a person."""


def quality(
    cur: duckdb.DuckDBPyConnection, partner_id: str, facts: Facts, today: dt.date, *, fewest: int
) -> Quality:  # fmt: skip
    """The quality of a partner's current data. `fewest`: smaller counts of people are not shown (1 shows all)."""
    return Quality(
        months(cur, partner_id), findings(cur, partner_id, fewest), ages(facts, partner_id, today),
        known(cur, partner_id, fewest), returns(cur, partner_id) if fewest == 1 else None, unexplained(cur, partner_id),
    )  # fmt: skip


def months(cur: duckdb.DuckDBPyConnection, partner_id: str) -> list[Received]:
    """The accepted files by the month of their acceptance, oldest first."""
    rows = cur.execute(
        f"""WITH {_ACCEPTED} SELECT CAST(date_trunc('month', on_day) AS DATE) AS month, count(*), sum(rows_in),
            sum(rows_kept) FROM accepted GROUP BY month ORDER BY month""",
        {"partner": partner_id},
    ).fetchall()
    return [Received(month, files, int(sent), int(kept)) for month, files, sent, kept in rows]


def findings(cur: duckdb.DuckDBPyConnection, partner_id: str, fewest: int) -> list[Counted]:
    """The findings of the accepted files that a current row comes from, counted; those in most files first."""
    rows = cur.execute(
        f"""WITH {_ACCEPTED}, {_CURRENT},
                newest AS (SELECT dataset, max(submission) AS newest FROM accepted GROUP BY dataset)
            SELECT rule, dataset, "column", count(DISTINCT submission) AS files, count(*) AS cells, max(on_day),
                   bool_or(submission = newest)
            FROM finding JOIN accepted USING (submission) SEMI JOIN current USING (submission)
            JOIN newest USING (dataset)
            GROUP BY rule, dataset, "column" ORDER BY files DESC, cells DESC, rule, dataset""",
        {"partner": partner_id},
    ).fetchall()
    return [
        Counted(rule, dataset, column, files, cells if cells >= fewest else None, last, latest)
        for rule, dataset, column, files, cells, last, latest in rows
        if rule in RULES  # a rule of an older version has no words any more
    ]


def unexplained(cur: duckdb.DuckDBPyConnection, partner_id: str) -> list[Warned]:
    """The warnings without a reason of the files that a current row comes from."""
    current = cur.execute(f"WITH {_CURRENT} SELECT submission FROM current", {"partner": partner_id}).fetchall()
    numbers = {row[0] for row in current}
    return [warned for warned in without_reason(cur, partner_id) if warned.submission in numbers]


def ages(facts: Facts, partner_id: str, today: dt.date) -> list[Age]:
    """For each dataset that the partner has sent, the last day that is current; oldest data first."""
    found = []
    for (owner, dataset), events in facts.items():
        if owner == partner_id:
            last = max((e.last or e.on for e in accepted_now(events)), default=None)
            found.append(Age(dataset, last, max((today - last).days, 0) if last else None))
    order = list(DATASETS)
    return sorted(found, key=lambda a: (-(a.days if a.days is not None else 10**6), order.index(a.dataset)))


def known(cur: duckdb.DuckDBPyConnection, partner_id: str, fewest: int) -> list[Known]:
    """Demographic completeness: of how many current patients each item is known, least known first.

    A word that means unknown or declined is not known. With `fewest` above 1 (others than the partner itself)
    nothing is shown of fewer patients than that, neither of those known nor of those not known.
    """
    columns = ", ".join(f"count(*) FILTER ({holds})" for holds in _ITEMS.values())
    row = cur.execute(
        f"""SELECT count(*), {columns} FROM (
                SELECT coalesce(arg_max(birth_date, latest), make_date(max(birth_year), 7, 1)) AS birth,
                       arg_max(sex, latest) AS sex, arg_max(race, latest) AS race, arg_max(zip, latest) AS zip,
                       arg_max(ethnicity, latest) AS ethnicity, arg_max(language, latest) AS language,
                       arg_max(payer, latest) AS payer
                FROM (SELECT *, (rank, "row") AS latest FROM in_force.patients WHERE partner_id = ?)
                GROUP BY patient_id)""",
        [partner_id],
    ).fetchone()
    people, *counts = row or (0,)
    if not people:
        return []
    found = [_known(item, people, count, fewest) for item, count in zip(_ITEMS, counts, strict=True)]
    return sorted(found, key=lambda k: {"hidden": -1.0, "none": 0.0, "all": 1.0}.get(k.nearly, k.share or 0.0))


def returns(cur: duckdb.DuckDBPyConnection, partner_id: str) -> Known | None:
    """Of how many returns within 30 days to the partner it is known whether they were planned: for the partner itself
    alone, since how many there are is the numerator of a figure that a release may hide, or has not shown yet.

    The number comes from the counts: what was not sent is decided where the figure is worked out, and nowhere else.
    """
    row = cur.execute(
        """SELECT numerator, numerator - untold FROM counts
           WHERE owner = ? AND period_kind = 'year' AND stratifier = 'all' AND untold IS NOT NULL AND numerator > 0
           ORDER BY period_end DESC, numerator DESC LIMIT 1""",
        [partner_id],
    ).fetchone()
    return _known("Planned or not", row[0], row[1], 1) if row else None


def _known(item: str, people: int, count: int, fewest: int) -> Known:
    if people < fewest:
        return Known(item, 0, None, "hidden")
    if 0 < count < fewest:
        return Known(item, people, None, "none")
    return Known(item, people, None, "all") if 0 < people - count < fewest else Known(item, people, count)
