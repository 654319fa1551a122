"""Words and codes of who a person is.

Sources: CDC Race and Ethnicity code set, OMB SPD-15 (2024), ISO 639, SNOMED CT, OHDSI concept ids.
"""

from schemas.vocabularies.vocabulary import code_list

SEX = code_list(
    "sex",
    "Sex",
    """
female   | Female           | f, woman, 248152002, 8532
male     | Male             | m, man, 248153007, 8507
other    | Another          | x, intersex, nonbinary, non binary, other
declined | Declined to say  | asked but declined, asked-declined, refused, asku, decline to answer, patient refused, declined
unknown  | Unknown          | u, unk, not known
""",
)

RACE = code_list(
    "race",
    "Race (OMB SPD-15 2024 and 1997, CDC codes)",
    """
american_indian_alaska_native | American Indian or Alaska Native    | 1002-5, r1, 8657, american indian, alaska native, native american, ai/an, aian
asian                         | Asian                               | 2028-9, r2, 8515
black                         | Black or African American           | 2054-5, r3, 8516, african american, black/african american, b
hispanic                      | Hispanic or Latino                  | 2135-2, hispanic, latino, latina, latinx, hispanic/latino, hispanic or latino/a
middle_eastern_north_african  | Middle Eastern or North African     | 2118-8, mena, middle eastern
pacific_islander              | Native Hawaiian or Pacific Islander | 2076-8, r4, 8557, native hawaiian or other pacific islander, native hawaiian, pacific islander, nhpi, hawaiian
white                         | White                               | 2106-3, r5, 8527, caucasian, w, white or caucasian
other                         | Some other race                     | 2131-1, r9, other race
declined                      | Declined to say                     | asked but declined, refused, asku, decline to answer, prefer not to say, patient refused, declined
unknown                       | Unknown                             | u, unk, not known
""",
)

ETHNICITY = code_list(
    "ethnicity",
    "Ethnicity (OMB 1997, CDC codes)",
    """
hispanic     | Hispanic or Latino       | 2135-2, 38003563, hispanic, latino, latina, latinx, hispanic/latino, yes, h, hispanic or latino/a, hispanic or latinx
not_hispanic | Not Hispanic or Latino   | 2186-5, 38003564, nonhispanic, non hispanic, not hispanic, non hispanic/latino, no, n, nh, not hispanic or latino/a, non hispanic or latino, non latino
declined     | Declined to say          | asked but declined, refused, asku, decline to answer, prefer not to say, patient refused, declined
unknown      | Unknown                  | u, unk, not known
""",
)

LANGUAGE = code_list(
    "language",
    "Preferred language (ISO 639)",
    """
english        | English              | en, eng
spanish        | Spanish              | es, spa, espanol, español
chinese        | Chinese              | zh, zho, chi, mandarin, cantonese
vietnamese     | Vietnamese           | vi, vie
arabic         | Arabic               | ar, ara
haitian_creole | Haitian Creole       | ht, hat
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

PAYER = code_list(
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
