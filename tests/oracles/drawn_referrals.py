"""A random referral, in as many rows as it has statuses, its days next to those that decide; and a food program."""

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


def drawn_program(drawing: Any, person: Any, local: str) -> list[Row]:
    """A person's time in a food program; some still runs, of some not all is known."""
    drawing.referred += 1
    began = drawing.day(person)
    ended = min(began + drawing.rng.choice([0, 30, 89, 180, 365]) * DAY, drawing.last)
    person.days.append(ended)
    issued, redeemed = drawing.rng.choice(
        [(240, 180), (240, 179.99), (240, 0), (240, 240), (0, 0), (None, 180), (240, None)]
    )
    offered, attended = drawing.rng.choice([(4, 3), (4, 2), (4, 0), (4, 4), (0, 0), (None, 3), (4, None)])
    return [{
        "enrollment_id": f"E{drawing.referred}", "patient_id": local, "enrolled_on": began,
        "program": drawing.some("produce_prescription", "produce_prescription", "nutrition_classes"),
        "ended_on": ended if drawing.chance(0.85) else None, "issued": issued, "redeemed": redeemed,
        "offered": offered, "attended": attended,
    }]  # fmt: skip
