"""30-day unplanned readmission to the hospital that discharged."""

import datetime as dt

from metrics.counting import readmission_episodes
from metrics.counting.declaration import Indicator

INDICATOR = Indicator(
    id="readmission_same_hospital",
    order=20,
    version="1.0",
    title="Readmitted to the same hospital",
    measure="30-day readmissions",
    plain="Of hospital stays that ended with the patient going home, the share followed by an unplanned return to the "
    "same hospital within 30 days.",
    why="It is what one hospital can see on its own; the difference to any-hospital readmission is what only a "
    "partnership can see.",
    denominator=readmission_episodes.DENOMINATOR,
    numerator="The first next episode that begins at the discharging hospital begins 0 to 30 days after discharge and "
    "is not planned.",
    exclusions=readmission_episodes.EXCLUSIONS,
    source="Shape of the CMS Hospital-Wide All-Cause Unplanned Readmission measure; not risk-adjusted",
    better="lower",
    units="stays",
    outcome="readmitted",
    choices=readmission_episodes.CHOICES,
    main="hospital_stays",
    reach=readmission_episodes.REACH,
    run_out_days=30,
    review_on=dt.date(2027, 6, 30),
    unit_rows=readmission_episodes.SAME_HOSPITAL,
)
