"""Step 3: what accepting the file would change, before anyone else sees it."""

from html import escape

import streamlit as st

import workflow
from pages.components import shell, state
from pages.components.draft import Draft, held_until
from pages.components.listing import facts, listing
from pages.components.phrases import dates, day, listed, many
from schemas.datasets import DATASETS

_STYLE = """<style>
.s-moves { display: grid; gap: 1rem; }
.s-move { border: 1px solid var(--c-line); border-radius: .5rem; padding: 1rem 1.25rem; }
.s-move h3 { font-size: 1.125rem; font-weight: 650; margin: 0; padding: 0; }
.s-was { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem .75rem; font-variant-numeric:
  tabular-nums; margin: .35rem 0; }
.s-was b { font-size: 1.75rem; font-weight: 650; } .s-was span { color: var(--c-muted); font-size: 1.125rem; }
.s-track { position: relative; height: 1rem; margin: .5rem .5rem .25rem; }
.s-track::before { content: ""; position: absolute; inset: 50% 0 auto; border-top: 1px solid var(--c-line); }
.s-track i { position: absolute; top: 50%; width: .875rem; height: .875rem; border-radius: 50%; transform:
  translate(-50%, -50%);
  background: var(--c-background); border: 2px solid var(--c-usual); }
.s-track i.s-after { background: var(--c-primary); border-color: var(--c-primary); }
.s-track u { position: absolute; top: 50%; height: 3px; transform: translateY(-50%); background: var(--c-primary);
  opacity: .45; }
.s-ends { display: flex; justify-content: space-between; color: var(--c-muted); font-size: .8125rem; }
</style>"""


def look(at: Draft) -> tuple[workflow.Effect | None, list[workflow.Movement]]:
    """What would change, worked out once; None when the submission is no longer there."""
    number, store = at.checked.submission or 0, state.store()
    try:
        if at.moves is None:
            with st.spinner("Working out what would change"):
                at.moves = workflow.preview(store, number, at.viewer)
        return workflow.effect(store, number), at.moves
    except workflow.NotPossible:
        return None, []


def headline(effect: workflow.Effect | None, moves: list[workflow.Movement]) -> str:
    """The step's finding: the figure that moves most in the latest period, else the rows."""
    if effect is None:
        return "This check has lapsed"
    if best := _largest(moves):
        name, before, after = workflow.indicators()[best.indicator].title, _rate(best.before), _rate(best.after)
        return f"{name} would move from {before} to {after}" if best.before else f"{name} would first read {after}"
    instead = f"and replace {effect.replaced:,}" if effect.replaced else "and replace none"
    return f"This file would add {many(effect.rows, 'row')} {instead}"


def _largest(moves: list[workflow.Movement]) -> workflow.Movement | None:
    known = [m for m in moves if m.after and m.after.rate is not None and _rate(m.before) != _rate(m.after)]
    latest = [m for m in known if m.period_end == max(k.period_end for k in known)]
    return max(latest, key=_shift, default=None)


def _shift(move: workflow.Movement) -> float:
    before = move.before.rate if move.before else None
    after = move.after.rate if move.after else None
    return abs((after or 0) - (before or 0))


def _rate(figure: workflow.Figure | None) -> str:
    return "no figure" if figure is None or figure.rate is None else f"{figure.rate:.1%}"


def show(at: Draft, effect: workflow.Effect | None, moves: list[workflow.Movement]) -> None:
    """Draw the step's body."""
    if effect is None:
        lapsed()
        return
    left, right = st.columns([2, 3], gap="medium")
    with left:
        shell.section("Rows")
        facts(row_facts(at, effect))
    with right:
        shell.section("Your own figures", "Rolling 12 months. Only you see this before it is accepted.")
        _figures(at, moves)


def waits(at: Draft) -> None:
    """Say that this is a preview, for whom, and how long the file waits for its yes."""
    if until := held_until(at):
        alone = "you alone" if at.viewer.partner_id == at.partner_id else "its partner and you"
        st.caption(
            f"This is a preview for {alone}: nothing counts and nobody else sees it before it is accepted. You need "
            f"not decide now: the file waits for your yes until {until}."
        )


def row_facts(at: Draft, effect: workflow.Effect) -> list[tuple[str, str]]:
    """What joins and what it replaces, as name and words."""
    people = many(effect.people, "patient") if effect.people is not None else ""
    numbers = listed([f"submission {n}" for n in effect.from_submissions])
    nothing = "None: nothing was in force for it"
    replaced = f"{many(effect.replaced, 'row')}, sent in {numbers}" if effect.replaced else nothing
    blocked = f"{many(at.report.rows_blocked, 'row')}, as their findings say" if at.report.rows_blocked else ""
    return [
        ("Would join", many(effect.rows, "row") + (f" of {people}" if people else "")),
        ("Dates covered", dates(at.report.covers)),
        ("Would be replaced", replaced),
        ("Will not count", blocked),
        ("Kind of file", DATASETS[at.dataset].title),
    ]


def lapsed() -> None:
    """The state after the held rows were let go: by another tab, or a restart of the server."""
    shell.notice(
        "Choose the file again",
        "The server no longer holds the checked rows: it was restarted, or the file was left in another window.",
        "Nothing else changed.",
    )


def _figures(at: Draft, moves: list[workflow.Movement]) -> None:
    if at.viewer.partner_id != at.partner_id:
        st.markdown("Only the partner itself sees its figures before they are released.")
        return
    if not moves:
        st.markdown("No figure of yours moves. That is so when nothing in the file changes who is counted.")
        return
    latest: dict[str, workflow.Movement] = {}
    for move in moves:
        latest.setdefault(move.indicator, move)
    st.html(_STYLE + f'<div class="s-moves">{"".join(map(_card, latest.values()))}</div>')
    if len(moves) > len(latest):
        with st.expander(f"All {many(len(moves), 'figure')} that would move", key="all_moves"):
            columns = ["Indicator", "Year to", "Now", "After this file"]
            listing(columns, [_line(m) for m in moves], "Figures that would move")


def _card(move: workflow.Movement) -> str:
    title = escape(workflow.indicators()[move.indicator].title)
    before = move.before.rate if move.before else None
    after = move.after.rate if move.after else None
    dots = "".join(_dot(kind, rate) for kind, rate in (("", before), ("s-after", after)) if rate is not None)
    bridge = ""
    if before is not None and after is not None:
        bridge = f'<u style="left:{min(before, after):.1%};width:{abs(after - before):.1%}"></u>'
    return (
        f'<section class="s-move"><h3>{title}</h3><div class="s-was"><span>{_rate(move.before)} now</span>'
        f'<span aria-hidden="true">→</span><b>{_rate(move.after)}</b><span>after this file</span></div>'
        f'<div class="s-track" aria-hidden="true">{bridge}{dots}</div>'
        f'<div class="s-ends" aria-hidden="true"><span>0%</span><span>100%</span></div>'
        f'<p class="c-note">Year to {day(move.period_end)}: {_counted(move)}{_complete(move)}</p></section>'
    )


def _dot(kind: str, rate: float) -> str:
    return f'<i class="{kind}" style="left:{rate:.1%}"></i>'


def _counted(move: workflow.Movement) -> str:
    units = workflow.indicators()[move.indicator].units

    def of(figure: workflow.Figure | None) -> str:
        if figure is None or figure.numerator is None or figure.denominator is None:
            return "nothing"
        return f"{figure.numerator:,} of {figure.denominator:,}"

    return f"{of(move.before)} now, {of(move.after)} after ({units})."


def _complete(move: workflow.Movement) -> str:
    before, after = bool(move.before and move.before.complete), bool(move.after and move.after.complete)
    if after and not before:
        return " The year becomes complete."
    return "" if after else " The year is still incomplete."


def _line(move: workflow.Movement) -> list[str]:
    name = workflow.indicators()[move.indicator].title
    return [name, day(move.period_end), _rate(move.before), _rate(move.after)]
