"""Words and codes of food-security screens.

Sources: LOINC answer lists, USDA food-security survey modules.
"""

from schemas.vocabularies.vocabulary import code_list

INSTRUMENT = code_list(
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

FOOD_RESULT = code_list(
    "food_result",
    "Result of a food-security screen",
    """
at_risk     | At risk of food insecurity     | la19952-3, positive, risk, at risk
not_at_risk | No risk of food insecurity     | la19983-8, negative, no risk, not at risk
full        | Full (high) food security      | full food security, high food security
marginal    | Marginal food security         | marginal food security
low         | Low food security              | low food security
very_low    | Very low food security         | very low food security
secure      | Food secure                    | food secure
insecure    | Food insecure                  | food insecure
incomplete  | Not completed                  | not completed, partial
""",
)

SCREEN_ANSWER = code_list(
    "screen_answer",
    "Answer to one food-security item",
    """
A | Affirmative              | la28397-0, la6729-3, often true, sometimes true, often, sometimes, yes, y, almost every month, some months but not every month, some months, sí, si, a menudo, a veces, frecuentemente, muchas veces, algunas veces
N | Not affirmative          | la28398-8, never true, never, no, n, only 1 or 2 months, only one or two months, nunca
D | Don't know or refused    | la15775-2, don't know, dont know, don’t know, refused, declined, don't know or refused, don't know/refused, dk, no sé, no sabe, don't know / refused, prefer not to answer
""",
)

SCREEN_UNIT = code_list(
    "screen_unit",
    "Whom a screen speaks for",
    """
person    | The person        | individual, patient, client
household | The household     | family, hh
""",
)
