"""The community view: the release in plain words, in English and Spanish, as pages that any web server can hold.

Partners are not in it, nor anything that not everyone may see. The words stand in a table that a translator edits.
"""

import csv
import dataclasses
import io
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from pages.components.layout import theme
from pages.components.meeting.html_parts import Html, tag, together
from pages.components.packs import pictures
from pages.components.packs.contents import Bars, Line, Pack, Sheet
from pages.components.packs.equal_bytes import without_time

WORDS = Path(__file__).with_name("community_words.csv")
PLACES = {"en": "index.html", "es": "es.html"}
"""Language -> the page's name."""
NOTE = """These pages show the release of a community health partnership in plain words.

index.html is in English, es.html in Spanish. Both stand alone: put them on any web server, or open them from a disk.
They ask no server for anything, set no cookie and follow nobody. Nothing in them is newer than the release they name.
For newer numbers, take the pages of the next release. The checksum at their foot is that of the release's shared file.
"""
Say = Callable[..., str]


@cache
def words(language: str) -> dict[str, str]:
    """English words -> the words of a language. Raises KeyError for a language that the table does not have."""
    with WORDS.open(encoding="utf-8", newline="") as table:
        return {row["en"]: row[language] for row in csv.DictReader(table)}


def says(language: str) -> Say:
    """What says English words in a language. What has no translation, such as a measure of the partnership's own, stays
    English."""
    known = words(language)
    return lambda text, **put: known.get(text, text).format(**put) if put else known.get(text, text)


def files(pack: Pack) -> dict[str, bytes]:
    """Name -> contents: both pages and a note for who takes them over."""
    return {name: page(pack, language) for language, name in PLACES.items()} | {"README.txt": NOTE.encode()}


def site(pack: Pack) -> bytes:
    """A zip of the files. Equal contents give equal bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as new:
        for name, content in files(pack).items():
            new.writestr(name, content)
    return without_time(held.getvalue())


def page(pack: Pack, language: str) -> bytes:
    """One page, in UTF-8."""
    say = says(language)
    other = next(one for one in PLACES if one != language)
    title = say("Community health measures")
    head = tag(
        "head", tag("meta", charset="utf-8"), tag("title", f"{title}: {pack.partnership}"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        Html(theme.paper_style("pack.css")),
    )  # fmt: skip
    main = tag(
        "main",
        tag("p", tag("a", say("Español"), href=PLACES[other], lang=other, hreflang=other)),
        tag("h1", title), tag("p", pack.partnership), tag("p", _headline(pack, say)),
        *(_measure(one, say) for one in pack.sheets),
        tag("h2", say("What this is")),
        tag("p", say("These numbers come from hospitals, clinics and food banks that answer for them together.")),
        tag("p", say("Nobody can be recognized: small numbers are left out.")),
    )  # fmt: skip
    origin = say("Release {number}, {day}. Checksum {checksum}.", number=str(pack.release), day=_date(pack.made, say),
                 checksum=pack.checksum)  # fmt: skip
    body = tag("body", main, tag("footer", tag("p", origin, class_="p-small")))
    return f"<!doctype html>\n{tag('html', head, body, lang=language)}\n".encode()


def _headline(pack: Pack, say: Say) -> str:
    """It counts what the measures below say."""
    verdicts = [one.verdict for one in pack.sheets]
    better, worse = (verdicts.count(word) for word in ("Improved", "Got worse"))
    told = [say("{better} of {all} measures improved.", better=str(better), all=str(len(verdicts)))]
    if worse:
        told.append(say("{worse} of {all} got worse.", worse=str(worse), all=str(len(verdicts))))
    elif all(v in ("Improved", "No change large enough to tell") for v in verdicts) and better < len(verdicts):
        told.append(say("For the others no change is large enough to tell."))
    return " ".join(told)


def _measure(one: Sheet, say: Say) -> Html:
    goal = say("No goal set")
    if one.target is not None:
        value, by = one.scale.value(one.target), one.target_by
        goal = say("{value} by {month}", value=value, month=_date(by, say)) if by else value
    number = f"{one.number} {one.unit}".strip()
    facts = (
        (say("Number now"), f"{number} ({_span(one.span, say)})" if one.span else _why(one.number, say)),
        (say("Compared with the year before"), say(one.verdict)),
        (say("Goal"), goal),
    )
    month = one.period.rsplit(" to ", 1)[-1]
    return tag(
        "section",
        tag("h2", say(one.title)), tag("p", say(one.plain)),
        tag("p", say("Year to {month}", month=_date(month, say)), class_="p-small"),
        tag("dl", *(together(tag("dt", name), tag("dd", told)) for name, told in facts)),
        tag("div", _years(one, say), _groups(one, say) if one.groups else None, class_="p-pair"),
    )  # fmt: skip


def _years(one: Sheet, say: Say) -> Html:
    points = tuple(dataclasses.replace(p, when=_date(p.when, say), said=_why(p.said, say)) for p in one.years.points)
    known = [p for p in points if p.value is not None and not p.open]
    alt = (
        say("{title}: from {first} in {start} to {last} in {end}.", title=say(one.title), first=known[0].said,
            start=known[0].when, last=known[-1].said, end=known[-1].when)
        if known else say("hidden to protect privacy")
    )  # fmt: skip
    line: Line = dataclasses.replace(one.years, points=points, alt=alt)
    rows = [(p.when, p.said + (f", {say('not closed yet')}" if p.open else "")) for p in points]
    return tag(
        "div",
        tag("h3", say("Two years")),
        tag("figure", pictures.line(line, one.scale, 150, _names(say), pictures.PHONE)),
        _table((say("Period"), say("Number")), rows, say),
    )  # fmt: skip


def _groups(one: Sheet, say: Say) -> Html:
    assert one.groups
    rows = tuple(dataclasses.replace(r, name=say(r.name), said=_why(r.said, say)) for r in one.groups.rows)
    alt = say("{title} by group.", title=say(one.title)) + " " + "; ".join(f"{r.name} {r.said}" for r in rows)
    bars: Bars = dataclasses.replace(one.groups, rows=rows, alt=alt)
    return tag(
        "div",
        tag("h3", f"{say('Groups')}: {say(one.groups.by)}"),
        tag("figure", pictures.bars(bars, one.scale, _names(say), pictures.PHONE)),
        tag("p", say("The range shows how sure the number is."), class_="p-small"),
        _table((say("Group"), say("Number")), [(r.name, r.said) for r in rows], say),
    )


def _table(heads: tuple[str, ...], rows: list[tuple[str, str]], say: Say) -> Html:
    table = tag(
        "table",
        tag("thead", tag("tr", *(tag("th", words, scope="col") for words in heads))),
        tag("tbody", *(tag("tr", *(tag("td", cell) for cell in row)) for row in rows)),
    )
    return tag("details", tag("summary", say("These numbers as a table")), table)


def _names(say: Say) -> pictures.Names:
    target, everyone = (say(text, value="").strip() for text in ("goal {value}", "all {value}"))
    return pictures.Names(target, everyone, say("hidden to protect privacy"))


def _span(span: str, say: Say) -> str:
    """A range as 62.8% to 64.4%, in the language."""
    return span.replace(" to ", f" {say('to')} ")


def _why(said: str, say: Say) -> str:
    """A number as it is; what stands in its place, in the language."""
    if any(c.isdigit() for c in said):
        return said
    return say("hidden to protect privacy" if "idden" in said else "not known")


def _date(text: str, say: Say) -> str:
    """A day or month as Oct 2026, its month in the language."""
    return " ".join(say(part) for part in text.split())
