"""What opens beneath a row: what is said of the measure, its months, partners and groups, and where there is more."""

from metrics.judging import sentences
from pages.components.actions import action_words, known_actions
from pages.components.charts import control_panel
from pages.components.charts.control_labels import LETTERS, notes
from pages.components.charts.figures import TOKEN
from pages.components.layout import page_address, page_state
from pages.components.meeting import evidence_charts
from pages.components.meeting.agenda import Measure
from pages.components.meeting.html_parts import EMPTY, Html, tag, together
from pages.components.sections import coverage_badges, group_intervals, partner_intervals
from pages.components.stories import known_stories, story_words
from pages.components.targets import target_rows
from pages.components.wording import control_words, figure_sentences, gap_words, outlier_words
from pages.components.wording.count_words import day


def panel(one: Measure) -> Html:
    """The evidence of one measure."""
    s = one.s
    lines = [
        figure_sentences.changed(s), figure_sentences.explained(s), figure_sentences.target(s),
        figure_sentences.benchmark(s),
    ]  # fmt: skip
    panels = [p for p in (_months(one), _partners(one), _groups(one)) if p]
    return tag(
        "div",
        tag("p", f"{sentences.sentence(s.facts)}.", class_="m-told"),
        tag("div", class_="m-past"),
        tag("p", " ".join(filter(None, lines)), class_="m-small") if s.now and s.now["rate"] is not None else None,
        tag("div", *panels, class_="m-panels"),
        tag("div", _targets(one), _actions(one), _story(one), class_="m-words"),
        Html(coverage_badges.badges(s)),
        _links(one),
        class_="m-inside",
    )


def _section(question: str, *inside: str | None) -> Html:
    return tag("section", tag("h2", question), *inside, class_="m-panel")


def _targets(one: Measure) -> Html:
    """The targets for single partners and groups."""
    items = [tag("li", line) for line in target_rows.sentences_of(target_rows.known(one.s), one.s)]
    return tag("ul", *items, class_="m-doing", aria_label="Targets for partners and groups") if items else EMPTY


def _actions(one: Measure) -> Html:
    """Each action with who takes part, as far as the viewer may know, what it has done so far and what is next."""
    names = known_actions.names() if one.actions else {}
    items = [tag("li", tag("b", a.deed.name), ": ", action_words.line(a, names)) for a in one.actions]
    return tag("ul", *items, class_="m-doing", aria_label="What is done about it") if items else EMPTY


def _story(one: Measure) -> Html:
    """Why it is so and what would turn it, and what people say of it."""
    name = one.s.indicator.id
    story, names = known_stories.story(name), known_actions.names()
    items = [
        tag("li", tag("b", story_words.TITLES[note.part]), " ", story_words.words(note, names)) for note in story.told
    ]
    items += [
        tag("li", tag("b", "People say: "), f"“{v.statement.rstrip('.')}.” {story_words.line(v)}.")
        for v in known_stories.voices(name)
    ]
    return tag("ul", *items, class_="m-doing", aria_label="The story behind it") if items else EMPTY


def _months(one: Measure) -> Html:
    s = one.s
    if not control_panel.shown(s):
        return EMPTY
    dated = [
        tag("li", tag("b", letter), f" {day(note.on)}: {note.words}")
        for letter, note in zip(LETTERS, notes(s, one.actions), strict=False)
    ]
    told = " ".join([control_words.kind(s), *control_words.remarks(s)])
    return _section(
        "Month by month", evidence_charts.months(s, one.actions),
        tag("ul", *dated, class_="m-dated", aria_label="Marked on the chart") if dated else None,
        tag("p", told, class_="m-small"),
    )  # fmt: skip


def _partners(one: Measure) -> Html:
    s, found = one.s, one.found
    if not any(row["rate"] is not None for row in found.rows.values()):
        return EMPTY
    names = partner_intervals.names_with_own()
    rows = [(names[p], row, TOKEN[found.stand(p) or "unknown"]) for p, row in found.rows.items()]
    rings = [partner_intervals.centers(found, p) for p in found.rows]
    said = outlier_words.together(found, names)
    alt = f"{s.indicator.title} by partner. {figure_sentences.extremes([(n, r) for n, r, _ in rows])}"
    meaning = partner_intervals.meaning(s)
    own = partner_intervals.OWN_EXACT if page_state.viewer().partner_id in found.rows else ""
    return _section(
        "Which partners differ?",
        evidence_charts.dots(rows, partner_intervals.partner_target(s), None, alt, rings),
        tag("p", "Bar: 95% range. Ring: all of its kind together. The order ranks nobody.", class_="m-small"),
        tag("p", " ".join(filter(None, (said, meaning, own))), class_="m-small"),
    )  # fmt: skip


def _groups(one: Measure) -> Html:
    s = one.s
    if s.now is None:
        return EMPTY
    stratifier = one.grouping
    if stratifier is None:
        return EMPTY
    mine, whole = group_intervals.rows_of(s, stratifier, s.now["period_end"])
    rows = group_intervals.told(s, stratifier, mine, whole)
    if not any(row["rate"] is not None for _, row, _ in rows):
        return EMPTY
    label = gap_words.Labels(s, stratifier)
    alt = f"{s.indicator.title} by {label.by}. {figure_sentences.extremes([(n, r) for n, r, _ in rows])}"
    judged = next(
        (g for g in page_state.judged_groups() if (g.indicator, g.stratifier) == (s.indicator.id, stratifier)), None
    )
    said = [gap_words.width(label, judged), gap_words.everyone(label, judged)] if judged else []
    lines = "Dotted line: everyone together." + (" Dashes: target." if s.target is not None else "")
    return _section(
        f"Who is left behind, by {label.by}?",
        evidence_charts.dots(rows, s.target, whole["rate"] if whole else None, alt),
        tag("p", " ".join(filter(None, [lines, group_intervals.completeness(mine, whole)])), class_="m-small"),
        tag("p", " ".join(said), class_="m-small") if said else None,
    )


def _links(one: Measure) -> Html:
    """Links of the browser's own, with all that the next page would else write into its address: so that one Back
    returns, which Streamlit's own way of leading on would need three for."""
    name = one.s.indicator.id
    grouping = one.grouping
    by = {"by": grouping} if grouping else {}
    places = [("measure", "Everything about this measure", {"indicator": name, **by})]
    if len(one.found.rows) > 1:
        places.append(("partner-comparison", "Partners compared", {"indicator": name}))
    if grouping:
        places.append(("equity-gaps", "Groups, and how the gap moved", {"indicator": name, **by}))
    places.append(("turn-the-curve", "The story behind it, and what people say", {"indicator": name}))
    if one.actions:
        places.append(("action-log", "Actions, and what is due", {"indicator": name}))
    links = [tag("a", words, href=page_address.address(path, **query), target="_self") for path, words, query in places]
    copy = tag("button", "Copy link to this row", type="button", class_="m-copy")
    return tag("p", together(*links, copy), class_="m-links")
