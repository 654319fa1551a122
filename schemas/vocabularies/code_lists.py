"""Code lists: the words a column may hold, with the field's own codes and the plain words people type.

Matching ignores case, surrounding blanks, and the difference between blank, hyphen and underscore.
Sources: LOINC answer lists, CDC Race and Ethnicity code set, NUBC UB-04 discharge status, OMB SPD-15 (2024).
"""

from schemas.vocabularies.vocabulary import Vocabulary


def _terms(text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Read `word | label | spelling, spelling` lines."""
    terms = {}
    for line in text.strip().splitlines():
        word, label, others = (part.strip() for part in line.split("|"))
        terms[word] = (label, tuple(o.strip() for o in others.split(",") if o.strip()))
    return terms


def _vocabulary(name: str, title: str, text: str) -> Vocabulary:
    return Vocabulary(name, title, _terms(text))


YES_NO = _vocabulary(
    "yes_no",
    "Yes or no",
    """
yes | Yes | y, true, t, 1, sí, si
no  | No  | n, false, f, 0
""",
)

STAY_TYPE = _vocabulary(
    "stay_type",
    "Kind of hospital stay",
    """
inpatient   | Inpatient   | ip, imp, inpatient stay, acute, hospitalization, acute inpatient, inpatient admission, hospital inpatient
observation | Observation | obs, obsenc, observation stay, observation patient, hospital observation
""",
)

DISPOSITION = _vocabulary(
    "disposition",
    "Where the patient went (UB-04 patient discharge status)",
    """
home               | Home or self care                         | 01, 1, discharged home, self care, routine, home routine, routine discharge, discharged to home, home or self care routine, home self care
transfer_acute     | Another acute hospital                    | 02, 2, 05, 5, 43, 66, 82, 85, 88, 93, 94, transfer, transferred, acute hospital, short term hospital, short term general hospital, another acute hospital, critical access hospital, federal hospital, designated cancer center or children's hospital, cancer center/children's hospital
skilled_nursing    | Skilled nursing facility                  | 03, 3, 61, 64, 83, 92, snf, nursing facility, nursing home, skilled nursing, swing bed
other_facility     | Another kind of facility                  | 04, 4, 70, 84, 95, intermediate care, intermediate care facility, another health care institution not defined, another facility
home_health        | Home with home-health care                | 06, 6, 81, 86, home health care, hha, home health, home health care svc, home health service, home health services, home with home health
against_advice     | Left against medical advice               | 07, 7, ama, left against advice, lama, against medical advice, left against medical advice or discontinued care, left ama
admitted_here      | Admitted as an inpatient here             | 09, 9
died               | Died                                      | 20, 40, 41, 42, expired, deceased, dead, death
still_here         | Still a patient                           | 30, still patient, inpatient still
hospice            | Hospice                                   | 50, 51, hospice home, hospice facility, hospice/home, hospice/medical facility, home hospice, inpatient hospice
rehabilitation     | Inpatient rehabilitation                  | 62, 90, irf, rehab, rehab facility, inpatient rehab, inpatient rehab facility, rehab hospital
long_term_hospital | Long-term care hospital                   | 63, 91, ltch, ltac, long term acute care, long term acute care hospital, long term care hospital
psychiatric        | Psychiatric hospital or unit              | 65, psych, psychiatric hospital
law_enforcement    | Court or law enforcement                  | 21, 87, jail, prison, court, court/law enforcement
""",
)

EVENT = _vocabulary(
    "event",
    "Kind of clinical event",
    """
hypertension                | Essential hypertension                      | i10, 59621000, essential hypertension, htn
diabetes                    | Diabetes                                    | e11, e10, e11.9, e119, 44054006, diabetes mellitus
office_visit                | Office visit                                | office, clinic visit, outpatient visit, 99213, 99214, 99203, 99204, 99212, 99215
annual_wellness_visit       | Annual wellness visit                       | wellness, awv, wellness visit, g0438, g0439
preventive_visit            | Preventive visit, age 18 and over           | preventive, 99385, 99386, 99387, 99395, 99396, 99397
home_health_visit           | Home-health visit                           | home visit, home health
virtual_visit               | Video or online visit                       | virtual, video visit, telehealth, e visit
telephone_visit             | Telephone visit                             | telephone, phone visit, 99441, 99442, 99443
inpatient_stay              | Inpatient stay                              | inpatient, imp, hospital stay
emergency_visit             | Emergency visit                             | emergency, ed, er, emer, ed visit, emergency department
hospice                     | Hospice care                                | hospice care, 385763009
palliative_care             | Palliative care                             | palliative, z51.5, z515, 103735009
pregnancy                   | Pregnancy                                   | pregnant, z33.1, z331, 77386006
end_stage_renal_disease     | End-stage renal disease                     | esrd, n18.6, n186, 46177005
esrd_monthly_service        | Monthly outpatient service for ESRD         | esrd monthly, 90960, 90961, 90962, 90966
ckd_stage_5                 | Chronic kidney disease stage 5              | ckd 5, ckd5, n18.5, n185, 433146000
kidney_transplant_recipient | Kidney transplant recipient                 | z94.0, z940, transplant recipient
dialysis                    | Dialysis                                    | z99.2, z992, hemodialysis, 108241001
kidney_transplant           | Kidney transplant                           | 50360, 50365, renal transplant, 70536003
frailty                     | Frailty indicator                           | frail, r54, frailty indicator
advanced_illness            | Advanced illness                            | advanced illness diagnosis
dementia_medication         | Dementia medication                         | donepezil, memantine, rivastigmine, galantamine, dementia drug
nursing_home                | Lives in a nursing home                     | lives in nursing home, 160734000
other_housing               | Lives elsewhere (not a nursing home)        | lives at home, own home, housed, homeless, 266935003
died                        | Died                                        | death, deceased, expired
""",
)

EVENT_STATUS = _vocabulary(
    "event_status",
    "Standing of a diagnosis or visit",
    """
confirmed        | Diagnosis confirmed        | active, verified
provisional      | Diagnosis provisional      |
differential     | Differential diagnosis     |
unconfirmed      | Diagnosis unconfirmed      |
refuted          | Diagnosis refuted          | ruled out
entered_in_error | Entered in error           | error, entered in error
finished         | Visit finished             | completed, complete, done, kept, arrived, checked out
in_progress      | Visit in progress          | in progress, ongoing
planned          | Visit planned              | scheduled, booked
cancelled        | Visit cancelled            | canceled, no show, noshow
""",
)

BP_SETTING = _vocabulary(
    "bp_setting",
    "Where a blood pressure was taken",
    """
office        | Office or clinic                            | clinic, outpatient, amb clinic, hh visit
home          | At home                                     | home reading, self
remote_device | Automated device, sent by the patient       | remote, remote device, rpm, home device
ambulatory    | Ambulatory monitor                          | abpm, ambulatory monitoring
emergency     | Emergency department                        | ed, er, emer
inpatient     | Inpatient ward                              | ip, imp, hospital, ward
""",
)

INSTRUMENT = _vocabulary(
    "instrument",
    "Food-security questionnaire",
    """
hunger_vital_sign | Hunger Vital Sign (2 items)           | hvs, 88121-9, hunger vital signs
usda_6            | USDA 6-item short form                | usda6, usda 6 item, hfssm 6
usda_10           | USDA 10-item adult module             | usda10, usda 10 item, adult module
usda_18           | USDA 18-item household module         | usda18, usda 18 item, hfssm, hfssm 18
result_only       | Only the result is known              | result, none
""",
)

FOOD_RESULT = _vocabulary(
    "food_result",
    "Result of a food-security screen",
    """
at_risk     | At risk of food insecurity     | la19952-3, positive, risk, at risk
not_at_risk | No risk of food insecurity     | la19983-8, negative, no risk, not at risk
full        | Full (high) food security      | high, full food security, high food security
marginal    | Marginal food security         | marginal food security
low         | Low food security              | low food security
very_low    | Very low food security         | very low food security
secure      | Food secure                    | food secure
insecure    | Food insecure                  | food insecure
incomplete  | Not completed                  | not completed, partial
""",
)

SCREEN_ANSWER = _vocabulary(
    "screen_answer",
    "Answer to one food-security item",
    """
A | Affirmative              | la28397-0, la6729-3, often true, sometimes true, often, sometimes, yes, y, almost every month, some months but not every month, some months, sí, si, a menudo, a veces, frecuentemente, muchas veces, algunas veces
N | Not affirmative          | la28398-8, never true, never, no, n, only 1 or 2 months, only one or two months, nunca
D | Don't know or refused    | la15775-2, don't know, dont know, don’t know, refused, declined, don't know or refused, don't know/refused, dk, no sé, no sabe, don't know / refused, prefer not to answer
""",
)

SCREEN_UNIT = _vocabulary(
    "screen_unit",
    "Whom a screen speaks for",
    """
person    | The person        | individual, patient, client
household | The household     | family, hh
""",
)

SEX = _vocabulary(
    "sex",
    "Sex",
    """
female   | Female           | f, woman, 248152002
male     | Male             | m, man, 248153007
other    | Another          | x, intersex, nonbinary, non binary, other
declined | Declined to say  | asked but declined, asked-declined, refused, asku, decline to answer, patient refused, declined
unknown  | Unknown          | u, unk, not known
""",
)

RACE = _vocabulary(
    "race",
    "Race (OMB SPD-15 2024 and 1997, CDC codes)",
    """
american_indian_alaska_native | American Indian or Alaska Native    | 1002-5, american indian, alaska native, native american, native, ai/an, aian
asian                         | Asian                               | 2028-9
black                         | Black or African American           | 2054-5, african american, black/african american, b
hispanic                      | Hispanic or Latino                  | 2135-2, hispanic, latino, latina, latinx, hispanic/latino, hispanic or latino/a
middle_eastern_north_african  | Middle Eastern or North African     | 2118-8, mena, middle eastern
pacific_islander              | Native Hawaiian or Pacific Islander | 2076-8, native hawaiian or other pacific islander, native hawaiian, pacific islander, nhpi, hawaiian
white                         | White                               | 2106-3, caucasian, w, white or caucasian
other                         | Some other race                     | 2131-1, other race
declined                      | Declined to say                     | asked but declined, refused, asku, decline to answer, prefer not to say, patient refused, declined
unknown                       | Unknown                             | u, unk, not known
""",
)

ETHNICITY = _vocabulary(
    "ethnicity",
    "Ethnicity (OMB 1997, CDC codes)",
    """
hispanic     | Hispanic or Latino       | 2135-2, hispanic, latino, latina, latinx, hispanic/latino, yes, h, hispanic or latino/a, hispanic or latinx
not_hispanic | Not Hispanic or Latino   | 2186-5, nonhispanic, non hispanic, not hispanic, non hispanic/latino, no, n, nh, not hispanic or latino/a, non hispanic or latino, non latino
declined     | Declined to say          | asked but declined, refused, asku, decline to answer, prefer not to say, patient refused, declined
unknown      | Unknown                  | u, unk, not known
""",
)

LANGUAGE = _vocabulary(
    "language",
    "Preferred language (ISO 639)",
    """
english        | English              | en, eng
spanish        | Spanish              | es, spa, espanol, español
chinese        | Chinese              | zh, zho, chi, mandarin, cantonese
vietnamese     | Vietnamese           | vi, vie
arabic         | Arabic               | ar, ara
haitian_creole | Haitian Creole       | ht, hat, creole
korean         | Korean               | ko, kor
portuguese     | Portuguese           | pt, por
russian        | Russian              | ru, rus
somali         | Somali               | so, som
tagalog        | Tagalog              | tl, tgl, filipino
french         | French               | fr, fra, fre
hmong          | Hmong                | hmn
nepali         | Nepali               | ne, nep
swahili        | Swahili              | sw, swa
sign_language  | American Sign Language | ase, asl
other          | Another language     | oth
declined       | Declined to say      | refused, asku, decline to answer, patient refused, declined
unknown        | Unknown              | u, unk, und
""",
)

PAYER = _vocabulary(
    "payer",
    "Who pays for care",
    """
medicare   | Medicare                    | medicare ffs, medicare advantage
medicaid   | Medicaid or CHIP            | mcaid, chip, medicaid/chip
dual       | Medicare and Medicaid       | dual eligible, duals, medicare/medicaid
commercial | Commercial                  | private, employer, commercial insurance, private insurance
government | Other government            | va, tricare, military, other government, ihs
uninsured  | No insurance                | self pay, selfpay, none, no insurance
other      | Another payer               | other payer
declined   | Declined to say             | refused, patient refused, declined
unknown    | Unknown                     | u, unk
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
