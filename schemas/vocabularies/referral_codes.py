"""Words and codes of referrals: what was needed, how far it has come, and why it was closed.

Sources: states of a FHIR R4 Task as Gravity's SDOH Clinical Care guide (STU 2) uses them, its categories of need; words
that Unite Us, findhelp and 211 exports write.
"""

from schemas.vocabularies.vocabulary import code_list

NEED = code_list(
    "need",
    "What is needed",
    """
food      | Food           | food-insecurity, food assistance, nutrition, pantry, food pantry, food bank, groceries, meals, snap, hunger, comida
housing   | Housing        | housing-instability, homelessness, inadequate-housing, housing & shelter, shelter, rent, rent assistance, vivienda
transport | Transportation | transportation-insecurity, rides, ride, transit, transporte
utilities | Utilities      | utility-insecurity, utility, utility assistance, energy, electricity, heating, water, servicios
other     | Another need   | other need, financial-insecurity, employment, employment-status, clothing, legal, childcare, social connection
""",
)

REFERRAL_STATUS = code_list(
    "referral_status",
    "How far a referral has come",
    """
requested   | Requested, not answered yet    | received, sent, new, open, pending, awaiting response, waiting, needs action, draft
accepted    | Accepted by the receiver       | ready, approved, referral accepted, acknowledged
in_progress | Being worked on                | in progress, on-hold, started, active, under way, in process, working, got contact, contacted
completed   | Completed                      | complete, closed loop, resolved, fulfilled, done, finished, got help, service provided
rejected    | Rejected by the receiver       | declined by receiver, turned away, denied, off-platform decline
cancelled   | Canceled before it was done    | canceled, withdrawn, recalled, revoked
failed      | Tried and not done             | unsuccessful, unresolved, not completed, closed unresolved, could not complete, no show
""",
)

CLOSURE_REASON = code_list(
    "closure_reason",
    "Why a referral was closed",
    """
helped          | The person was helped                  | help given, received help, service provided, resolved, need met, got help
no_funds        | No funds, stock or places              | no funds, no capacity, at capacity, full, waitlist, wait list full, out of stock, no resources, unable to serve
not_eligible    | The person did not qualify             | ineligible, does not qualify, out of area, outside service area, not in service area, did not meet criteria
could_not_reach | The person could not be reached        | no contact, unable to contact, unable to reach, unreachable, no response, left message, wrong number
declined        | The person did not want it             | client declined, patient declined, refused service, no longer interested, not interested, did not want
other           | Another reason                         | other reason, duplicate, moved, died
""",
)
