"""The settings of the made-up partnership, as its `concord.toml` says them. Nothing here is real."""

DEMO_SETTINGS = """\
# The demo partnership. Everything in it is made up.
name = "Kestrel Valley Health Partnership"
demo = true
today = 2026-10-20

[targets]
readmission_any_hospital = 0.14
readmission_same_hospital = 0.115
bp_control = 0.70
food_insecurity = 0.20
food_screening = 0.60
connected_to_help = 0.65

[target_dates]
readmission_any_hospital = 2027-12-31
readmission_same_hospital = 2027-12-31
bp_control = 2027-12-31
food_insecurity = 2028-12-31
food_screening = 2026-12-31
connected_to_help = 2027-12-31

[owners]
readmission_any_hospital = "Dr. Lena Ortiz"
bp_control = "Millrace nurse lead"
food_screening = "Sam Whitley"
connected_to_help = "Pantry outreach lead"
food_insecurity = "County food council"

[plans]
readmission_any_hospital = "A call within two days of going home"
bp_control = "Home cuffs, nurse visits"
food_screening = "Screening joins the check-in form"
connected_to_help = "Spanish-speaking helpers at both pantries"

[policy]
smallest_cell = 11
unreliable_below = 30
zip_digits = 5
leaders_record = true

[scorecard]
own_pages = [
    "referral_accepted",
    "referral_outcome_known",
    "referral_served",
    "referral_rescreened",
    "referral_need_gone",
    "program_completed",
    "program_redeemed",
]

[[maps]]
by = "zip"
file = "zip_areas.geojson"
property = "zip"

[calendar]
every = "quarter"
due_days = 15

[[gaps]]
indicator = "connected_to_help"
by = "language"
groups = ["english", "spanish"]

[[values]]
indicator = "bp_control"
result = "a person newly controlled"
low = 150
central = 400
high = 900
source = "Made up for this demo: ask the health plan's actuary"
year = 2025
benefits = "Health plans, and the people themselves"

[[values]]
indicator = "readmission_same_hospital"
result = "a readmission avoided"
low = 9000
central = 15000
high = 18000
source = "Made up for this demo: ask the hospitals' finance staff"
year = 2025
benefits = "Health plans, and hospitals that pay penalties"

[[targets_for]]
indicator = "bp_control"
by = "race_ethnicity"
group = "black"
target = 0.65
start = 2025-06-30
until = 2027-12-31
owner = "Millrace nurse lead"

[[targets_for]]
indicator = "bp_control"
partner = "fenwick_flats"
target = 0.68
start = 2025-06-30
until = 2027-12-31
owner = "Fenwick Flats care team"

[[targets_for]]
indicator = "connected_to_help"
by = "language"
group = "spanish"
beside = "english"
target = 0.03
start = 2025-06-30
until = 2026-12-31
owner = "Pantry outreach lead"

[[partners]]
id = "kestrel_valley"
name = "Kestrel Valley Medical Center"
hospitals = ["North campus", "South campus"]
named = true
kind = "hospital"
sends = ["patients", "hospital_stays"]
contacts = ["Ana Brandt, quality office, extension 12"]

[partners.agreement]
document = "DUA 2023-01"
starts = 2023-07-01
ends = 2028-06-30

[[partners]]
id = "aldermoor"
name = "Aldermoor Hospital"
kind = "hospital"
date_order = "mdy"
sends = ["patients", "hospital_stays"]
contacts = ["Joel Pike, decision support, extension 31"]

[partners.agreement]
document = "DUA 2023-02"
starts = 2023-07-01
ends = 2028-06-30

[[partners]]
id = "st_oswin"
name = "St. Oswin Hospital"
named = true
kind = "hospital"
sends = ["patients", "hospital_stays"]
contacts = ["Rosa Lind, health information, extension 7"]

[partners.agreement]
document = "DUA 2023-03"
starts = 2023-07-01
ends = 2028-12-31

[[partners]]
id = "millrace"
name = "Millrace Community Health"
named = true
kind = "clinic"
sends = ["patients", "clinical_events", "blood_pressure", "food_security", "referrals", "food_programs"]
contacts = ["Tom Wilson, data desk, extension 4"]

[partners.agreement]
document = "DUA 2023-04"
starts = 2023-07-01
ends = 2027-06-30

[[partners]]
id = "juniper_row"
name = "Juniper Row Health Center"
named = true
kind = "clinic"
sends = ["patients", "clinical_events", "blood_pressure", "food_security"]
contacts = ["Dee Okafor, front office, extension 2"]

[partners.agreement]
document = "DUA 2023-05"
starts = 2023-07-01
ends = 2027-06-30

[[partners]]
id = "fenwick_flats"
name = "Fenwick Flats Family Clinic"
named = true
kind = "clinic"
sends = ["patients", "clinical_events", "blood_pressure", "food_security"]
contacts = ["Mia Sorel, care team, extension 9"]

[partners.agreement]
document = "DUA 2023-06"
starts = 2023-07-01
ends = 2026-12-31

[[partners]]
id = "good_furrow"
name = "Good Furrow Pantry"
kind = "food_bank"
sends = ["patients", "food_security", "referrals"]
contacts = ["Ken Abara, pantry desk, extension 1"]

[partners.agreement]
document = "DUA 2023-07"
starts = 2023-07-01
ends = 2027-12-31

[[partners]]
id = "larkfield"
name = "Larkfield Food Bank"
named = true
kind = "food_bank"
sends = ["indicator_counts"]
contacts = ["Lou Hart, warehouse office, extension 5"]

[partners.agreement]
document = "DUA 2023-08"
starts = 2023-07-01
ends = 2027-12-31
scope = "counts"
"""
