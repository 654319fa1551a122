"""A figure that would move: where from, where to, and why, in sentences that rules make."""

from html import escape

import streamlit as st

from metrics.counting.declaration import Indicator
from metrics.indicators import indicators
from metrics.results.figure_movement import Figure, Movement
from metrics.results.movement_reasons import Part, Reasons
from pages.components.tables.plain_table import listing
from pages.components.wording.count_words import day, many
from workflow.previewing import Preview

MOST_NAMED = 3


def figures(preview: Preview) -> None:
    """Draw a card for each indicator that moves, and a table of all years that do."""
    cards = "".join(_card(m, (preview.why or {}).get(m.indicator)) for m in preview.foremost)
    st.html(f'<div class="s-moves">{cards}</div>')
    if len(preview.moves) > len(preview.foremost):
        with st.expander(f"All {many(len(preview.moves), 'figure')} that would move", key="all_moves"):
            columns = ["Measure", "Year to", "Now", "After this file"]
            listing(columns, [_line(m) for m in preview.moves], "Figures that would move")


def in_words(name: str, figure: Figure | None) -> str:
    """An indicator's figure: a percentage, or a mean with its unit."""
    if figure is None or figure.value is None:
        return "no figure"
    return _amount(name, figure.value)


def _amount(name: str, value: float) -> str:
    unit = indicators()[name].measured_in
    return f"{value:.1f} {unit}" if unit else f"{value:.1%}"


def _card(move: Movement, why: Reasons | None) -> str:
    title = escape(indicators()[move.indicator].title)
    before, after = (escape(in_words(move.indicator, side)) for side in (move.before, move.after))
    return (
        f'<section class="s-move"><div><h3>{title}</h3><div class="s-was"><span>{before} now</span>'
        f'<span aria-hidden="true">→</span><b>{after}</b><span>after this file</span></div>{_track(move)}'
        f'<p class="c-note">{escape(_counted(move))}</p></div>{_why(move, why)}</section>'
    )


def _track(move: Movement) -> str:
    """Both rates on a line from 0 to 100%; nothing for a mean."""
    before, after = (side.rate if side else None for side in (move.before, move.after))
    dots = "".join(_dot(kind, value) for kind, value in (("", before), ("s-after", after)) if value is not None)
    bridge = ""
    if before is not None and after is not None:
        bridge = f'<u style="left:{min(before, after):.1%};width:{abs(after - before):.1%}"></u>'
    ends = '<div class="s-ends" aria-hidden="true"><span>0%</span><span>100%</span></div>'
    return f'<div class="s-track" aria-hidden="true">{bridge}{dots}</div>{ends}' if dots else ""


def _dot(kind: str, value: float) -> str:
    return f'<i class="{kind}" style="left:{value:.1%}"></i>'


def _counted(move: Movement) -> str:
    units = indicators()[move.indicator].units
    now, after = _of(move.before), _of(move.after)
    if move.before_end:
        earlier = f"Year to {day(move.before_end)}: {now} {units}."
        return f"{earlier} Year to {day(move.period_end)}: {after}.{_complete(move)}"
    return f"Year to {day(move.period_end)}: {now} now, {after} after ({units}).{_complete(move)}"


def _of(figure: Figure | None) -> str:
    if figure is None or figure.value is None or figure.denominator is None:
        return "nothing"
    return f"{figure.denominator:,}" if figure.numerator is None else f"{figure.numerator:,} of {figure.denominator:,}"


def _complete(move: Movement) -> str:
    before, after = bool(move.before and move.before.complete), bool(move.after and move.after.complete)
    if after and (move.before_end or not before):
        return " The year becomes complete."
    return "" if after else " The year is still incomplete."


def _line(move: Movement) -> list[str]:
    name = indicators()[move.indicator].title
    return [name, day(move.period_end), in_words(move.indicator, move.before), in_words(move.indicator, move.after)]


def _why(move: Movement, why: Reasons | None) -> str:
    lines = sentences(move, why) if why else ["You send this figure as a total, and this file has another total."]
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<div><h4>Why</h4><ul>{items}</ul></div>" if lines else ""


def sentences(move: Movement, why: Reasons) -> list[str]:
    """Why a figure moves, a sentence for each kind of reason; together they are all of it."""
    indicator = indicators()[move.indicator]
    found = (
        _came(why, indicator),
        _changed(why, indicator),
        _excluded(why.excluded, "now excluded", indicator),
        _excluded(why.lifted, "no longer excluded", indicator),
        _shares(move, why),
    )
    return [f"{line[:1].upper()}{line[1:]}." for line in found if line]


def _came(why: Reasons, indicator: Indicator) -> str:
    parts = []
    if why.more.units:
        parts.append(f"{why.more.units:,} {_units(indicator, why.more.units)} more ({_hits(why.more, indicator)})")
    if why.left.units:
        noun = "" if parts else f" {_units(indicator, why.left.units)}"
        parts.append(f"{why.left.units:,}{noun} left ({_hits(why.left, indicator)})")
    return ", ".join(parts)


def _units(indicator: Indicator, count: int) -> str:
    """The indicator's units, in the singular for one."""
    one = {"people": "person", "stays": "stay"}
    return one.get(indicator.units, indicator.units) if count == 1 else indicator.units


def _hits(part: Part, indicator: Indicator) -> str:
    if indicator.statistic == "mean":
        return f"mean {_amount(indicator.id, part.amount / part.units)}"
    return f"{part.amount:,.0f} of them {indicator.outcome}"


def _changed(why: Reasons, indicator: Indicator) -> str:
    if indicator.statistic == "mean":
        parts = [f"{count:,} now {how}" for count, how in ((why.lost, "lower"), (why.gained, "higher")) if count]
        return ", ".join(parts)
    if why.gained:
        reverse = f", {why.lost:,} the other way round" if why.lost else ""
        return f"{why.gained:,} now {indicator.outcome} that {_were(why.gained)} not{reverse}"
    return f"{why.lost:,} no longer {indicator.outcome}" if why.lost else ""


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _excluded(parts: dict[str, Part], how: str, indicator: Indicator) -> str:
    named = [f"{_small(indicator.exclusions.get(name, name))} ({part.units:,})" for name, part in parts.items()]
    total = sum(part.units for part in parts.values())
    if len(named) > MOST_NAMED + 1:
        rest = sum(part.units for part in [*parts.values()][MOST_NAMED:])
        named = [*named[:MOST_NAMED], f"other reasons ({rest:,})"]
    return f"{total:,} {how}: {'; '.join(named)}" if total else ""


def _small(words: str) -> str:
    """Words to stand within a sentence."""
    return words[:1].lower() + words[1:]


def _shares(move: Movement, why: Reasons) -> str:
    """How much of the movement each of the two causes brings, when both do."""
    before, after = (side.value if side else None for side in (move.before, move.after))
    if before is None or after is None or not move.after or not move.after.denominator:
        return ""
    unit = indicators()[move.indicator].measured_in
    scale = 1 if unit else 100
    parts = [scale * part for part in why.shares(before, after, move.after.denominator)]
    if min(map(abs, parts)) < 0.05:
        return ""
    outcomes, counted = (f"{part:+.1f}".replace("-", "−") for part in parts)
    return f"changed outcomes move the figure by {outcomes} {unit or 'points'}. Who is counted moves it by {counted}"
