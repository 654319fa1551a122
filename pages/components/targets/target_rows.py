"""Targets for single partners and groups: where each started, where it is, and what is to be expected."""

from collections.abc import Iterable, Sequence
from functools import partial

from metrics.counting import strata
from metrics.judging import figure_words, sentences
from metrics.judging.figure_words import Scale
from metrics.judging.indicator_facts import Situation
from metrics.judging.targets import part_targets
from metrics.judging.targets.part_targets import Progress
from metrics.statistics.intervals import Span
from pages.components.layout import kept_parts, page_frame, page_state
from pages.components.meeting import row_words
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import day
from schemas.policy.status_words import FIGURE
from schemas.policy.targets.target_for import TargetFor

_COLUMNS = ("For whom", "Started from", "Now", "Target", "How it stands", "What is to come", "Who answers for it")
_NOTE = "Each target is for the figure of that partner or group alone."


def draw(s: Situation, *, partners: bool = True, by: str | None = None, groups: bool = True) -> None:
    """A section with a measure's targets for partners, and for groups (of one grouping); nothing without any."""
    found = [
        one
        for one in known(s)
        if (partners if one.target.partner else groups and by in (None, one.target.by))
    ]  # fmt: skip
    if found:
        page_frame.section("Is each on the way to its own target?", _NOTE)
        listing(_COLUMNS, [row(one, s) for one in found], "Targets for partners and groups")


def known(s: Situation) -> list[Progress]:
    """The targets of a measure that the viewer may know. One of a partner that goes by a letter is not told: with its
    owner and its day, it would say whose letter that is."""
    return kept_parts.kept(partial(_known, s), "targets", s.indicator.id)


def _known(s: Situation) -> list[Progress]:
    mine = [t for t in page_state.settings().targets_for if t.indicator == s.indicator.id]
    names = page_state.partner_names()
    return [part_targets.progress(t, s, _rows(t)) for t in mine if t.partner is None or t.partner in names]


def _rows(target: TargetFor) -> dict[str, list[dict]]:
    if target.partner:
        found = page_state.results(
            indicator=target.indicator, scope=target.partner, stratifier=strata.ALL, period_kind="year"
        )
        return {target.partner: found.sort("period_end").to_dicts()}
    found = page_state.results(
        indicator=target.indicator, scope="partnership", stratifier=target.by, period_kind="year",
        category=list(target.groups),
    )  # fmt: skip
    return {g: [r for r in found.sort("period_end").to_dicts() if r["category"] == g] for g in target.groups}


def whom(target: TargetFor) -> str:
    """For whom it is; of a gap, which one."""
    if target.partner:
        return page_state.partner_names()[target.partner]
    labels = [strata.category_label(str(target.by), g) for g in target.groups]
    return labels[0] if not target.beside else f"Gap from {labels[0]} to {labels[1]}"


def row(one: Progress, s: Situation) -> list[str]:
    """A target as a row of words."""
    t, scale = one.target, figure_words.scale_of(s.indicator)
    return [
        whom(t), f"{_size(one.then, t, scale) or 'not known'}, {figure_words.month(t.start)}",
        _size(one.now, t, scale) or FIGURE["hidden" if one.missing == "hidden" else "no figure"],
        f"{_of(t.target, t, scale)} by {day(t.until)}", stand(one, s), to_come(one, scale), t.owner,
    ]  # fmt: skip


def _of(value: float, target: TargetFor, scale: Scale) -> str:
    return scale.difference(value) if target.beside else scale.value(value)


def _size(span: Span | None, target: TargetFor, scale: Scale) -> str:
    if span is None:
        return ""
    if target.beside:
        return scale.difference(span[0]) if span[0] > 0 else "none: it is ahead"
    return f"{scale.value(span[0])} ({scale.span(span[1], span[2])})"


def stand(one: Progress, s: Situation) -> str:
    """How the year stands to it."""
    if one.tested is None:
        return "Cannot be told"
    if one.fell_back:
        return "Not met: the gap is small, but the group did worse"
    scale, beyond = figure_words.scale_of(s.indicator), one.tested.beyond
    lower = s.facts.lower_is_better or bool(one.target.beside)
    size = f"{scale.difference(abs(beyond))} {sentences.short_of(lower).removesuffix(' of')}"
    return figure_words.upper_first(row_words.MET[one.tested.met].format(size=size))


def to_come(one: Progress, scale: Scale) -> str:
    """What is to be expected, with its range; why not where nothing is."""
    if one.tested is None:
        return "–"
    if one.is_past:
        return "The day is past"
    if one.target.beside:
        return "No forecast for a gap"
    if one.tested.forecast is None or one.tested.expected is None:
        return "No forecast: months cannot be judged"
    words = figure_words.upper_first(row_words.FORECAST[one.tested.forecast])
    return f"{words}. Expected by then: {scale.span(*one.tested.expected)} (95% range)"


def sentences_of(those: Iterable[Progress], s: Situation) -> Sequence[str]:
    """Each target in one line, for the evidence of a row."""
    return [
        f"{cells[0]}: {cells[2]} now, target {cells[3]}. {cells[4]}. {cells[5]}. {cells[6]}."
        for cells in (row(one, s) for one in those)
    ]
