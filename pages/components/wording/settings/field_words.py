"""What each field of the settings asks, what its options mean, and what is wrong with an answer."""

from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from metrics.indicators import indicators
from metrics.judging.figure_words import upper_first
from schemas.policy.settings_places import Place

OPTIONS: dict[str, dict[Any, str]] = {
    "same_day_same_hospital": {"count": "Counts as a readmission", "combine": "Is combined with the stay before it"},
    "planned_first_return": {
        "not_a_readmission": "Counts as not readmitted (CMS)",
        "drop_index": "Is dropped (HEDIS PCR)",
    },
    "incomplete_vital_sign": {"incomplete": "Is incomplete", "no_risk": "Counts as no risk"},
    "long_food_forms": {"own_scale": "On their own scale", "six_items": "On the 6 items that all forms share"},
    "help_counts_from": {
        "latest_screen": "From the latest complete screen",
        "first_screen": "From the year’s first positive one",
    },
    "screening_eligible": {
        "roster": "Everyone in the partner’s patients file",
        "seen": "Only those with a finished visit",
    },
    "zip_digits": {0: "None", 3: "The first three", 5: "All five"},
    "every": {"month": "Every month", "quarter": "Every quarter"},
    "kind": {
        "hospital": "Hospital", "clinic": "Clinic", "food_bank": "Food bank", "health_department": "Health department",
        "other": "Other: compared with nobody",
    },
    "date_order": {
        "iso": "Year first: 2026-03-31", "mdy": "Month first: 03/31/2026", "dmy": "Day first: 31/03/2026",
        "days": "As day numbers of a spreadsheet: 46112",
    },
    "rows": {"stay": "They stay, under a letter", "withdraw": "They are withdrawn"},
    "scope": {"rows": "Rows of people, without names", "counts": "Counts only"},
    "purposes": {
        "shared_measures": "Shared measures", "public_reporting": "Public reporting",
        "quality_improvement": "Quality improvement", "research": "Research",
    },
    "when_ended": {"stays": "Stays", "leaves": "Leaves later releases"},
    "leave_out": {
        "line": "Two years", "change": "Change in a year", "target": "Target", "gap": "Widest gap",
        "partner": "Partner to talk to", "owner": "Who does what",
    },
}  # fmt: skip
"""Field -> its options as people read them."""
_FAULTS = {
    "missing": "Fill this in.",
    "string_too_short": "Write at least {min_length} letters.",
    "string_too_long": "Write at most {max_length} letters.",
    "greater_than_equal": "It must be {ge} or more.",
    "greater_than": "It must be more than {gt}.",
    "less_than_equal": "It must be {le} or less.",
    "less_than": "It must be less than {lt}.",
    "int_type": "Write a whole number.",
    "int_parsing": "Write a whole number.",
    "int_from_float": "Write a whole number.",
    "float_type": "Write a number.",
    "date_from_datetime_parsing": "Write a day, such as 2027-12-31.",
    "literal_error": "Choose one of the options.",
    "string_pattern_mismatch": "Use small letters, digits and _ only. Begin with a letter.",
}
"""Kind of a fault, as pydantic has it -> a sentence beside the field."""


def asked(model: type[BaseModel], field: str) -> tuple[str, str]:
    """The question of a field, and what else is to be known: its description, the first sentence first."""
    text = (model.model_fields[field].description or "").replace("`", "")
    question, dot, more = text.partition(". ")
    return question.rstrip("."), more if dot else ""


def options(model: type[BaseModel], field: str) -> list[Any]:
    """The options of a field that has a list of them; empty for others."""
    annotation = model.model_fields[field].annotation
    for part in (annotation, *get_args(annotation)):
        if get_origin(part) is Literal:
            return list(get_args(part))
    return []


def option(field: str, value: Any) -> str:
    """An option as people read it."""
    if field == "own_pages" and value in indicators():
        return indicators()[value].title
    return OPTIONS.get(field, {}).get(value, str(value))


def faults(error: ValidationError, ids: list[str]) -> dict[Place, str]:
    """Place -> what is wrong there; the empty place for what concerns several. `ids`: of the partners, in order."""
    found: dict[Place, str] = {}
    for fault in error.errors(include_url=False, include_input=False):
        way = [ids[step] if isinstance(step, int) and step < len(ids) else str(step) for step in fault["loc"]]
        place = tuple(way[:3] if way[:1] == ["partners"] else way[:2])
        found.setdefault(place, _sentence(fault["type"], fault["msg"], fault.get("ctx", {})))
    return found


def _sentence(kind: str, message: str, about: dict[str, Any]) -> str:
    if kind == "string_too_short" and about.get("min_length") == 1:
        return _FAULTS["missing"]
    if kind in _FAULTS:
        return _FAULTS[kind].format(**about)
    return f"{upper_first(message.removeprefix('Value error, ')).rstrip('.')}."
