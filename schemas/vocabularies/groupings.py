"""The declared groupings of people, and the groups of each: what a partner's totals may be by, and nothing else."""

from functools import cache

from schemas.vocabularies.code_lists import VOCABULARIES

AGE_BANDS = ("0-17", "18-39", "40-64", "65-74", "75+")
MORE_THAN_ONE, NOT_REPORTED, EVERYONE = "more_than_one", "not_reported", "all"
BY_WORDS = ("race_ethnicity", "sex", "age_band", "language", "payer")
BY_DIGITS = {"zip": r"^\d{3}(\d{2})?$", "county_fips": r"^\d{5}$"}
"""Groupings whose groups are codes, and the shape of these."""
_VOCABULARY = {"race_ethnicity": "race", "unit": "screen_unit", "program": "food_program"}


@cache
def groups_of(grouping: str) -> tuple[str, ...]:
    """The groups that a grouping can have, but for those who are not known; empty where they are codes."""
    if grouping == "age_band":
        return AGE_BANDS
    vocabulary = VOCABULARIES.get(vocabulary_of(grouping))
    more = (MORE_THAN_ONE,) if grouping == "race_ethnicity" else ()
    return (*vocabulary.terms, *more) if vocabulary else ()


def vocabulary_of(grouping: str) -> str:
    """The name of the vocabulary that holds a grouping's words."""
    return _VOCABULARY.get(grouping, grouping)
