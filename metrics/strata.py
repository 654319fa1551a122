"""Strata: how people are grouped, with the words shown for each group."""

from schemas.vocabularies import VOCABULARIES

# Stratifier -> (title, SQL over the unit row `u` and the person `p`).
STRATA: dict[str, tuple[str, str]] = {
    "race_ethnicity": ("Race and ethnicity", "p.race_ethnicity"),
    "sex": ("Sex", "p.sex"),
    "age_band": (
        "Age",
        "CASE WHEN u.age < 18 THEN '0-17' WHEN u.age < 40 THEN '18-39' WHEN u.age < 65 THEN '40-64' "
        "WHEN u.age < 75 THEN '65-74' WHEN u.age >= 75 THEN '75+' END",
    ),
    "language": ("Preferred language", "p.language"),
    "payer": ("Payer", "p.payer"),
    "zip": ("ZIP code", "p.zip"),
    "county_fips": ("County", "p.county_fips"),
}
NOT_REPORTED = "not_reported"
ALL = "all"
EXCLUSION = "exclusion"

_WORDS = {NOT_REPORTED: "Not reported", ALL: "Everyone", "more_than_one": "More than one race"}
_VOCABULARY = {"race_ethnicity": "race", "unit": "screen_unit"}


def stratum_title(stratifier: str, own: dict[str, str] | None = None) -> str:
    """The words for a stratifier."""
    return STRATA[stratifier][0] if stratifier in STRATA else (own or {}).get(stratifier, stratifier)


def category_label(stratifier: str, category: str) -> str:
    """The words for a group; a code of no vocabulary (a ZIP) stands for itself."""
    if category in _WORDS:
        return _WORDS[category]
    vocabulary = VOCABULARIES.get(_VOCABULARY.get(stratifier, stratifier))
    label = vocabulary.label(category) if vocabulary else category
    return label.replace("-", "–") if stratifier == "age_band" else label
