"""A pack as one page that stands alone: it asks no server for anything, and any browser and any web server can hold
it."""

from collections.abc import Sequence

from metrics.judging.figure_words import Scale
from pages.components.layout import theme
from pages.components.meeting.html_parts import Html, tag, together
from pages.components.packs import pictures
from pages.components.packs.contents import EFFECTS, Bars, Effect, Line, Pack, Sheet, Table

HEADS = ("Measure", "Now", "Change in a year", "Target", "Widest gap", "Partner to talk to", "Who does what")


def page(pack: Pack) -> bytes:
    """The page, in UTF-8."""
    head = tag(
        "head", tag("meta", charset="utf-8"), tag("title", pack.title),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"), _style(),
    )  # fmt: skip
    body = tag(
        "body",
        tag("main", tag("h1", pack.headline), _small(f"{pack.title}, {pack.made}. {pack.complete}"), _links(pack),
            _scorecard(pack), _small(f"{pack.rule}."), _small(pack.hidden), tag("p", pack.whom, class_="p-whom"),
            *map(_sheet, pack.sheets), *_effects(pack), *map(_listed, pack.tables)),
        tag("footer", _small(f"{pack.origin}. Checksum (sha256): {pack.checksum}")),
    )  # fmt: skip
    return f"<!doctype html>\n{tag('html', head, body, lang='en')}\n".encode()


def _style() -> Html:
    return Html(theme.paper_style("pack.css"))


def _links(pack: Pack) -> Html:
    places = [(one.title, one.id) for one in pack.sheets] + ([(EFFECTS, "effects")] if pack.effects else [])
    places += [(one.title, one.place) for one in pack.tables]
    return tag("nav", *(tag("a", words, href=f"#{place}") for words, place in places), aria_label="Parts")


def _scorecard(pack: Pack) -> Html:
    heads = tag("thead", tag("tr", *(tag("th", words, scope="col") for words in HEADS)))
    rows = [
        tag(
            "tr",
            tag("th", one.title, _small(one.counted), scope="row"),
            *(tag("td", inside, data_label=label) for label, inside in zip(HEADS[1:], _cells(one), strict=True)),
        )
        for one in pack.sheets
    ]
    caption = tag("caption", "Measures of the partnership, what needs attention first")
    return tag("div", tag("table", caption, heads, tag("tbody", *rows), class_="p-scorecard"), class_="p-wide")


def _cells(one: Sheet) -> Sequence[Html]:
    number = tag("span", f"{one.number} {one.unit}".strip(), class_="p-number")
    return (
        together(number, _small(one.span)),
        together(tag("span", one.verdict, class_=f"p-{one.looks}"), _small(one.moved)),
        *(_lines(words) for words in (one.goal, one.gap, one.partner, one.owner)),
    )


def _lines(words: Sequence[str]) -> Html:
    """The first is what is said, the others explain it; a single one only says that there is nothing."""
    return together(tag("b", words[0]), *map(_small, words[1:])) if len(words) > 1 else _small("".join(words))


def _sheet(one: Sheet) -> Html:
    number = tag("p", f"{one.number} {one.unit}".strip(), class_="p-large")
    return tag(
        "section",
        tag("h2", one.title, id=one.id), tag("p", one.plain),
        tag("div", tag("div", number, _small(f"{one.period}. {one.counted}")), tag("p", one.sentence), class_="p-head"),
        *(_line(line, one.scale) for line in (one.years, one.months) if line),
        *(_bars(bars, one.scale) for bars in (one.groups, one.partners) if bars),
        tag("details", tag("summary", "How this is worked out"), _facts(one)),
    )  # fmt: skip


def _effects(pack: Pack) -> list[Html]:
    return [tag("h2", EFFECTS, id="effects"), *map(_effect, pack.effects)] if pack.effects else []


def _effect(one: Effect) -> Html:
    """What an action changed: the sentence, the picture, its numbers, and what it rests on."""
    rows = [
        (when, *(one.scale.value(v) if v is not None else "" for v in values))
        for when, *values in zip(one.periods, *(side.values for side in one.sides), strict=True)
    ]
    return tag(
        "section", tag("h3", one.headline), _small(f"{one.action}, since {one.start}"), tag("p", " ".join(one.found)),
        together(
            tag("figure", pictures.effect(one)), _small(one.legend),
            _numbers(("Period", *(side.name.capitalize() for side in one.sides)), rows),
        ) if one.sides else None,
        _small(" ".join(one.rests_on)),
    )  # fmt: skip


def _listed(one: Table) -> Html:
    return tag("section", tag("h2", one.title, id=one.place), tag("div", _table(one.heads, one.rows), class_="p-wide"))


def _line(line: Line, scale: Scale) -> Html:
    rows = [(p.when, p.said, "not closed yet" if p.open else "") for p in line.points]
    return together(
        tag("h3", line.title), tag("figure", pictures.line(line, scale), tabindex="0"), _small(line.told),
        _numbers(("Period", "Figure", "State"), rows),
    )  # fmt: skip


def _bars(bars: Bars, scale: Scale) -> Html:
    rows = [(b.name, b.said, scale.span(b.low, b.high), b.counted) for b in bars.rows]
    return together(
        tag("h3", bars.title), tag("figure", pictures.bars(bars, scale), tabindex="0"), _small(bars.told),
        _numbers(("Name", "Figure", "95% range", "Counted"), rows),
    )  # fmt: skip


def _numbers(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    table = tag("div", _table(heads, rows), class_="p-wide")
    return tag("details", tag("summary", "These numbers as a table"), table)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Html:
    return tag(
        "table",
        tag("thead", tag("tr", *(tag("th", words, scope="col") for words in heads))),
        tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)),
    )


def _facts(one: Sheet) -> Html:
    return tag("dl", *(together(tag("dt", told), *(tag("dd", w) for w in words)) for told, words in one.facts))


def _small(words: str) -> Html:
    return tag("p", words, class_="p-small") if words else Html("")
