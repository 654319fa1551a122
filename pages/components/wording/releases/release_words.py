"""The next release in words: what it would change, how far it is, and the releases before it."""

import datetime as dt
from collections.abc import Mapping

from data.ledger.closed_quarters import Erratum
from data.releases.release_ledger import PastRelease
from metrics.counting.input_views import LINKED, PARTNERSHIP
from metrics.indicators import indicators
from metrics.results.release_changes import CellChanges, Headline, Row
from pages.components.wording import calendar_words, definition_words, figure_sentences
from pages.components.wording.count_words import day, listed, many
from pages.components.wording.releases import closing_words
from schemas.datasets.dataset_catalog import DATASETS
from schemas.policy.status_words import ERRATUM
from workflow.publishing.release_preview import Preview
from workflow.releasing import Step
from workflow.restating import Moves

STEPS: dict[Step, str] = {
    "counting": "Count",
    "hiding": "Hide small numbers",
    "writing": "Write the files",
    "checking": "Check them",
    "recording": "Record it",
}
HEADLINES = ("Measure", "Shown now", "With this release")
CELLS = ("Figures", "Shown", "New", "Changed", "Newly shown", "Newly hidden", "Dropped")
_KINDS = {
    "years": "Partnership, years",
    "months": "Partnership, months and quarters",
    "groups": "Partnership, groups",
    "partner_years": "Partners, years",
    "partner_months": "Partners, months and quarters",
    "partner_groups": "Partners, groups",
    "left_out": "Numbers left out, by reason",
}
ERRATA = ("Erratum", "Restated", "Reason", "Proposed by", "On")
MOVES = ("Measure", "Whose", "Figures", "Largest change of the denominator", "Of the numerator")
_FEW = 4


def errata_row(e: Erratum) -> list[str]:
    """An erratum that waits for approval."""
    return [
        f"{e.erratum}", DATASETS[e.dataset].title, ERRATUM[e.reason], e.proposed_by.partition(":")[2] or e.proposed_by,
        day(e.proposed_at.date()),
    ]  # fmt: skip


def move_row(m: Moves, names: Mapping[str, str]) -> list[str]:
    """How much an erratum moves a measure's figures of the partnership or of a partner."""
    ours = {PARTNERSHIP: "Partnership", LINKED: "Partnership, everyone once"}
    whose = ours.get(m.owner) or names.get(m.owner, "A partner")
    return [indicators()[m.indicator].title, whose, f"{m.cells:,}", f"{m.denominator:+,}", f"{m.numerator:+,}"]


def title(seen: Preview) -> str:
    """What the release would do, in one sentence."""
    moved = sum(h.moved for h in seen.headlines)
    closing = f"closes {_quarters(seen)} and " if seen.closes_more else ""
    if seen.after is None:
        return f"Release {seen.release} {closing}shows {many(moved, 'headline figure')} for the first time"
    what = f"moves {moved} of {many(len(seen.headlines), 'headline figure')}" if moved else "moves no headline figure"
    hides = sum(c.newly_hidden for c in seen.cells)
    also = f", and newly hides {many(hides, 'other')}" if hides else ""
    return f"Release {seen.release} {closing}{what}{also}"


def facts(seen: Preview, names: Mapping[str, str]) -> list[tuple[str, str | list[str]]]:
    """What comes with it: quarters, files, errata, and who is late."""
    since = f"since release {seen.after}" if seen.after else "so far"
    gone = f", {seen.withdrawn} withdrawn" if seen.withdrawn else ""
    files = f"{many(seen.accepted, 'file')} accepted{gone} {since}"
    return [
        ("Closes", f"{_quarters(seen)}. Its figures are final then" if seen.closes_more else "No quarter"),
        ("Files", files),
        ("Errata", [erratum(e) for e in seen.errata] or "None"),
        (
            "Settings that take effect",
            [definition_words.words(name.rpartition(".")[2]) for name in seen.settings] or "None",
        ),
        ("Definitions that take effect", [indicators()[name].title for name in seen.redefined] or "None"),
        ("Not in yet", late(seen, names) or "Nothing that is due"),
    ]


def _quarters(seen: Preview) -> str:
    assert seen.closes
    newest = closing_words.named(seen.closes)
    return newest if seen.closed and _next_quarter(seen.closed, seen.closes) else f"everything up to {newest}"


def _next_quarter(closed: dt.date, closes: dt.date) -> bool:
    return (closes - closed).days < 100


def erratum(one: Erratum) -> str:
    """An erratum: what it restates, and why."""
    return f"No. {one.erratum}, {DATASETS[one.dataset].title.lower()}: {ERRATUM[one.reason].lower()}"


def late(seen: Preview, names: Mapping[str, str]) -> list[str]:
    """Each partner that is late, with what is not in."""
    found = []
    for partner in dict.fromkeys(e.partner_id for e in seen.late):
        own = [f"{DATASETS[e.dataset].title.lower()} of {calendar_words.period(e.days)}"
               for e in seen.late if e.partner_id == partner]  # fmt: skip
        more = [f"{len(own) - _FEW} more"] if len(own) > _FEW else []
        found.append(f"{names[partner]}: {listed(own[:_FEW] + more)}")
    return found


def headline_row(one: Headline) -> list[str]:
    """A row of the table of headline figures."""
    now = f"{_figure(one.after)}{_by(one)}" if one.moved else "Stays"
    return [indicators()[one.indicator].title, _figure(one.before), now]


def _figure(row: Row | None) -> str:
    if row is None:
        return "None yet"
    said = "Hidden" if row["suppressed"] else figure_sentences.figure(row)
    return f"{said}, {figure_sentences.period(row)}"


def _by(one: Headline) -> str:
    """By how much it moves, in brackets; nothing where one of the two is not shown."""
    if not (one.before and one.after) or one.after["rate"] is None or one.before["rate"] is None:
        return ""
    return f" ({figure_sentences.scale(one.after).signed(one.after['rate'] - one.before['rate'])})"


def cells_row(one: CellChanges) -> list[str | int]:
    """A row of the table of all figures."""
    return [_KINDS[one.kind], one.shown, one.new, one.changed, one.newly_shown, one.newly_hidden, one.dropped]


def closed_with(past: PastRelease) -> str:
    """What a past release closed."""
    errata = f"; {many(len(past.errata), 'erratum', 'errata')}" if past.errata else ""
    return (f"Up to {closing_words.named(past.closed)}" if past.closed else "Nothing") + errata


def kept(past: PastRelease) -> str:
    """What is kept of a past release."""
    if "research" in past.kept:
        return "Whole"
    return "Its shared edition" if past.kept else "Removed"


def lines(seen: Preview, names: Mapping[str, str]) -> str:
    """The whole preview as lines of a terminal."""
    told = [(name, [words] if isinstance(words, str) else words) for name, words in facts(seen, names)]
    parts = [f"{title(seen)}.", "", *(f"{name}: {'; '.join(words)}" for name, words in told), ""]
    parts += [_aligned([list(HEADLINES), *map(headline_row, seen.headlines)]), ""]
    parts += [_aligned([list(CELLS), *([str(cell) for cell in cells_row(c)] for c in seen.cells)])]
    return "\n".join(parts)


def record(seen: Preview, names: Mapping[str, str]) -> dict[str, object]:
    """The same for a program."""
    return {
        "release": seen.release,
        "summary": title(seen),
        "facts": dict(facts(seen, names)),
        "headlines": [dict(zip(HEADLINES, headline_row(h), strict=True)) for h in seen.headlines],
        "figures": [dict(zip(CELLS, cells_row(c), strict=True)) for c in seen.cells],
    }


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    return "\n".join("  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in rows)
