"""Referrals that contradict themselves, within the file and with the current rows of the same referral."""

from data.findings import Findings
from data.ledger.staging import Staged


def completed_unhelped(staged: Staged, findings: Findings) -> None:
    """Completed referrals of which no row of the file tells the day of a service, or that the person was helped."""
    rows = staged.rows("""SELECT "row" FROM staged WHERE status = 'completed' AND referral_id NOT IN (
        SELECT referral_id FROM staged WHERE service_on IS NOT NULL OR closure_reason = 'helped')""")
    findings.add("completed_without_service", "service_on", rows)


def contradicting(staged: Staged, findings: Findings) -> None:
    """Rows of a referral that another row, of the file or a current one, gives to another patient, need or day."""
    rows = staged.rows(f"""
        , every AS (SELECT referral_id, patient_id, need, sent_on FROM staged
                    UNION ALL SELECT referral_id, patient_id, need, sent_on FROM {staged.remaining("referrals")}),
        apart AS (SELECT referral_id FROM every GROUP BY referral_id HAVING min(patient_id) <> max(patient_id)
            OR min(need) <> max(need) OR min(sent_on) <> max(sent_on))
        SELECT "row" FROM staged SEMI JOIN apart USING (referral_id)""")
    findings.add("referral_contradicts", "referral_id", rows)
