"""What became of a partner's referrals, from its own current rows alone: for its own eyes."""

import datetime as dt
from typing import Literal, NamedTuple

import duckdb

End = Literal["helped", "closed", "open"]


class Referral(NamedTuple):
    """A referral as its rows tell it now. It has no id: that was replaced by a code that nobody can read back."""

    to_us: bool
    """It was sent to the partner; otherwise by it."""
    other: str | None
    """The partner at the other end, by its id."""
    need: str
    sent_on: dt.date
    end: End
    reason: str | None
    """Of one that was closed without help: why."""
    days: int
    """Days to the help; without help, days for which nothing of it is known."""
    submission: int
    row: int
    """Where its latest row stands in the partner's own files, header = 1."""


_ENDS = """
WITH mine AS (SELECT *, status = 'completed' AND closure_reason = 'helped' AS as_helped,
        least(service_on, CASE WHEN as_helped THEN status_on END) AS served_on,
        status IN ('completed', 'rejected', 'cancelled', 'failed') AS ended
    FROM in_force.referrals WHERE partner_id = $partner),
known AS (SELECT greatest(max(status_on), max(service_on), (SELECT max(to_day) FROM coverage
    WHERE partner_id = $partner AND dataset = 'referrals')) AS until FROM mine),
told AS (
    SELECT min(sent_on) AS sent_on, min(served_on) AS served_on,
        arg_max(sent_by, rank * 4294967296 + "row") AS sent_by,
        arg_max(received_by, rank * 4294967296 + "row") AS received_by,
        max(struct_pack(status_on := status_on, ended := ended, rank := rank, "row" := "row", need := need,
            reason := closure_reason, submission := submission)) AS latest
    FROM mine GROUP BY referral_id)
SELECT coalesce(received_by = $partner, sent_by <> $partner, false) AS to_us,
    CASE WHEN to_us THEN sent_by ELSE received_by END, latest.need, sent_on,
    CASE WHEN served_on IS NOT NULL THEN 'helped' WHEN latest.ended THEN 'closed' ELSE 'open' END AS ending,
    CASE WHEN ending = 'closed' THEN latest.reason END,
    coalesce(served_on, until) - sent_on, latest.submission, latest."row"
FROM told CROSS JOIN known WHERE sent_on > until - 365 ORDER BY sent_on, latest.submission, latest."row" """


def sends(cur: duckdb.DuckDBPyConnection, partner_id: str) -> bool:
    """Whether a file of referrals of the partner counts now."""
    asked = "SELECT 1 FROM coverage WHERE partner_id = ? AND dataset = 'referrals' LIMIT 1"
    return bool(cur.execute(asked, [partner_id]).fetchall())


def read_ends(cur: duckdb.DuckDBPyConnection, partner_id: str) -> list[Referral]:
    """The partner's referrals sent in the last 365 days that its files tell of, by the day sent."""
    return [Referral(*row) for row in cur.execute(_ENDS, {"partner": partner_id}).fetchall()]
