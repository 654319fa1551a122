"""All indicators from what was sent, without SQL: the second witness of every count."""

from tests.oracles.naive_blood_pressure import bp_control, systolic_diabetes
from tests.oracles.naive_food import connected_to_help, food_insecurity, food_screening
from tests.oracles.naive_programs import program_completed, program_redeemed
from tests.oracles.naive_readmission import any_hospital, same_hospital
from tests.oracles.naive_referrals import (
    referral_accepted,
    referral_need_gone,
    referral_outcome_known,
    referral_rescreened,
    referral_served,
)
from tests.oracles.scope_rows import (
    Counted,
    Person,
    ScopeRows,
    Span,
    Unit,
    Units,
    add_total,
    add_up,
    scopes,
    spans,
)
from tests.support.partnerships import TestPartnership

ORACLES: dict[str, tuple[str, Units]] = {
    "readmission_any_hospital": ("hospital_stays", any_hospital),
    "readmission_same_hospital": ("hospital_stays", same_hospital),
    "bp_control": ("blood_pressure", bp_control),
    "systolic_diabetes": ("blood_pressure", systolic_diabetes),
    "food_insecurity": ("food_security", food_insecurity),
    "food_screening": ("food_security", food_screening),
    "connected_to_help": ("food_security", connected_to_help),
    "referral_accepted": ("referrals", referral_accepted),
    "referral_outcome_known": ("referrals", referral_outcome_known),
    "referral_served": ("referrals", referral_served),
    "referral_rescreened": ("referrals", referral_rescreened),
    "referral_need_gone": ("referrals", referral_need_gone),
    "program_completed": ("food_programs", program_completed),
    "program_redeemed": ("food_programs", program_redeemed),
}


LINKED = {"readmission_any_hospital": "returns", "readmission_same_hospital": "no", "systolic_diabetes": "no",
          "program_completed": "no", "program_redeemed": "no"}  # fmt: skip
"""How a year's total counts a person of several partners; all others count everyone once."""


def oracle(partnership: TestPartnership) -> Counted:
    """Every count that the accepted files should give."""
    made: Counted = {}
    *own, together = scopes(partnership.accepted, partnership.choices, partnership.store.key)
    for indicator, (main, units) in ORACLES.items():
        linked = LINKED.get(indicator, "people")
        for span in spans(partnership.accepted, main):
            apart = []
            for scope in own:
                found = list(units(scope, span))
                apart += found
                add_up(indicator, scope, span, found, made)
            if linked != "no":
                once = list(units(together, span))
                if linked == "returns":
                    once = with_returns(apart, once, together)
                _add_linked(indicator, span, apart, once, together.sharing, made)
    return made


def with_returns(apart: list[Unit], once: list[Unit], together: ScopeRows) -> list[Unit]:
    """The partners' own index stays with returns to any partner; a stay within a transfer has none of its own."""
    seen = {unit.stay: unit for unit in once}

    def returned(unit: Unit) -> Unit:
        other = seen.get(unit.stay)
        if unit.person not in together.sharing or unit.reason or (other and other.reason):
            return unit
        return unit._replace(met=other.met, untold=other.untold) if other else unit._replace(met=False, untold=False)

    return [returned(unit) for unit in apart]


def _add_linked(
    indicator: str, span: Span, apart: list[Unit], once: list[Unit], sharing: dict[Person, str], into: Counted
) -> None:
    add_total(indicator, "linked", span, once, into)
    for name, units in (("apart", apart), ("merged", once)):
        for unit in units:
            if who := sharing.get(unit.person):
                add_total(indicator, f"{name}:{who}", span, [unit], into)
