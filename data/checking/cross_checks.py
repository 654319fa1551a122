"""Checks across rows and files, in SQL over the rows just staged and those that stay current beside them.

Only the partner's own files are looked at: what another partner has sent must not show in a finding
(docs/decisions/005; `data.reporting.partner_contradictions` finds that for backbone staff).
"""

from collections.abc import Callable

from data.checking import contradictions, patient_lifetimes, stay_checks
from data.checking.referring import referral_checks
from data.findings import Findings
from data.ledger.staging import HAPPENED, Staged
from schemas.datasets.community_files import ITEMS_OF

Check = Callable[[Staged, Findings], None]


def across(staged: Staged, findings: Findings) -> None:
    """Every check of this dataset that needs more than one row. Needs the staged rows that count, and no others."""
    for check in _CHECKS[staged.dataset.name]:
        check(staged, findings)


def _patients_not_listed(staged: Staged, findings: Findings) -> None:
    """Patients of the other files who are in none of the patients files: these may come last."""
    met = " UNION ".join(f"SELECT patient_id FROM {staged.remaining(name)}" for name in HAPPENED)
    missing = staged.rows(
        f"SELECT count(*) FROM ({met}) ANTI JOIN (SELECT patient_id FROM staged UNION "
        "SELECT patient_id FROM in_force.patients WHERE partner_id = $partner) USING (patient_id)"
    )[0]
    if missing:
        findings.whole("patients_not_listed", "patient_id", note=f"Patients that are not listed: {missing:,}.")


def _contradicting_results(staged: Staged, findings: Findings) -> None:
    affirmed = "length(items) - length(replace(items, 'A', ''))"
    score = f"CASE WHEN items IS NOT NULL THEN {affirmed} ELSE raw_score END"
    limit = "CASE instrument " + " ".join(f"WHEN '{i}' THEN {_insecure_from(i)}" for i in ITEMS_OF) + " END"
    findings.add(
        "result_contradicts_items",
        "result",
        staged.rows(
            f"""SELECT "row" FROM staged WHERE result <> 'incomplete' AND instrument <> 'result_only'
            AND ({score} >= {limit}) <> (result IN ('at_risk', 'low', 'very_low', 'insecure'))
            -- With an answer refused, a positive result may be right though fewer are affirmed.
            AND ({score} >= {limit} OR coalesce(items NOT LIKE '%D%', true))"""
        ),
    )


def _insecure_from(instrument: str) -> int:
    """Affirmative answers from which a screen is positive (USDA 2012; Hager 2010 for the Vital Sign)."""
    return {"hunger_vital_sign": 1, "usda_6": 2}.get(instrument, 3)


_CHECKS: dict[str, tuple[Check, ...]] = {
    "patients": (
        contradictions.with_earlier,
        contradictions.by_token,
        patient_lifetimes.born_after_records,
        _patients_not_listed,
    ),
    "hospital_stays": (
        patient_lifetimes.beside_patients,
        patient_lifetimes.died_before_records,
        stay_checks.overlapping,
        stay_checks.in_two_hospitals,
        stay_checks.unlisted_codes,
    ),
    "clinical_events": (patient_lifetimes.beside_patients, patient_lifetimes.died_before_records),
    "blood_pressure": (patient_lifetimes.beside_patients,),
    "food_security": (patient_lifetimes.beside_patients, _contradicting_results),
    "referrals": (patient_lifetimes.beside_patients, referral_checks.completed_unhelped, referral_checks.contradicting),
    "food_programs": (patient_lifetimes.beside_patients,),
    "indicator_counts": (),
}
