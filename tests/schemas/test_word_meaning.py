"""Code words: a word is understood when every part of it is; what is not sure is asked about, never guessed."""

import pytest

from schemas.vocabularies.blanks.null_words import is_nothing
from schemas.vocabularies.code_lists import VOCABULARIES
from schemas.vocabularies.codes.code_hierarchies import mod10
from schemas.vocabularies.event_codes import of_no_measure
from schemas.vocabularies.likely_words import is_other_kind, likely
from schemas.vocabularies.word_meaning import _table, distance, meaning_of

# list | word in the file | what it means; "?" when it must be asked about
WORDS = """
race        | Korean American                          | asian
race        | Other Pacific Islander                   | pacific_islander
race        | White (not Hispanic)                     | white
race        | Black/Ethiopian                          | black
race        | Multi-racial                             | ?
race        | Indian                                   | ?
race        | NA                                       | ?
race        | White and Asian                          | ?
race        | Unknown / Declined                       | ?
race        | Patient chose not to disclose            | declined
ethnicity   | Not of Hispanic, Latino/a, or Spanish origin | not_hispanic
ethnicity   | Guatemalan                               | hispanic
ethnicity   | Other                                    | ?
language    | pt-BR                                    | portuguese
language    | Kurdish                                  | other
language    | French Creole                            | ?
payer       | Medicaid HMO of Texas                    | medicaid
payer       | Aetna Medicare Advantage                 | medicare
payer       | Medicare/Medicaid                        | dual
payer       | VA Medicaid                              | ?
payer       | Medicaid pending                         | ?
payer       | Not Medicare                             | ?
disposition | Discharged to Home with Home Health      | home_health
disposition | Home without home health                 | ?
disposition | Transferred to Skilled Nursing Facility  | skilled_nursing
disposition | Discharged to home or hospice            | hospice
stay_type   | Inpatient Psychiatric                    | ?
stay_type   | Not inpatient                            | ?
stay_type   | Observation Status                       | observation
sex         | Assigned female at birth                 | female
sex         | Transgender female                       | ?
food_result | No food insecurity identified            | not_at_risk
food_result | Some risk                                | ?
screen_answer | Nunca es cierto                        | N
screen_answer | Not often true                         | ?
screen_answer | Prefiere no contestar                  | D
event_status | Deleted                                 | entered_in_error
event       | E11.65                                   | diabetes
event       | e1165                                    | diabetes
event       | 250.02                                   | diabetes
event       | 401.9                                    | hypertension
event       | 4019                                     | ?
event       | 38341003                                 | hypertension
event       | G0439                                    | annual_wellness_visit
event       | N18.30                                   | ?
event       | I11.9                                    | ?
event       | O80                                      | pregnancy
event       | V22.1                                    | pregnancy
event       | ICD10:I10                                | hypertension
event       | CPT-99213                                | office_visit
event       | 99213-25                                 | office_visit
event       | Type 2 diabetes mellitus without complications | diabetes
event       | Pulmonary hypertension                   | ?
event       | History of hypertension                  | ?
event       | Prediabetes                              | ?
event       | Gestational diabetes                     | ?
screen_answer | 1-Often true                           | A
screen_answer | Often true (1)                         | A
disposition | 01-Home or Self Care                     | home
disposition | 02 - Home                                | ?
need        | Help Pay for Food                        | food
need        | Food and Housing                         | ?
referral_status | Closed: Got Help                     | completed
referral_status | Closed                               | ?
referral_status | Declined                             | ?
closure_reason | Unable to reach client                | could_not_reach
closure_reason | Client not reached by program         | ?
bp_setting  | Taken at home                            | home
race        | 2036-2                                   | asian
race        | 2036-3                                   | ?
race        | 1006-6                                   | american_indian_alaska_native
race        | 2106-3                                   | white
race        | 2123-8                                   | middle_eastern_north_african
race        | 2131-1                                   | other
race        | Nativo de Hawái u otra isla del Pacífico | pacific_islander
race        | Asiático/a                               | asian
race        | Other/Unknown                            | ?
race        | I choose not to answer this question     | declined
ethnicity   | 2184-0                                   | hispanic
ethnicity   | Not Hispanic/Latina                      | not_hispanic
ethnicity   | Hispanic/Non-Hispanic                    | ?
ethnicity   | No hispano ni latino                     | not_hispanic
language    | es-419                                   | spanish
language    | zh-Hant-TW                               | chinese
language    | English (United States)                  | english
language    | A.S.L.                                   | sign_language
language    | 한국어                                    | korean
language    | Русский                                  | russian
language    | Creole                                   | ?
language    | English/Spanish                          | ?
payer       | 512                                      | commercial
payer       | 51                                       | ?
payer       | MB                                       | medicare
payer       | MC                                       | ?
payer       | Aetna Medicare                           | medicare
payer       | Medicare/Commercial                      | ?
payer       | Kaiser                                   | ?
payer       | Private Pay                              | ?
payer       | Medicare (Non-managed Care)              | medicare
payer       | Non-Medicare                             | ?
disposition | Transfer                                 | ?
disposition | SNF/Rehab                                | ?
disposition | Discharged/transferred to home under care of organized home health service organization | home_health
disposition | Exitus                                   | died
stay_type   | Observ.                                  | observation
stay_type   | Inpatient (IP)                           | inpatient
sex         | LA2-8                                    | male
sex         | Male (M)                                 | male
sex         | Male (F)                                 | ?
food_result | Food insecure with hunger                | very_low
food_result | Not food insecure                        | not_at_risk
food_result | High risk                                | ?
screen_answer | Not asked                              | ?
screen_answer | Solo en 1 o 2 meses                    | N
instrument  | Hunger Vital Sign (2-item)               | hunger_vital_sign
instrument  | PRAPARE                                  | ?
"""


@pytest.mark.parametrize("line", WORDS.strip().splitlines())
def test_what_a_word_means(line):
    vocabulary, word, means = (part.strip() for part in line.split("|"))
    assert (meaning_of(VOCABULARIES[vocabulary], word) or "?") == means


@pytest.mark.parametrize("name", VOCABULARIES)
def test_no_word_of_the_tables_contradicts_the_list_or_another_line(name):
    """Each phrase of a family means its word, read by itself."""
    vocabulary = VOCABULARIES[name]
    for row in _table():
        if (
            row["vocabulary"] == name
            and row["word"] not in ("", "-", "?")
            and row["source"] not in ("combined", "beside")
        ):
            assert row["word"] in vocabulary.terms
            wrong = {w: m for w in row["words"].split(";") if (m := meaning_of(vocabulary, w)) != row["word"]}
            assert wrong == {}


def test_a_code_of_no_measure_is_proven_by_its_list_or_check_digit():
    assert of_no_measure("J45.909") and of_no_measure("E785") and of_no_measure("195967001") and of_no_measure("272.4")
    # No code of the list, a mistyped SNOMED code, a word, and codes that a measure looks for.
    assert not any(map(of_no_measure, ["J45.999X", "195967002", "asthma", "I10", "59621000", "2724"]))


@pytest.mark.parametrize("text", ["N/A", "NULL", "#N/A", ".", "-", "NaN", "Not Recorded", r"\N", "NI", "—"])
def test_words_for_nothing(text):
    assert is_nothing(text)


@pytest.mark.parametrize("text", ["0", "no", "N", "none of these", "-1", "Nan Wong", "x"])
def test_what_is_no_word_for_nothing(text):
    assert not is_nothing(text)


def test_a_word_of_another_kind_is_never_understood_and_its_rows_are_proposed_to_be_left_out():
    kinds = [(row["vocabulary"], w) for row in _table() if row["word"] == "-" for w in row["words"].split(";")]
    assert ("stay_type", "emergency") in kinds
    for name, word in kinds:
        vocabulary = VOCABULARIES[name]
        assert meaning_of(vocabulary, word) is None and is_other_kind(word.upper(), vocabulary), word
    assert not is_other_kind("inpatient", VOCABULARIES["stay_type"])


# NUBC UB-04 FL 17: each code from 81 on is an earlier one, with a planned readmission.
PLANNED_TWINS = {
    "81": "01", "82": "02", "83": "03", "84": "04", "85": "05", "86": "06", "87": "21", "88": "43",
    "89": "61", "90": "62", "91": "63", "92": "64", "93": "65", "94": "66", "95": "70",
}  # fmt: skip


@pytest.mark.parametrize(("planned", "twin"), PLANNED_TWINS.items())
def test_the_planned_twin_of_a_discharge_status_is_its_own_place(planned, twin):
    place = VOCABULARIES["disposition"]
    assert meaning_of(place, planned) == meaning_of(place, twin) is not None


def test_a_discharge_status_that_is_reserved_or_tells_no_place_is_asked():
    assert not [
        c
        for c in ("08", "10", "22", "44", "52", "67", "68", "69", "71", "80", "96")
        if meaning_of(VOCABULARIES["disposition"], c)
    ]


def test_the_check_digit_of_published_codes():
    """Codes of the CDC list and of LOINC."""
    assert [mod10(c) for c in ("1002", "2028", "2129", "2184", "8480", "88121")] == [5, 9, 5, 0, 6, 9]


@pytest.mark.parametrize("name", VOCABULARIES)
def test_a_word_with_two_readings_is_asked_and_nothing_is_preselected(name):
    vocabulary = VOCABULARIES[name]
    for row in _table():
        if row["vocabulary"] == name and row["word"] == "?":
            assert {w for w in row["words"].split(";") if meaning_of(vocabulary, w) or likely(w, vocabulary)} == set()


@pytest.mark.parametrize(
    ("vocabulary", "word", "guess"),
    [("payer", "Medcaid", "medicaid"), ("payer", "Commerical", "commercial"), ("race", "Caucasion", "white"),
     ("disposition", "Skilled Nursing Faclity", "skilled_nursing"), ("language", "Spansh", "spanish"),
     ("ethnicity", "Not Hispanc", "not_hispanic"), ("stay_type", "Inpatinet", "inpatient"), ("sex", "femlae", "female"),
     # Denied, of two meanings, or near two words: nothing is proposed.
     ("food_result", "Not at-rsk-at-all", None), ("payer", "Medicaid/Medicre", None), ("payer", "Medicaid Denied", None),
     ("disposition", "Home/SNF", None), ("stay_type", "Unobserved", None), ("stay_type", "outpatiet", None)],
)  # fmt: skip
def test_a_mistyping_is_proposed_when_one_known_word_alone_is_near(vocabulary, word, guess):
    assert meaning_of(VOCABULARIES[vocabulary], word) is None
    assert likely(word, VOCABULARIES[vocabulary]) == guess


def test_the_distance_of_two_words_counts_a_swap_once():
    pairs = [("medicaid", "medicaid"), ("medciaid", "medicaid"), ("medcaid", "medicaid"), ("medicare", "medicaid")]
    assert [distance(*pair) for pair in pairs] == [0, 1, 1, 2]
    assert distance("home", "hospice") == 3
