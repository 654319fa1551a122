"""30-day unplanned readmission to any hospital of the partnership."""

import datetime as dt

from metrics.counting import readmission_episodes
from metrics.counting.declaration import Benchmark, Indicator

INDICATOR = Indicator(
    id="readmission_any_hospital",
    order=10,
    version="1.0",
    title="Readmitted within 30 days",
    measure="30-day readmissions",
    plain="Of hospital stays that ended with the patient going home, the share followed by an unplanned return to any "
    "hospital of the partnership within 30 days.",
    why="A return within a month often means that something after discharge went wrong that hospitals, clinics and "
    "community partners can mend together.",
    denominator=readmission_episodes.DENOMINATOR,
    numerator="The first next episode, at any hospital, begins 0 to 30 days after discharge and is not planned.",
    exclusions=readmission_episodes.EXCLUSIONS,
    source="Shape of the CMS Hospital-Wide All-Cause Unplanned Readmission measure; not risk-adjusted",
    better="lower",
    units="stays",
    outcome="readmitted",
    partner_means="returns to its own hospital alone, for it sees no others",
    benchmark=Benchmark(label="US hospitals", rate=0.146, source="CMS hospital-wide readmission, 7/2022-6/2023"),
    choices=readmission_episodes.CHOICES,
    main="hospital_stays",
    reach=readmission_episodes.REACH,
    run_out_days=30,
    review_on=dt.date(2027, 6, 30),
    unit_rows=readmission_episodes.ANY_HOSPITAL,
)
