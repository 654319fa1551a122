"""Contradictions between partners, found over the current rows. For backbone staff alone: see docs/decisions/005."""

from dataclasses import dataclass

import duckdb

from data.checking.contradictions import DIFFER, KNOWN

_SHARED = f"""
WITH known AS MATERIALIZED (FROM ({KNOWN} GROUP BY partner_id, patient_id) WHERE token IS NOT NULL)"""
_QUERIES = {
    "contradicts_elsewhere": f"""{_SHARED}
        SELECT b.partner_id, count(DISTINCT token) AS people FROM known a JOIN known b USING (token)
        WHERE a.partner_id = $partner AND b.partner_id <> $partner AND {DIFFER} GROUP BY b.partner_id""",
    # A stay that a later file sends again counts as last sent.
    "stay_elsewhere": f"""{_SHARED}, stays AS MATERIALIZED (
            SELECT partner_id, token, admitted_on, discharged_on FROM (
                SELECT partner_id, any_value(patient_id) AS patient_id, arg_max(admitted_on, rank) AS admitted_on,
                    arg_max_null(discharged_on, rank) AS discharged_on
                FROM in_force.hospital_stays GROUP BY partner_id, stay_id)
            JOIN known USING (partner_id, patient_id) WHERE discharged_on > admitted_on)
        SELECT b.partner_id, count(DISTINCT token) AS people FROM stays a
        JOIN stays b USING (token, admitted_on, discharged_on)
        WHERE a.partner_id = $partner AND b.partner_id <> $partner GROUP BY b.partner_id""",
}


@dataclass(frozen=True)
class Between:
    """What is found by a rule between a partner and an `other`: of how many people, None where few may not be shown."""

    rule: str
    other: str
    people: int | None


def between(cur: duckdb.DuckDBPyConnection, partner_id: str, *, fewest: int) -> list[Between]:
    """Findings between a partner and each other one that shares people with it; most people first."""
    found = [
        (people, rule, other)
        for rule, query in _QUERIES.items()
        for other, people in cur.execute(query, {"partner": partner_id}).fetchall()
    ]
    ordered = sorted(found, key=lambda f: (-f[0] if f[0] >= fewest else 0, f[1], f[2]))
    return [Between(rule, other, people if people >= fewest else None) for people, rule, other in ordered]
