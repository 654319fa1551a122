"""How figures are worked out, in words that come from the declarations."""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st
from pydantic import BaseModel

from metrics.counting.declaration import Indicator
from metrics.judging import figure_words
from pages.components.tables.plain_table import facts_html, listing
from pages.components.wording.count_words import day
from schemas.policy.limits import Limits
from schemas.policy.partnership import Choices, Partnership
from schemas.vocabularies.readmission_lists import About


def contents(links: Sequence[tuple[str, str]]) -> None:
    """Links to places on this page: anchor and words."""
    text = "".join(f'<a href="#{escape(anchor)}" target="_self">{escape(words)}</a>' for anchor, words in links)
    st.html(f'<nav class="s-contents" aria-label="On this page">{text}</nav>')


def anchor(name: str) -> None:
    """A place that `contents` can link to."""
    st.html(f'<div class="s-anchor" id="{escape(name)}"></div>')


def facts(one: Indicator, partnership: Partnership, lists: About) -> list[tuple[str, str | list[str]]]:
    """One indicator's whole definition: what is told, and what it is; that may be empty."""
    return [
        ("Why", one.why),
        ("Who counts (denominator)", one.denominator),
        ("Who meets it (numerator)" if one.statistic == "rate" else "What is averaged", one.numerator),
        ("Left out", list(one.exclusions.values()) or "Nobody"),
        ("Which way is better", f"{one.better.capitalize()} is better"),
        ("A plain month shows", figure_words.upper_first(one.month_means)),
        ("Target", _target(one, partnership)),
        ("Benchmark", _benchmark(one)),
        *[(f"Choice: {words(name).lower()}", _chosen(partnership.choices, name)) for name in one.choices],
        ("Follow-up", f"Final {one.run_out_days} days after the period's end" if one.run_out_days else ""),
        ("Source", one.source),
        ("Code lists", lists.version if one.by_code_lists else ""),
        ("Version", f"{one.version}, to be reviewed by {day(one.review_on)}"),
    ]  # fmt: skip


def indicator(one: Indicator, partnership: Partnership, lists: About) -> None:
    """The same on the page."""
    text = facts_html(facts(one, partnership, lists))
    st.html(
        f'<section class="s-indicator" id="{escape(one.id)}"><h3>{escape(one.title)}</h3>'
        f"<p>{escape(one.plain)}</p>{text}</section>"
    )


def code_lists(lists: About) -> None:
    """The published lists that decide about readmissions: where each table is from, and when its codes are in use."""
    rows = [
        [s.file.capitalize(), " ".join(s.source.split()), day(s.effective_from),
         day(s.effective_to) if s.effective_to else "–"]
        for s in lists.sources
    ]  # fmt: skip
    listing(["Table", "Source", "From", "To"], rows, f"Published lists for readmission: {lists.version}")


def _benchmark(one: Indicator) -> str:
    mark = one.benchmark
    return f"{_told(one, mark.rate)}: {mark.label} ({mark.source})" if mark else "None"


def _target(one: Indicator, partnership: Partnership) -> str:
    by = partnership.target_dates.get(one.id)
    value = _told(one, partnership.targets.get(one.id))
    return f"{value} by {day(by)}" if value and by else value


def _told(one: Indicator, value: float | None) -> str:
    return "" if value is None else figure_words.scale_of(one).value(value)


def _chosen(choices: Choices, name: str) -> str:
    text = type(choices).model_fields[name].description or ""
    return f"{text.removesuffix('.')}: {value_words(getattr(choices, name))}"


def settings(model: BaseModel, label: str) -> None:
    """Every setting of a model with its value, default and meaning."""
    rows = []
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        usual = "As now" if value == field.default else value_words(field.default)
        rows.append([words(name), value_words(value), usual, (field.description or "").replace("`", "")])
    listing(["Setting", "Now", "Default", "Meaning"], rows, label)


def limits(model: Limits) -> None:
    """Every limit of the checks: the current number, the usual one, and why it was moved."""
    rows = []
    for name, about in model.about().items():
        unit = "" if about.unit in ("%", "year") else f" {about.unit}"
        given = getattr(model, name)
        rows.append([
            about.meaning.rstrip("."), f"{about.worded(given.value)}{unit}", f"{about.worded(about.usual)}{unit}",
            given.reason or "–", name,
        ])  # fmt: skip
    listing(["Limit", "Now", "Default", "Reason", "Setting"], rows, "Limits of the checks")


def words(name: str) -> str:
    """A declared name as words."""
    return name.replace("_", " ").capitalize().replace("Zip ", "ZIP ").replace(" mb", " in MB")


def value_words(value: Any) -> str:
    """A setting's value as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.replace("_", " ") if isinstance(value, str) else str(value)
