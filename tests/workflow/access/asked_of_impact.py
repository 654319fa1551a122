"""What pages ask of impact, for the matrix of permissions: a call for a viewer."""

import datetime as dt
from typing import Any

from metrics.acting.arms import Action
from metrics.acting.impact import Impact
from workflow.evaluating import reading_impact

ACTION = Action("bp_control", dt.date(2025, 1, 1), ("alder",))
OTHER = "birch"
ASK: dict[str, Any] = {
    "reading_impact.read_partners": (
        "see_figures", lambda w, v, p: reading_impact.read_partners(w.store, "bp_control", viewer=v)),
    "reading_impact.read_starts": (
        "see_figures", lambda w, v, p: reading_impact.read_starts(w.store, "bp_control", viewer=v)),
    "reading_impact.read_beside": ("see_figures", lambda w, v, p: reading_impact.read_beside(w.store, ACTION, viewer=v)),
    "reading_impact.read_impact": (
        "see_figures", lambda w, v, p: reading_impact.read_impact(w.store, ACTION, [OTHER], viewer=v)),
    "reading_impact.read_placebo_measures": (
        "see_figures", lambda w, v, p: reading_impact.read_placebo_measures(w.store, ACTION, [OTHER], viewer=v)),
    "reading_impact.read_people": (
        "see_figures",
        lambda w, v, p: reading_impact.read_people(w.store, Impact(ACTION, "", "not enough data"), viewer=v)),
}  # fmt: skip
EMPTY: dict[str, Any] = {
    "reading_impact.read_recorded": ("see_actions", lambda w, v, p: reading_impact.read_recorded(w.store, viewer=v)),
}
