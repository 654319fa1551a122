"""The one word for each state: what pages, the command and the docs say when something is in it."""

SUBMISSION = {
    "checked": "Awaiting acceptance",
    "accepted": "Accepted",
    "unreleased": "Awaiting release",
    "withdrawn": "Withdrawn",
    "left": "Discarded",
}
"""A file that was sent. Unreleased: accepted, and not in a release yet; left: its sender did not accept it."""

PERIOD = {
    "on time": "On time",
    "late": "Late",
    "expected": "Expected",
    "missing": "Missing",
    "to come": "Still to come",
}
"""A file that is owed for a period. Expected: overdue, but no later than the partner's files usually are."""

FIGURE = {
    "hidden": "Hidden to protect privacy",
    "not known": "Not known",
    "no figure": "No figure yet",
    "provisional": "Provisional",
    "unreliable": "Few people: unreliable",
}
"""A figure that is not shown, or not yet to be relied on."""

FINDING = {
    "stops": "Stops the file",
    "blocks": "Blocks the row",
    "blanks": "Left blank, the row stays",
    "check": "Check",
    "information": "For information",
}
"""A finding, by its severity."""

APPEAL = {
    "open": "Appeal open",
    "upheld": "Appeal upheld",
    "not upheld": "Appeal not upheld",
}

DECISION = {"open": "Open", "overdue": "Overdue", "done": "Done", "dropped": "Dropped"}
"""A decision of a meeting. Overdue: open, and its day is past."""

ACTION = {
    "planned": "Planned",
    "running": "Running",
    "paused": "Paused",
    "done": "Done",
    "stopped": "Stopped",
    "withdrawn": "Recorded by mistake",
}
"""An action. Stopped: it ended before it was done; recorded by mistake: its recording was undone."""

KIND_OF_PARTNER: dict[str, tuple[str, str]] = {
    "hospital": ("hospital", "hospitals"),
    "clinic": ("clinic", "clinics"),
    "food_bank": ("food bank", "food banks"),
    "health_department": ("health department", "health departments"),
}
"""One partner of a kind, and several. `other` has no word: it is no kind to be compared."""

ERRATUM = {
    "late_files": "Files came after the closing",
    "wrong_files": "Files that counted were wrong",
    "definition": "A definition was corrected",
}
"""Why an erratum is made. A declared list: the reason is published, and open text never is."""

STATES = {
    "A file that was sent": SUBMISSION,
    "A file that is owed": PERIOD,
    "A figure": FIGURE,
    "A finding": FINDING,
    "An appeal": APPEAL,
    "An erratum": ERRATUM,
}
