"""Targets: the value of each measure, by when, who answers for it, and what we do about it."""

from typing import Any

import streamlit as st

from metrics.counting.declaration import Indicator
from metrics.indicators import indicators
from metrics.judging import figure_words
from metrics.judging.indicator_facts import Situation
from pages.components.governing import field_inputs, part_target_form, settings_draft
from pages.components.governing.model_form import PREVIEW
from pages.components.layout import page_frame, page_state
from pages.components.meeting import row_words
from pages.components.tables.plain_table import Cell, listing
from pages.components.wording.count_words import day
from schemas.policy.partnership import Partnership
from schemas.policy.settings_places import Place

_COLUMNS = ("Measure", "Latest year", "Target", "By", "Owner", "What we do about it")


def situations() -> dict[str, Situation]:
    """Indicator -> its situation in the release that is shown; empty before the first release."""
    return {s.indicator.id: s for s in page_state.situations() if s.now} if page_state.release() else {}


def draw() -> None:
    """The list of measures, and a form for one of them."""
    settings, where = settings_draft.shown(), situations()
    page_frame.section("What do we want to reach, and who answers for it?", "Choose a measure to change it.")
    listing(_COLUMNS, [_row(one, settings, where.get(one.id)) for one in indicators().values()], "Targets")
    options = list(indicators())
    key = settings_draft.key("which_measure")
    chosen = st.selectbox(
        "Measure", options, index=options.index(page_state.picked("indicator", options, options[0], key)),
        format_func=lambda one: indicators()[one].title, key=key,
        width=field_inputs.WIDTH,
    )  # fmt: skip
    page_state.keep("indicator", chosen)
    _form(indicators()[chosen], settings)
    part_target_form.draw(settings)


def _row(one: Indicator, settings: Partnership, s: Situation | None) -> list[Cell]:
    scale, by = figure_words.scale_of(one), settings.target_dates.get(one.id)
    return [
        one.title, scale.value(s.now["rate"] if s and s.now else None), scale.value(settings.targets.get(one.id)),
        day(by) if by else "–", settings.owners.get(one.id, row_words.NO_OWNER), settings.plans.get(one.id, "–"),
    ]  # fmt: skip


def _form(one: Indicator, settings: Partnership) -> None:
    at: dict[str, Place] = {name: (name, one.id) for name in ("targets", "target_dates", "owners", "plans")}
    with st.form(settings_draft.key(f"target_{one.id}"), border=False):
        field_inputs.above(list(at.values()))
        left, right = st.columns(2, gap="large")
        with left:
            told: dict[Place, Any] = {at["targets"]: _target(one, settings.targets.get(one.id), at["targets"])}
            told[at["target_dates"]] = _by(one, settings, at["target_dates"])
        with right:
            told[at["owners"]] = field_inputs.text(
                "Owner: who answers for it", at["owners"], settings.owners.get(one.id),
                "A name or a role. Everyone who looks reads it.", longest=60,
            )  # fmt: skip
            told[at["plans"]] = field_inputs.text(
                "What we do about it, in one short sentence", at["plans"], settings.plans.get(one.id),
                "It stands in the measure’s row of the scorecard.", longest=100,
            )  # fmt: skip
        pressed = st.form_submit_button(PREVIEW, type="primary", key="preview_target", icon=":material/difference:")
    if pressed:
        settings_draft.propose("targets", told)
        st.rerun()


def _by(one: Indicator, settings: Partnership, place: Place) -> str | None:
    by = settings.target_dates.get(one.id)
    more = "Usually the end of a year. A forecast speaks of the year that ends by then."
    return field_inputs.date("To be met by", place, by.isoformat() if by else None, more)


def _target(one: Indicator, value: float | None, place: Place) -> float | None:
    """The target in percent, or in the unit of a mean."""
    factor, unit = (1, one.measured_in) if one.statistic == "mean" else (100, "%")
    way = "higher" if one.better == "higher" else "lower"
    found = st.number_input(
        f"Target ({unit}); {way} is better", value=None if value is None else round(value * factor, 4), step=0.5,
        format="%.1f", key=settings_draft.key("_".join(place)), width=field_inputs.WIDTH, help=_benchmark(one),
    )  # fmt: skip
    field_inputs.beneath(place)
    return None if found is None else round(float(found) / factor, 6)


def _benchmark(one: Indicator) -> str | None:
    mark = one.benchmark
    return f"To compare: {figure_words.scale_of(one).value(mark.rate)}, {mark.label}." if mark else None
