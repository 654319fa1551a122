"""Words of food-is-medicine programs: which kind a program is.

Sources: kinds of the Gus Schumacher Nutrition Incentive Program (USDA NIFA) and of Medicaid's health-related social
needs services (CMS 2024).
"""

from schemas.vocabularies.vocabulary import code_list

FOOD_PROGRAM = code_list(
    "food_program",
    "Kind of food program",
    """
produce_prescription         | Produce prescription            | produce rx, prx, pprx, fruit and vegetable prescription, veggie rx, fvrx, produce voucher, produce vouchers, nutrition incentive
medically_tailored_meals     | Medically tailored meals        | mtm, tailored meals, home-delivered meals, home delivered meals, medically supportive meals
medically_tailored_groceries | Medically tailored groceries    | mtg, tailored groceries, healthy food box, food box, food boxes, medically supportive groceries, grocery box
nutrition_classes            | Nutrition or cooking classes    | cooking classes, nutrition education, teaching kitchen, nutrition counseling, culinary medicine
other_food_program           | Another food program            | other food program, other program, food pharmacy
""",
)
