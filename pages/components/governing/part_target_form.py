"""Targets for one partner or one group: the list of them, and a form for one."""

from typing import Any

import streamlit as st

from metrics.counting import strata
from metrics.indicators import indicators
from metrics.judging import figure_words
from pages.components.governing import field_inputs, settings_draft
from pages.components.layout import page_frame
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import day
from schemas.policy.gap_pair import GROUPED_BY
from schemas.policy.partnership import Partnership
from schemas.policy.settings_places import Place
from schemas.policy.targets.target_for import TargetFor
from schemas.vocabularies.groupings import BY_DIGITS

_PLACE: Place = ("targets_for",)
_PREVIEW = "See what this target changes"
_COLUMNS = ("Measure", "For whom", "Target", "Starts from", "By", "Who answers for it")


def draw(settings: Partnership) -> None:
    """The list, and the form."""
    page_frame.section(
        "What do single partners or groups want to reach?",
        "Each target is on their own figure. One on a gap is met only if the group itself did no worse.",
    )
    those = settings.targets_for
    if those:
        listing(_COLUMNS, [_row(one, settings) for one in those], "Targets for partners and groups")
    options = [*range(len(those)), None]
    chosen = st.selectbox(
        "Target for a partner or a group", options, index=len(those), key=settings_draft.key("which_part"),
        format_func=lambda n: "A new one" if n is None else " · ".join(_row(those[n], settings)[:2]),
        width=field_inputs.WIDTH,
    )  # fmt: skip
    _form(settings, chosen)


def _row(one: TargetFor, settings: Partnership) -> list[str]:
    measure = indicators()[one.indicator]
    scale = figure_words.scale_of(measure)
    names = [strata.category_label(str(one.by), g) for g in one.groups]
    whom = settings.partner(one.partner).name if one.partner else " behind ".join(names)
    value = scale.difference(one.target) if one.beside else scale.value(one.target)
    return [measure.title, whom, value, day(one.start), day(one.until), one.owner]


def _form(settings: Partnership, number: int | None) -> None:
    now = settings.targets_for[number] if number is not None else None
    key = settings_draft.key(f"part_target_{number}")
    measure = st.selectbox(
        "Its measure", list(indicators()), list(indicators()).index(now.indicator) if now else 0, key=f"{key}_measure",
        format_func=lambda one: indicators()[one].title, width=field_inputs.WIDTH,
    )  # fmt: skip
    by = st.selectbox(
        "For a partner, or a group of", [None, *GROUPED_BY], [None, *GROUPED_BY].index(now.by if now else None),
        key=f"{key}_by", format_func=lambda one: strata.stratum_title(one) if one else "A partner",
        width=field_inputs.WIDTH,
    )  # fmt: skip
    with st.form(key, border=False):
        field_inputs.above([_PLACE])
        told: dict[str, Any] = {"indicator": measure, **(_group(key, by, now) if by else _partner(key, settings, now))}
        told |= _value(key, measure, now)
        field_inputs.beneath(_PLACE)
        gone = st.checkbox("Take it away", key=f"{key}_gone") if now else False
        pressed = st.form_submit_button(_PREVIEW, type="primary", key=f"{key}_go", icon=":material/difference:")
    if pressed:
        kept = [one.model_dump(mode="json") for n, one in enumerate(settings.targets_for) if n != number]
        settings_draft.propose("targets", {_PLACE: kept if gone else [*kept, told]})
        st.rerun()


def _partner(key: str, settings: Partnership, now: TargetFor | None) -> dict[str, str]:
    names = {p.id: p.name for p in settings.members}
    return {"partner": _one("Partner", names, now.partner if now else None, f"{key}_partner")}


def _group(key: str, by: str, now: TargetFor | None) -> dict[str, str | None]:
    """The group, and the one that it should not lie far behind; codes of places are typed."""
    held = now if now and now.by == by else None
    if by in BY_DIGITS:
        typed = st.text_input("Its code", held.group or "" if held else "", key=f"{key}_{by}", width=field_inputs.WIDTH)
        return {"by": by, "group": typed.strip()}
    names = {g: strata.category_label(by, g) for g in strata.known_groups(by)}
    group = _one("Group", names, held.group if held else None, f"{key}_{by}_group")
    beside = st.selectbox(
        "Is it on the gap to another group?", [None, *names],
        [None, *names].index(held.beside if held and held.beside in names else None), key=f"{key}_{by}_beside",
        format_func=lambda g: names[g] if g else "No, on its own figure", width=field_inputs.WIDTH,
    )  # fmt: skip
    return {"by": by, "group": group, "beside": beside}


def _one(asks: str, names: dict[str, str], now: str | None, key: str) -> str:
    options = list(names)
    return str(st.selectbox(
        asks, options, options.index(now) if now in names else 0, key=key, format_func=names.__getitem__,
        width=field_inputs.WIDTH,
    ))  # fmt: skip


def _value(key: str, measure: str, now: TargetFor | None) -> dict[str, Any]:
    one = indicators()[measure]
    factor, unit = (1, one.measured_in) if one.statistic == "mean" else (100, "% or points")
    value = st.number_input(
        f"Its target ({unit})", value=round(now.target * factor, 4) if now else None, step=0.5, format="%.1f",
        min_value=0.0, key=f"{key}_value", width=field_inputs.WIDTH,
    )  # fmt: skip
    start = st.date_input(
        "Last day of the year it starts from", now.start if now else None, key=f"{key}_start", format="YYYY-MM-DD",
        help="Usually the end of a quarter.", width=field_inputs.WIDTH,
    )  # fmt: skip
    until = st.date_input(
        "It is to be met by", now.until if now else None, key=f"{key}_until", format="YYYY-MM-DD",
        width=field_inputs.WIDTH,
    )  # fmt: skip
    owner = st.text_input(
        "Who answers for the target", now.owner if now else "", key=f"{key}_owner", max_chars=40,
        help="A name or a role.", width=field_inputs.WIDTH,
    )  # fmt: skip
    return {
        "target": None if value is None else round(float(value) / factor, 6), "owner": " ".join(owner.split()),
        "start": start.isoformat() if start else None, "until": until.isoformat() if until else None,
    }  # fmt: skip
