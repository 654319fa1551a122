"""The one long shape in which every figure leaves Concord (the narrow waist), with the meaning of each column."""

RESULT_COLUMNS: dict[str, tuple[str, str]] = {
    "release": ("INTEGER", "Number of the release that the figure belongs to."),
    "indicator": ("VARCHAR", "Indicator id."),
    "version": ("VARCHAR", "Version of the indicator's definition, and of the code lists that it joins."),
    "scope": ("VARCHAR", "'partnership', or the id of a partner."),
    "period_kind": (
        "VARCHAR",
        "'year' (rolling 12 months, the official figure), 'month' or 'quarter'. "
        "Three years added up, for groups too small for one, are 'three_years'.",
    ),
    "period_start": ("DATE", "First day of the period."),
    "period_end": ("DATE", "Last day of the period."),
    "stratifier": (
        "VARCHAR",
        "How people are grouped: 'all', 'sex', ... By two at once: 'race_ethnicity*zip'. 'at_each_partner': everyone "
        "once at each partner. Where it stands, 'all' counts each person once. 'people_by_age_band*sex': a partner's "
        "people alone, without a numerator.",
    ),
    "category": ("VARCHAR", "Which group; 'all' for everyone; of two groupings at once 'black*01234'."),
    "denominator": ("BIGINT", "People or stays that count; null when hidden or unknown."),
    "numerator": ("BIGINT", "Of those, the ones that meet the indicator; null when hidden or unknown, and of a mean."),
    "rate": (
        "DOUBLE",
        "numerator / denominator, 0 to 1, or a mean in its own unit; null when hidden, unknown or without denominator.",
    ),
    "low": ("DOUBLE", "Lower end of the 95 % interval: Wilson, or Student's t of a mean."),
    "high": ("DOUBLE", "Upper end of the 95 % interval."),
    "suppressed": ("BOOLEAN", "True when the figure is hidden to protect privacy."),
    "unreliable": (
        "BOOLEAN",
        "True when the denominator is below the reliability limit (default 30); null when hidden.",
    ),
    "provisional": (
        "BOOLEAN",
        "True while the period is open, or where data of it (or its 30-day follow-up) was missing when it closed.",
    ),
    "partners_reporting": ("INTEGER", "How many partners' data the figure holds."),
    "counts_only_partners": ("INTEGER", "How many of them sent only totals (people may be counted twice)."),
    "untold": (
        "VARCHAR",
        "How much of the numerator rests on facts that were not sent: none, some (up to half), most, all. Null when "
        "hidden, and of an indicator without such facts.",
    ),
    "expected": (
        "DOUBLE",
        "How many were expected to meet the indicator, by what `expected_by` says. Only of a partner's years, to 0.1; "
        "null elsewhere, and when hidden.",
    ),
    "rung": (
        "INTEGER",
        "How coarse the groups are: 0 is the finest. Of two groupings at once ten times the first's, and the second's.",
    ),
    "part_of": ("VARCHAR", "The county that holds a ZIP code; null for other groups."),
    "closed": (
        "BOOLEAN",
        "True once the period is closed: an erratum alone changes its figures. While it is open a rate is in whole "
        "points, without groups, counts and interval.",
    ),
    "expected_by": (
        "VARCHAR",
        "What `expected` rests on: 'sender' (its probabilities) or 'age_and_sex'. By age and sex it is the partner's "
        "'people_by_age_band*sex', each with the partnership's rate in 'age_band*sex'. Null without it.",
    ),
}
RESULT_KEY = ["indicator", "scope", "period_kind", "period_start", "period_end", "stratifier", "category"]
"""What tells the figures of one release apart."""
BY_SENDER, BY_AGE_AND_SEX = "sender", "age_and_sex"
"""Words of `expected_by`."""
OPEN_FROM = 100
"""Fewest people or stays of an open figure: of fewer, one of them moves a rate by more than it is rounded."""
