"""A random referral, in as many rows as it has statuses, its days next to those that decide."""

from typing import Any

from tests.oracles.scope_rows import DAY
from tests.support.partnerships import Row

STATUSES = ("requested", "accepted", "in_progress", "completed", "rejected", "cancelled", "failed")


def drawn_referral(drawing: Any, person: Any, local: str) -> list[Row]:
    """The rows of one referral of a person (of `tests.support.drawing.random_rows`)."""
    drawing.referred += 1
    sent = drawing.day(person)
    person.days += [min(sent + n * DAY, drawing.last) for n in drawing.rng.choice([(7,), (8,), (90,), (365,)])]
    one = {
        "referral_id": f"R{drawing.referred}", "patient_id": local, "need": drawing.some("food", "food", "housing"),
        "sent_on": sent, "sent_by": drawing.some(*drawing.partners, None),
        "received_by": drawing.some(*drawing.partners, None),
    }  # fmt: skip
    rows = []
    for status in drawing.rng.sample(STATUSES, drawing.rng.choice([1, 1, 2, 3])):
        served = sent + drawing.rng.choice([0, 5, 89, 90, 91]) * DAY
        rows.append({
            **one, "status": status, "status_on": sent + drawing.rng.choice([0, 5, 6, 7, 8, 89, 90, 91]) * DAY,
            "closure_reason": drawing.some("helped", "helped", "no_funds", "declined", None, None),
            "service_on": served if drawing.chance(0.25) else None,
        })  # fmt: skip
    return rows
