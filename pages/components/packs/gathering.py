"""A pack's contents, gathered from the release as the viewer may see it, in the words of the scorecard."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from data.ledger.actions.action_steps import Action
from metrics.counting import strata
from metrics.judging import figure_words, sentences
from metrics.judging.control_chart import ControlChart
from metrics.judging.indicator_facts import Situation
from pages.components.actions import action_log, known_actions
from pages.components.charts import control_panel, figures
from pages.components.deciding import decision_words
from pages.components.layout import cards, page_state
from pages.components.meeting import agenda, meeting_board, row_words
from pages.components.meeting.agenda import Measure
from pages.components.packs.contents import Bar, Bars, Doing, Level, Line, Looks, Minute, Pack, Point, Sheet
from pages.components.sections import group_intervals, official_figure, partner_intervals
from pages.components.wording import control_words, definition_words, figure_sentences, gap_words, outlier_words
from pages.components.wording.count_words import day, many
from pages.components.wording.releases import hiding_words
from schemas.policy.status_words import DECISION, FIGURE
from schemas.policy.viewer import Viewer
from workflow import reading
from workflow.deciding import recording

Row = dict[str, Any]
FOR_EVERYONE = "As every partner may see it. It may be handed on."
FOR_ONE = "For {name} alone. Its own figures are exact, so do not pass this on."
INSIDE = "For backbone staff. Do not pass this on."
_LOOKS: dict[str, Looks] = {"better": "better", "ok": "better", "worse": "worse"}
"""What a mark or a verdict means -> how it looks; all else looks usual."""


def gather() -> Pack | None:
    """The current release as the viewer may see it, without minutes and actions; None before there is one."""
    shown, made = page_state.release(), page_state.release_day()
    situations = meeting_board.on_scorecard()
    if shown is None or made is None or not situations:
        return None
    settings, those = page_state.settings(), meeting_board.measures(situations)
    return Pack(
        partnership=settings.name,
        release=shown.number,
        made=day(made),
        whom=_whom(),
        headline=sentences.headline([(s.indicator.title, s.facts) for s in situations]),
        complete=_complete(those),
        hidden=hiding_words.hidden(page_state.hiding(), settings.policy.smallest_cell),
        rule=agenda.OF_RELEASE,
        checksum=reading.read_checksum(page_state.store()),
        sheets=tuple(map(_sheet, those)),
    )


def minutes(of: Pack, who: Viewer) -> tuple[Minute, ...]:
    """What was decided on a pack's release, and what was still open from before. No word of it depends on the day: the
    same release and the same decisions give the same files."""
    release, places = of.release, {sheet.id: n for n, sheet in enumerate(of.sheets)}
    known = [d for d in recording.read_decisions(page_state.store(), who) if decision_words.matters(d, release)]
    return tuple(
        Minute(
            decision_words.about(d.indicator), decision_words.when(d, release), d.agreed.words, d.agreed.owner,
            day(d.agreed.due), decision_words.became(d.last) or DECISION["open"],
        )
        for d in sorted(known, key=lambda d: (places.get(d.indicator or "", len(places)), d.number))
    )  # fmt: skip


def with_actions(of: Pack, who: Viewer) -> Pack:
    """A pack with the actions that are open, or ended on its release or the one before, and with each measure's first
    one in its row. Like the minutes, no word of it depends on the day."""
    with page_state.seen_by(who):
        known, names = known_actions.read(), known_actions.names()
    known = [a for a in known if a.is_open or a.last.release >= of.release - 1]
    of_each = {sheet.id: known_actions.of_measure(known, sheet.id) for sheet in of.sheets}
    sheets = tuple(
        replace(one, owner=row_words.who_does_what("", "", mine)) if (mine := of_each[one.id]) else one
        for one in of.sheets
    )
    others = [a for a in known if a.deed.indicator not in of_each]
    doing = tuple(_doing(a, names) for mine in (*of_each.values(), others) for a in mine)
    return replace(of, sheets=sheets, doing=doing)


def _doing(one: Action, names: dict[str, str]) -> Doing:
    about, name, owner, others, whom, stands, so_far, next_step = action_log.row(one, names)
    return Doing(
        about, name if whom == action_log.ALL else f"{name} ({whom})",
        owner if others == action_log.NOTHING else f"{owner}, with {others}", stands, so_far, next_step,
    )  # fmt: skip


def _whom() -> str:
    who = page_state.viewer()
    if who.partner_id:
        return FOR_ONE.format(name=page_state.partner_names()[who.partner_id])
    return INSIDE if who.role == "backbone" else FOR_EVERYONE


def _complete(those: Iterable[Measure]) -> str:
    partners = {p for one in those for p in (*one.seen.complete, *one.seen.late)}
    late = {p for one in those for p in one.seen.late}
    return f"{len(partners - late)} of {many(len(partners), 'partner')} complete."


def _sheet(one: Measure) -> Sheet:
    s, names = one.s, partner_intervals.names_with_own()
    now, scale = s.now, figure_words.scale_of(s.indicator)
    assert now is not None
    known = now["rate"] is not None
    kind, _, verdict = cards.told(s) if s.facts.shown == "shown" else ("usual", "open", "Cannot be judged")
    return Sheet(
        id=s.indicator.id,
        title=s.indicator.title,
        plain=s.indicator.plain,
        number=figure_sentences.said(scale, now).removesuffix(f" {scale.unit}") if known else _why_none(s),
        unit=scale.unit if known else "",
        span=scale.span(now["low"], now["high"]) if now["low"] is not None else "",
        counted=figure_sentences.counted(now, s.indicator.units) if known and figure_sentences.exact(now) else "",
        period=figure_sentences.upper_first(figure_sentences.period(now)),
        looks=_LOOKS.get(kind, "usual"),
        verdict=verdict,
        moved=" ".join(filter(None, row_words.moved(s))) if s.facts.shown == "shown" else "",
        target=s.target,
        target_by=figure_words.month(s.facts.target_by) if s.facts.target_by else "",
        goal=_kept(*row_words.goal(s)) or ("No target set",),
        gap=_gap(one),
        partner=_kept(*row_words.partner(s, one.found, names, page_state.shared_names())),
        owner=_kept(one.owner or row_words.NO_OWNER, one.plan),
        sentence=f"{sentences.sentence(s.facts)}. {figure_sentences.changed(s) if known else ''}".strip(),
        scale=scale,
        years=_years(s, scale),
        months=_months(s, scale),
        groups=_groups(one),
        partners=_partners(one, names),
        facts=tuple(
            (told, (words,) if isinstance(words, str) else tuple(words))
            for told, words in definition_words.facts(
                s.indicator, page_state.settings(), reading.read_code_lists(page_state.store())
            )
            if words
        ),
    )


def _why_none(s: Situation) -> str:
    """In place of the number."""
    return FIGURE[s.facts.shown if s.facts.shown != "shown" else "not known"]


def _kept(*words: str) -> tuple[str, ...]:
    return tuple(filter(None, words))


def _gap(one: Measure) -> tuple[str, ...]:
    if one.gap is None:
        return (row_words.no_gap(one.s, followed=one.followed),)
    size, *between = row_words.gap(one.s, one.gap.stratifier, one.gap.judged, followed=one.followed)
    sign, _, words = row_words.course(one.s, one.gap.judged)
    return _kept(size, " ".join(between), f"{sign} {words}".strip())


def _point(row: Row, scale: figure_words.Scale, looks: Looks = "usual") -> Point:
    said = FIGURE["hidden"] if row["suppressed"] else figure_sentences.said(scale, row)
    return Point(
        figure_words.month(row["period_end"]), row["rate"], row["low"], row["high"], said, looks,
        bool(row["provisional"]), bool(row["suppressed"]),
    )  # fmt: skip


def _years(s: Situation, scale: figure_words.Scale) -> Line:
    assert s.now is not None
    last = s.now["period_end"]
    closed = [r for r in s.years if r["period_end"] <= last and (last.year - r["period_end"].year) * 12 + (
        last.month - r["period_end"].month) <= 24]  # fmt: skip
    points = [_point(r, scale) for r in closed]
    if s.newer and s.newer["rate"] is not None:
        points.append(_point(s.newer, scale))
    told = "Twelve months at a time, a point a quarter. The band is the 95% range."
    return Line("Twelve months at a time", official_figure.trend_text(s), tuple(points), s.target, told=told)


def _months(s: Situation, scale: figure_words.Scale) -> Line | None:
    signal = s.signal
    if signal is None or not control_panel.shown(s):
        return None
    points = [_point(m, scale, _LOOKS.get(t, "usual")) for m, t in zip(signal.months, signal.types, strict=True)]
    told = " ".join([control_words.kind(s), *control_words.remarks(s)])
    alt = control_words.in_words(s)
    return Line("Month by month", alt, tuple(points), signal.target, _level(signal), told)


def _level(signal: ControlChart) -> Level | None:
    """The average and range of the last segment, over its months."""
    if not signal.has_level:
        return None
    start = max((n for n in signal.starts if 0 < n < len(signal.months)), default=0)
    edges = (signal.limits.low.tolist(), signal.limits.high.tolist())
    low, high = (tuple(v if n >= start and math.isfinite(v) else None for n, v in enumerate(edge)) for edge in edges)
    return Level(float(signal.limits.mean[-1]), low, high)


def bar(name: str, row: Row, mark: str, units: str) -> Bar:
    """What differs surely has its color; what only may differ has none."""
    looks = _LOOKS.get(figures.LOOKS[mark][0], "usual")
    known = row["rate"] is not None
    said = figure_sentences.figure(row) if known else FIGURE["hidden" if row["suppressed"] else "not known"]
    counted = figure_sentences.counted(row, units) if known and figure_sentences.exact(row) else ""
    return Bar(name, row["rate"], row["low"], row["high"], said, counted, looks)


def _groups(one: Measure) -> Bars | None:
    s, by = one.s, one.grouping
    if by is None or s.now is None:
        return None
    mine, whole = group_intervals.rows_of(s, by, s.now["period_end"])
    rows = group_intervals.told(s, by, mine, whole)
    if not any(row["rate"] is not None for _, row, _ in rows):
        return None
    label = gap_words.Labels(s, by)
    judged = next((g for g in page_state.judged_groups() if (g.indicator, g.stratifier) == (s.indicator.id, by)), None)
    said = [gap_words.width(label, judged), gap_words.everyone(label, judged)] if judged else []
    return Bars(
        f"Who is left behind, by {label.by}?", _alt(s, label.by, [(n, r) for n, r, _ in rows]),
        strata.stratum_title(by, s.indicator.own_strata),
        tuple(bar(n, r, mark, s.indicator.units) for n, r, mark in rows), s.target, whole["rate"] if whole else None,
        " ".join(filter(None, [*said, group_intervals.completeness(mine, whole)])),
    )  # fmt: skip


def _partners(one: Measure, names: dict[str, str]) -> Bars | None:
    s, found = one.s, one.found
    if not any(row["rate"] is not None for row in found.rows.values()):
        return None
    marks = [(names[p], row, figures.TOKEN[found.stand(p) or "unknown"]) for p, row in found.rows.items()]
    return Bars(
        "Which partners differ?", _alt(s, "partner", [(n, r) for n, r, _ in marks]), "Partner",
        tuple(bar(n, r, mark, s.indicator.units) for n, r, mark in marks), partner_intervals.partner_target(s), None,
        " ".join(filter(None, [outlier_words.together(found, names), partner_intervals.meaning(s),
                               "The order ranks nobody."])),
    )  # fmt: skip


def _alt(s: Situation, by: str, rows: Sequence[tuple[str, Row]]) -> str:
    return f"{s.indicator.title} by {by}. {figure_sentences.extremes(rows)}"
