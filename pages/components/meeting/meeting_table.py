"""The scorecard as a table: a row a measure, and beneath it a place for its evidence."""

from collections.abc import Collection, Mapping, Sequence

from metrics.judging import figure_words
from pages.components.layout import cards
from pages.components.meeting import glossary, row_words, year_line
from pages.components.meeting.agenda import RULE, Measure
from pages.components.meeting.html_parts import EMPTY, Html, tag, together
from pages.components.wording import figure_sentences
from pages.components.wording.count_words import listed, many
from schemas.policy.partnership import SCORECARD_COLUMNS
from schemas.policy.status_words import FIGURE

_COLORS = {"ok": "better", "worse": "worse"}
Names = Mapping[str, str]
_LABELS = {c: glossary.TERMS[c][0] for c in ("gap", "partner", "owner")}
"""Columns that a phone shows in an open row alone, where no head stands above them."""


def table(those: Sequence[Measure], names: Names, shared: Names, without: Collection[str] = ()) -> Html:
    """The whole table. `names`: of partners as the viewer's figures name them; `shared`: as everyone's do; `without`:
    columns that the partnership leaves out."""
    columns = ["measure", "now", *(c for c in SCORECARD_COLUMNS if c not in without)]
    ends = {figure_sentences.period(one.s.now) for one in those if one.s.now}
    words = {"now": figure_sentences.upper_first(*ends)} if len(ends) == 1 else {}
    heads = [
        tag("th", glossary.term(c, words.get(c, "")), scope="col", role="columnheader", class_=f"m-cell m-of-{c}")
        for c in columns
    ]
    return tag(
        "table",
        tag("thead", tag("tr", *heads, role="row"), role="rowgroup"),
        *(_rows(one, columns, names, shared) for one in those),
        class_="m-table", role="table", aria_label="Measures of the partnership, what needs attention first",
    )  # fmt: skip


def _rows(one: Measure, columns: Sequence[str], names: Names, shared: Names) -> Html:
    name = one.s.indicator.id
    cells = {
        "now": _now(one), "line": year_line.line(one.s), "change": _change(one), "target": _target(one),
        "gap": _gap(one), "partner": _partner(one, names, shared), "owner": _owner(one),
    }  # fmt: skip
    drawn = [
        tag("td", cells[column], role="cell", class_=f"m-cell m-of-{column}", data_label=_LABELS.get(column))
        if column != "measure"
        else _measure(one, names)
        for column in columns
    ]
    row = tag("tr", *drawn, role="row", class_="m-row")
    place = tag("td", role="cell", colspan=str(len(columns)), id=f"m-evidence-{name}", class_="m-evidence")
    return tag(
        "tbody", row, tag("tr", place, role="row", class_="m-under", hidden=True), role="rowgroup", class_="m-measure",
        data_measure=name,
    )  # fmt: skip


def _measure(one: Measure, names: Names) -> Html:
    s = one.s
    button = tag(
        "button", s.indicator.title, type="button", class_="m-open", aria_expanded="false",
        aria_controls=f"m-evidence-{s.indicator.id}",
    )  # fmt: skip
    now = s.now
    counted = ""
    if now and now["rate"] is not None:
        exact = figure_sentences.exact(now)
        counted = figure_sentences.counted(now, s.indicator.units) if exact else "rounded until closed"
    missing = row_words.missing(one.seen, names)
    waits = [many(n, what) for n, what in ((one.overdue, "decision"), (one.late_actions, "action")) if n]
    late = f"{listed(waits)} overdue" if waits else ""
    return tag(
        "th", button, _small(counted), _small(missing, looks="m-late"), _small(late, looks="m-late"), scope="row",
        role="rowheader", class_="m-cell m-of-measure",
    )  # fmt: skip


def _now(one: Measure) -> Html:
    now, scale = one.s.now, figure_words.scale_of(one.s.indicator)
    if now is None or now["rate"] is None:
        why = FIGURE[one.s.facts.shown] if one.s.facts.shown != "shown" else FIGURE["not known"]
        return tag("p", why, class_="m-hidden")
    words = figure_sentences.said(scale, now)
    unit = f" {scale.unit}" if scale.unit else ""
    number = words.removesuffix(unit) if unit else words
    about = "about " if number.startswith("about ") else ""
    few = FIGURE["unreliable"] if now["unreliable"] else FIGURE["provisional"] if now["provisional"] else ""
    return together(
        tag(
            "p",
            tag("small", about) if about else None,
            number.removeprefix(about),
            tag("small", unit) if unit else None,
            class_="m-number",
        ),
        _small(scale.brief_span(now["low"], now["high"])) if now["low"] is not None else None,
        _small(few, looks="m-late"),
    )


def _change(one: Measure) -> Html:
    s = one.s
    if s.facts.shown != "shown":
        return _verdict("usual", "open", "Cannot be judged")
    kind, shape, words = cards.told(s)
    return together(_verdict(_COLORS.get(kind, "usual"), shape, words), _small(*row_words.moved(s)))


def _verdict(color: str, shape: str, words: str) -> Html:
    return tag("p", _sign(cards.SIGNS[shape], color), words, class_=f"m-verdict m-text-{color}")


def _target(one: Measure) -> Html:
    goal, stands, to_come = row_words.goal(one.s)
    if not goal:
        return tag("p", "No target set", class_="m-none")
    return together(tag("p", goal, class_="m-strong"), _small(stands), _small(to_come))


def _gap(one: Measure) -> Html:
    if one.gap is None:
        return tag("p", row_words.no_gap(one.s, followed=one.followed), class_="m-none")
    size, *between = row_words.gap(one.s, one.gap.stratifier, one.gap.judged, followed=one.followed)
    sign, color, words = row_words.course(one.s, one.gap.judged)
    return together(
        tag("p", size, class_="m-strong"), _small(*between),
        tag("p", _sign(sign, color), words, class_=f"m-small m-text-{color}"),
    )  # fmt: skip


def _partner(one: Measure, names: Names, shared: Names) -> Html:
    name, why = row_words.partner(one.s, one.found, names, shared)
    return together(tag("p", name, class_="m-strong"), _small(why)) if name else tag("p", why, class_="m-none")


def _owner(one: Measure) -> Html:
    owner, *does = row_words.who_does_what(one.owner, one.plan, one.actions)
    named = tag("p", owner, class_="m-strong") if does else tag("p", owner, class_="m-none")
    return together(named, *map(_small, does))


def _small(*words: str, looks: str = "") -> Html:
    """A line of small words; each part stays together where there is room."""
    known = [tag("span", part, class_="m-keep") for part in words if part]
    spaced = [part for one in known for part in (one, " ")][:-1]
    return tag("p", *spaced, class_=f"m-small {looks}".rstrip()) if known else EMPTY


def _sign(sign: str, color: str) -> Html:
    return tag("span", f"{sign} ", class_=f"m-sign m-text-{color}", aria_hidden="true") if sign else EMPTY


def foot(those: Sequence[Measure]) -> Html:
    """What the marks mean, and by which rule the rows are in order."""
    target = any(one.s.target is not None for one in those)
    items = [
        (cards.SIGNS["better"], "better", "improved"),
        (cards.SIGNS["worse"], "worse", "got worse"),
        (cards.SIGNS["usual"], "usual", glossary.term("no_change", "no change large enough to tell")),
        (cards.SIGNS["open"], "usual", glossary.term("open", "not closed yet")),
        *([(cards.SIGNS["target"], "goal", "target")] if target else []),
        ("", "usual", glossary.term("range", "below a number: its 95% range")),
    ]
    legend = tag("ul", *(tag("li", _sign(s, color), words) for s, color, words in items), class_="m-legend")
    return tag("div", legend, tag("p", f"{RULE}.", class_="m-small"), class_="m-foot")
