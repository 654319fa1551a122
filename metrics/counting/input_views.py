"""The views that an indicator's query reads: temporary, of the current rows, both scopes at once.

Views of rows, each with `person` and `partner_id`: `readings, events, sent_stays, sent_screens,
sent_referrals, sent_programs, roster`.
Also `people` (a row for each person, with birth date and strata), `periods`, `period_months` (the months of each
period), `months` (each of these once, for adding up by months), `reporting` (which partner reports which dataset in
which period), `covered` (each partner's last day) and `choice` (one row of governance choices).

`person` is a running number within these views, `period` one of the periods asked for: whole numbers keep the joins of
millions of rows small, and carry the scope with them. A person is the person at one partner, and the partnership's
counts are the sums of its partners' (`people.owners` names all counts that a person is in). So nobody else's rows move
a count that tells anything of a group: who could move them would read in them (docs/decisions/011-sums-of-partners.md).

Besides, the rows of all partners that know a person (`metrics.counting.people_of_scopes`) belong to one more person,
with the owner `LINKED`: the counts of year totals in which everyone is counted once. How many people are in both, and
with which partners, is counted as well (`APART`, `MERGED`), so that it can be told whether the difference of the two
would say too much of some of them.
"""

from collections.abc import Iterable

import duckdb
import pyarrow as pa

from metrics.counting.periods import Period, diagnosis_by
from metrics.counting.touched_people import Extent
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.partnership import Choices

PARTNERSHIP = "partnership"
"""Owner of the sums of the partners' own counts."""
LINKED = "linked"
"""Owner of the counts of everyone once."""
APART, MERGED = "apart:", "merged:"
"""Beginnings of owners' names: the people shared by a set of partners, counted once at each of them, and once."""


def set_choices(cur: duckdb.DuckDBPyConnection, choices: Choices) -> None:
    """Make the one-row table `choice`, a column for each governance choice, and what is known of blank procedures."""
    values = choices.model_dump()
    columns = ", ".join(f"? AS {name}" for name in values)
    cur.execute(f"CREATE OR REPLACE TEMP TABLE choice AS SELECT {columns}", list(values.values()))
    _set_procedures(cur)


def _set_procedures(cur: duckdb.DuckDBPyConnection) -> None:
    """Make `procedures_sent`, the submissions that give procedures, and `procedures_unread`, the rows in which they
    could not be read: so that a query knows what a blank cell of procedures means."""
    cur.execute("""CREATE OR REPLACE TEMP TABLE procedures_sent AS
        SELECT DISTINCT submission FROM rows.hospital_stays WHERE procedures IS NOT NULL""")
    cur.execute("""CREATE OR REPLACE TEMP TABLE procedures_unread AS
        SELECT DISTINCT submission, "row" AS sent_row FROM finding
        WHERE "column" = 'procedures' AND "row" IS NOT NULL""")


def set_periods(cur: duckdb.DuckDBPyConnection, periods: Iterable[Period]) -> None:
    """Make `periods`, `period_months`, `months`, `reporting` and `covered` for these periods and today's coverage."""
    rows = [(n, p.kind, p.start, p.end, diagnosis_by(p)) for n, p in enumerate(periods)]
    numbers, kinds, starts, ends, middles = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    cur.register(
        "period_rows",
        pa.table(
            {
                "period": pa.array(numbers, pa.int32()),
                "period_kind": pa.array(kinds, pa.string()),
                "period_start": pa.array(starts, pa.date32()),
                "period_end": pa.array(ends, pa.date32()),
                "diagnosis_by": pa.array(middles, pa.date32()),
            }
        ),
    )
    cur.execute("CREATE OR REPLACE TEMP TABLE periods AS SELECT * FROM period_rows")
    cur.unregister("period_rows")
    cur.execute("""CREATE OR REPLACE TEMP TABLE period_months AS
        SELECT *, unnest(generate_series(period_start, period_end, INTERVAL 1 MONTH)) AS month FROM periods""")
    cur.execute("""CREATE OR REPLACE TEMP TABLE months AS
        SELECT month, CAST(row_number() OVER () AS INTEGER) AS period
        FROM (SELECT DISTINCT month FROM period_months)""")
    cur.execute("""CREATE OR REPLACE TEMP TABLE reporting AS
        SELECT DISTINCT c.partner_id, c.dataset, p.period
        FROM coverage c JOIN periods p ON c.from_day <= p.period_end AND c.to_day >= p.period_start""")
    cur.execute("""CREATE OR REPLACE TEMP TABLE covered AS
        SELECT partner_id, dataset, max(to_day) AS last_day FROM coverage GROUP BY ALL""")


def show(cur: duckdb.DuckDBPyConnection, extent: Extent, datasets: Iterable[str]) -> None:
    """Make the views over the extent's people. Needs `set_people`."""
    hide(cur)
    for name in ("people", "profiles"):
        cur.execute(f"CREATE TEMP VIEW {name} AS FROM {extent.people}_{name}")
    for name, (dataset, columns) in VIEWS.items():
        if dataset in datasets or dataset == "patients":
            cur.execute(f"""CREATE TEMP VIEW {name} AS SELECT m.person, r.partner_id, {columns}
                FROM {extent.source(dataset)} r JOIN {extent.people}_member_of m ON m.patient_id = r.patient_id""")


def hide(cur: duckdb.DuckDBPyConnection) -> None:
    """Take the views away again."""
    for name in (*VIEWS, "people", "profiles"):
        cur.execute(f"DROP VIEW IF EXISTS temp.{name}")


# A stay sent again in a later file (still open in the first) counts once, as last sent.
_STAYS = """
r.stay_id, r.partner_id || '/' || coalesce(r.hospital, '') AS hospital, r.admitted_on, r.discharged_on,
r.stay_type, r.disposition, r.planned, r.principal_diagnosis, r.procedures,
r.expected_probability, r.rank"""
_SENT = 'r.submission, r."row" AS sent_row'
VIEWS = {
    "readings": ("blood_pressure", f"r.measured_on, r.systolic, r.diastolic, r.setting, {_SENT}"),
    "events": ("clinical_events", "r.event, r.starts_on, r.ends_on, r.status"),
    "sent_stays": ("hospital_stays", f"{_STAYS}, {_SENT}"),
    "sent_screens": (
        "food_security",
        "r.screened_on, r.instrument, r.items, r.raw_score, r.result, r.children_in_household, r.unit, "
        f"r.intervention_on, {_SENT}",
    ),
    "sent_referrals": (
        "referrals",
        f"r.referral_id, r.need, r.sent_on, r.status, r.status_on, r.closure_reason, r.service_on, {_SENT}",
    ),
    "sent_programs": (
        "food_programs",
        "r.enrollment_id, r.program, r.enrolled_on, r.ended_on, r.issued, r.redeemed, r.offered, r.attended, r.rank, "
        f"{_SENT}",
    ),
    "roster": ("patients", "r.patient_id"),
}
WITH_PEOPLE = frozenset(name for name, d in DATASETS.items() if any(c.name == "patient_id" for c in d.columns))
