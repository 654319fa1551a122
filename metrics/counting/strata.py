"""Strata: how people are grouped, with the words shown for each group."""

from functools import cache

from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.groupings import AGE_BANDS, EVERYONE, NOT_REPORTED, groups_of, vocabulary_of
from schemas.vocabularies.vocabulary import normal

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
PLACE = "place"
COUNTED = ("race_ethnicity", "sex", "age_band", "language", "payer", PLACE)
"""How counts are grouped. A place is counted as ZIP/county, as sent; what a release shows of it, its places say."""
_AGE_AND_SEX = ("age_band", "sex")
AGE_SEX = JOINED.join(_AGE_AND_SEX)
COUNTED_PAIRS = (*(("race_ethnicity", other) for other in ("age_band", "language", PLACE)), _AGE_AND_SEX)
PAIRS: dict[str, tuple[str, str]] = {
    JOINED.join(pair): pair
    for pair in (*(("race_ethnicity", o) for o in ("age_band", "language", "zip", "county_fips")), _AGE_AND_SEX)
}
"""Two groupings at once, shown for the partnership's years: stratifier a*b has the categories x*y."""
MIX = f"people_by_{AGE_SEX}"
"""Stratifier of a partner's people by age and sex, without what became of them: what its expected number rests on
(`metrics.composing.case_mix`)."""
AGE = "year(u.aged_on) - year(p.birth_date)"
"""Age in the year: the age that a person reaches in the year of that day, in years. Whether the birthday has come is
not in it, so that no figure by age, and no row of the research edition, tells more of a birth date than its year.
Who counts at all is decided by the true age (`unit_rows.sql` of each indicator)."""
AGE_BAND = """CASE WHEN age < 18 THEN '0-17' WHEN age < 40 THEN '18-39' WHEN age < 65 THEN '40-64'
    WHEN age < 75 THEN '65-74' WHEN age >= 75 THEN '75+' END"""
OTHER = "other_or_not_stated"
"""What the first rung of a grouping leaves over. Further rungs leave over other people, by other names: partners and
years show one grouping at several rungs side by side."""
AT_EACH = "at_each_partner"
"""Stratifier of a year's total in which a person counts once at each partner, where `ALL` counts everyone once."""
ALL = EVERYONE
EXCLUSION = "exclusion"

_COUNTY_DIGITS = 5
_WORDS = {
    NOT_REPORTED: "Not reported", ALL: "Everyone", "more_than_one": "More than one race",
    OTHER: "Other or not stated", "male_or_not_stated": "Male or not stated",
    "other_than_white_or_not_stated": "Other than White, or not stated",
    "other_than_english_spanish_or_not_stated": "Other than English or Spanish, or not stated",
    "other_than_english_or_not_stated": "Other than English, or not stated",
    "medicare_or_medicaid": "Medicare or Medicaid", "uninsured_other_or_not_stated": "Uninsured, other or not stated",
    "40-64_or_not_stated": "40–64 or not stated", "18-64_or_not_stated": "18–64 or not stated",
    "0-64_or_not_stated": "0–64 or not stated", "65+": "65 and over",
}  # fmt: skip


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
    vocabulary = VOCABULARIES.get(vocabulary_of(stratifier))
    label = vocabulary.label(category) if vocabulary else category
    return label.replace("-", "–") if stratifier == "age_band" else label


def left_over(category: str) -> bool:
    """Whether a group is what others leave over, for which nobody can act."""
    return "other" in category.split("_")


def known_groups(stratifier: str) -> tuple[str, ...]:
    """The groups that a grouping can have; empty where they are not a list (ZIP codes, counties, ages)."""
    return () if stratifier == "age_band" else groups_of(stratifier)


def stratifier_of_totals(word: str) -> str | None:
    """The grouping that a partner's totals name, from its normal form; None for one that is no grouping of all."""
    return {normal(name): name for name in (*STRATA, ALL)}.get(word)


def group_of_totals(word: str, zip_digits: int) -> str | None:
    """The group that a partner's totals name, from its normal form; None for one that is no group of any grouping.

    A group is its word or its label; a ZIP code (of as many digits as are kept) or county is its digits.
    """
    if word.isascii() and word.isdigit():
        return word if len(word) in {zip_digits, _COUNTY_DIGITS} else None
    return _group_words().get(word)


@cache
def _group_words() -> dict[str, str]:
    """Normal form -> group. A label that stands for two different words is left out."""
    groups = {*AGE_BANDS, NOT_REPORTED, ALL, *(g for by in STRATA for g in known_groups(by))}
    labels: dict[str, set[str]] = {}
    for by in STRATA:
        for group in known_groups(by):
            labels.setdefault(normal(category_label(by, group)), set()).add(group)
    sure = {label: next(iter(meant)) for label, meant in labels.items() if len(meant) == 1}
    return sure | {normal(group): group for group in groups}
