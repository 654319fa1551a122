"""Words and codes of care: stays, events, readings.

Sources: NUBC UB-04 patient discharge status, ICD-10-CM, CPT and HCPCS, SNOMED CT, OHDSI concept ids.
"""

from schemas.vocabularies.vocabulary import code_list

STAY_TYPE = code_list(
    "stay_type",
    "Kind of hospital stay",
    """
inpatient   | Inpatient   | ip, imp, inpatient stay, acute, hospitalization, acute inpatient, inpatient admission, hospital inpatient, 9201, 262, 8717
observation | Observation | obs, obsenc, observation stay, observation patient, hospital observation, 581385
""",
)

DISPOSITION = code_list(
    "disposition",
    "Where the patient went (UB-04 patient discharge status)",
    """
home               | Home or self care                         | 01, 1, 81, discharged home, self care, routine, home routine, routine discharge, discharged to home, home or self care routine, home self care
transfer_acute     | Another acute hospital                    | 02, 2, 05, 5, 43, 66, 82, 85, 88, 94, acute hospital, short term hospital, short term general hospital, another acute hospital, critical access hospital, federal hospital, designated cancer center or children's hospital, cancer center/children's hospital
skilled_nursing    | Skilled nursing facility                  | 03, 3, 61, 64, 83, 89, 92, snf, nursing facility, nursing home, skilled nursing, swing bed
other_facility     | Another kind of facility                  | 04, 4, 70, 84, 95, intermediate care, intermediate care facility, another health care institution not defined, another facility
home_health        | Home with home-health care                | 06, 6, 86, home health care, hha, home health, home health care svc, home health service, home health services, home with home health
against_advice     | Left against medical advice               | 07, 7, ama, left against advice, lama, against medical advice, left against medical advice or discontinued care, left ama
admitted_here      | Admitted as an inpatient here             | 09, 9
died               | Died                                      | 20, 40, 41, 42, expired, deceased, dead, death
still_here         | Still a patient                           | 30, still patient, inpatient still
hospice            | Hospice                                   | 50, 51, hospice home, hospice facility, hospice/home, hospice/medical facility, home hospice, inpatient hospice
rehabilitation     | Inpatient rehabilitation                  | 62, 90, irf, rehab, rehab facility, inpatient rehab, inpatient rehab facility, rehab hospital
long_term_hospital | Long-term care hospital                   | 63, 91, ltch, ltac, long term acute care, long term acute care hospital, long term care hospital
psychiatric        | Psychiatric hospital or unit              | 65, 93, psych, psychiatric hospital
law_enforcement    | Court or law enforcement                  | 21, 87, jail, prison, court, court/law enforcement
""",
)

EVENT = code_list(
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

EVENT_STATUS = code_list(
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

BP_SETTING = code_list(
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
