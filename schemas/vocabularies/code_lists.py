"""Every code list by its name: the words a column may hold, with the field's own codes and the plain words people type.

Matching ignores case, surrounding blanks, and the difference between blank, hyphen and underscore.
"""

from schemas.vocabularies.care_codes import BP_SETTING, DISPOSITION, EVENT, EVENT_STATUS, STAY_TYPE
from schemas.vocabularies.demographic_codes import ETHNICITY, LANGUAGE, PAYER, RACE, SEX
from schemas.vocabularies.food_codes import FOOD_RESULT, INSTRUMENT, SCREEN_ANSWER, SCREEN_UNIT
from schemas.vocabularies.program_codes import FOOD_PROGRAM
from schemas.vocabularies.referral_codes import CLOSURE_REASON, NEED, REFERRAL_STATUS
from schemas.vocabularies.vocabulary import Vocabulary, code_list

YES_NO = code_list(
    "yes_no",
    "Yes or no",
    """
yes | Yes | y, true, t, 1, sí, si, la33-6, planned
no  | No  | n, false, f, 0, la32-8, unplanned
""",
)

VOCABULARIES: dict[str, Vocabulary] = {
    v.name: v
    for v in (
        YES_NO,
        STAY_TYPE,
        DISPOSITION,
        EVENT,
        EVENT_STATUS,
        BP_SETTING,
        INSTRUMENT,
        FOOD_RESULT,
        SCREEN_ANSWER,
        SCREEN_UNIT,
        NEED,
        REFERRAL_STATUS,
        CLOSURE_REASON,
        FOOD_PROGRAM,
        SEX,
        RACE,
        ETHNICITY,
        LANGUAGE,
        PAYER,
    )
}

VISITS = (
    "office_visit",
    "annual_wellness_visit",
    "preventive_visit",
    "home_health_visit",
    "virtual_visit",
    "telephone_visit",
)
