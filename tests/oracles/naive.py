"""All indicators from what was sent, without SQL: the second witness of every count."""

from tests.oracles.naive_blood_pressure import bp_control, systolic_diabetes
from tests.oracles.naive_food import connected_to_help, food_insecurity, food_screening
from tests.oracles.naive_readmission import any_hospital, same_hospital
from tests.oracles.scope_rows import Counted, Units, add_up, scopes, spans
from tests.support.partnerships import TestPartnership

ORACLES: dict[str, tuple[str, Units]] = {
    "readmission_any_hospital": ("hospital_stays", any_hospital),
    "readmission_same_hospital": ("hospital_stays", same_hospital),
    "bp_control": ("blood_pressure", bp_control),
    "systolic_diabetes": ("blood_pressure", systolic_diabetes),
    "food_insecurity": ("food_security", food_insecurity),
    "food_screening": ("food_security", food_screening),
    "connected_to_help": ("food_security", connected_to_help),
}


def oracle(partnership: TestPartnership) -> Counted:
    """Every count that the accepted files should give."""
    made: Counted = {}
    for scope in scopes(partnership.accepted, partnership.choices, partnership.store.key):
        for indicator, (main, units) in ORACLES.items():
            for span in spans(partnership.accepted, main):
                add_up(indicator, scope, span, units(scope, span), made)
    return made
