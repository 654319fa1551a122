"""Strata: how people are grouped, with the words shown for each group."""

from schemas.vocabularies.code_lists import VOCABULARIES

STRATA: dict[str, str] = {
    "race_ethnicity": "Race and ethnicity",
    "sex": "Sex",
    "age_band": "Age",
    "language": "Preferred language",
    "payer": "Payer",
    "zip": "ZIP code",
    "county_fips": "County",
}
JOINED = "*"
PAIRS: dict[str, tuple[str, str]] = {
    JOINED.join(pair): pair
    for pair in (("race_ethnicity", "age_band"), ("race_ethnicity", "language"), ("race_ethnicity", "zip"))
}
"""Two groupings at once, counted for the partnership's years: stratifier a*b has the categories x*y."""
AGE_BAND = """CASE WHEN age < 18 THEN '0-17' WHEN age < 40 THEN '18-39' WHEN age < 65 THEN '40-64'
    WHEN age < 75 THEN '65-74' WHEN age >= 75 THEN '75+' END"""
NOT_REPORTED = "not_reported"
ALL = "all"
EXCLUSION = "exclusion"

_WORDS = {NOT_REPORTED: "Not reported", ALL: "Everyone", "more_than_one": "More than one race"}
_VOCABULARY = {"race_ethnicity": "race", "unit": "screen_unit"}


def stratum_title(stratifier: str, own: dict[str, str] | None = None) -> str:
    """The words for a stratifier; two at once as "Race and ethnicity by age"."""
    if stratifier in PAIRS:
        first, second = map(stratum_title, PAIRS[stratifier])
        return f"{first} by {second if second.startswith('ZIP') else second.lower()}"
    return STRATA.get(stratifier) or (own or {}).get(stratifier, stratifier)


def category_label(stratifier: str, category: str) -> str:
    """The words for a group, of two at once both; a code of no vocabulary (a ZIP) stands for itself."""
    if stratifier in PAIRS:
        both = zip(PAIRS[stratifier], category.split(JOINED), strict=True)
        return ", ".join(category_label(*one) for one in both)
    if category in _WORDS:
        return _WORDS[category]
    vocabulary = VOCABULARIES.get(_VOCABULARY.get(stratifier, stratifier))
    label = vocabulary.label(category) if vocabulary else category
    return label.replace("-", "–") if stratifier == "age_band" else label


def known_groups(stratifier: str) -> tuple[str, ...]:
    """The groups that a grouping can have; empty where they are not a list (ZIP codes, counties, ages)."""
    vocabulary = VOCABULARIES.get(_VOCABULARY.get(stratifier, stratifier))
    more = ("more_than_one",) if stratifier == "race_ethnicity" else ()
    return (*vocabulary.terms, *more) if vocabulary else ()
