"""Specifications as tables that a clinician can read (`spec.md` of an indicator): rows of one trap, and its figure.

The tables of a page tell by their first column what they are: `figure` names the indicators whose figures are meant,
the first of them where an expected figure has no name; `trap` begins a table of traps; any other is the `base`. A block
of choices begins traps that hold under these choices.

One line holds one row of a partner's file (of several files, when the columns of several are filled in); lines
without a trap's name belong to the trap above them. Each trap is a partner of its own, so that its figures stand
alone; what all traps share (a patient, a diagnosis) is the `base`, whose rows give way to the trap's own rows of the
same dataset (and event), or to `without`.

The expected figure is of the year 2024, or of a month: `1 of 2`, `same 1 of 2`, `in 2024-05 0 of 0, hospice 1`; of a
mean the total of all people and their number, `138.5 of 1`. The reasons of exclusion with their numbers follow the
figure; a reason that is not named must not occur. `untold 1` says of how many of the numerator a fact was missing that
could take them out of it.
"""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from data.ledger.submissions import Window
from schemas.datasets.dataset_catalog import DATASETS
from tests.oracles.scope_rows import Span, end_of_month
from tests.support.partnerships import UNTOLD, Key, Row, fresh

KEYS = {
    "birth_date": "patients", "event": "clinical_events", "measured_on": "blood_pressure",
    "admitted_on": "hospital_stays", "screened_on": "food_security", "sent_on": "referrals",
    "enrolled_on": "food_programs",
}  # fmt: skip
COVERED = Window(dt.date(2023, 1, 1), dt.date(2025, 3, 31))
WINDOWS = {
    "patients": None, "clinical_events": Window(dt.date(1990, 1, 1), COVERED.last), "blood_pressure": COVERED,
    "hospital_stays": COVERED, "food_security": COVERED, "referrals": COVERED, "food_programs": COVERED,
}  # fmt: skip
YEAR = Span("year", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
FIGURE = re.compile(
    r"(?:(?P<name>[a-z]+) )?(?:in (?P<month>\d{4}-\d\d) )?(?P<met>\d+(?:\.\d)?) of (?P<of>\d+)(?P<out>(?:, \w+ \d+)*)"
)
RULE = re.compile(r"\|[| -]+\|")
BLOCK = re.compile(r"```toml\n[^`]*```|(?:^\|[^\n]*\n)+", re.MULTILINE)
Line = dict[str, str | None]
Counts = dict[Key, tuple[Any, ...]]
OfTraps = dict[tuple[str, str], Counts]
"""(indicator, code of a trap) -> its counts."""


@dataclass
class Trap:
    """One named case: its lines, and its expected figures."""

    name: str
    code: str
    """What its ids begin with; its figures are counted under it."""
    lines: list[Line] = field(default_factory=list)
    expected: str = ""


@dataclass
class Spec:
    """Traps under one set of choices. `short` names the indicators that an expected figure is of; first the usual."""

    short: Mapping[str, tuple[str, ...]]
    traps: list[Trap]
    base: list[Line]
    choices: dict[str, object] = field(default_factory=dict)

    def counts(self, folder: Path) -> OfTraps:
        """All traps through the real intake, in one partnership: the counts of each trap."""
        partners: dict[frozenset[str], str] = {}
        """What a partner's files give -> the partner. Traps that give the same are told in the same files."""
        sent_by: dict[str, str] = {}
        files: dict[tuple[str, str], list[Row]] = {}
        people: dict[tuple[str, str], str] = {}
        for trap in self.traps:
            made = datasets(self.base, trap.lines)
            partner = sent_by[trap.code] = partners.setdefault(_given(made), f"partner_{len(partners)}")
            for dataset, rows in made.items():
                own = [_marked(row, trap.code) for row in rows]
                files.setdefault((partner, dataset), []).extend(own)
                people |= {(partner, row["patient_id"]): trap.code for row in own}
        partnership = fresh(folder, list(partners.values()), **self.choices)
        partnership.load((partner, dataset, rows, WINDOWS[dataset]) for (partner, dataset), rows in files.items())
        found = partnership.counts_of(people)
        assert _added(found, sent_by) == _added(partnership.counts(), {p: p for p in partners.values()})
        partnership.close()
        apart: OfTraps = {}
        for key, figures in found.items():
            apart.setdefault(key[:2], {})[key] = figures
        return apart

    def holds(self, trap: Trap, counts: OfTraps) -> None:
        """Assert that the trap's expected figures are the product's."""
        matches = [FIGURE.fullmatch(part.strip()) for part in trap.expected.split(";")]
        assert all(matches), f"cannot read {trap.expected!r}"
        for part in matches:
            assert part
            for indicator in self.short[part["name"] or next(iter(self.short))]:
                self._figure(part, counts, indicator, trap.code)

    def _figure(self, part: re.Match[str], counts: OfTraps, indicator: str, owner: str) -> None:
        span = month(part["month"]) if part["month"] else YEAR
        out = {reason: int(n) for reason, n in (pair.split() for pair in part["out"].split(", ")[1:])}
        untold = out.pop("untold", None)
        mine = {k[5:]: v for k, v in counts.get((indicator, owner), {}).items() if k[2:5] == span}
        denominator, met = mine.get(("all", "all"), (0, 0))[:2]
        excluded = {category: v[0] for (stratifier, category), v in mine.items() if stratifier == "exclusion"}
        assert untold in (None, mine.get((UNTOLD, "all"), (0, 0))[0]), (indicator, part[0])
        assert (met, denominator, excluded) == (Decimal(part["met"]), int(part["of"]), out), (indicator, part[0])


def _given(made: Mapping[str, list[Row]]) -> frozenset[str]:
    """The datasets, and those of their columns in which a blank means something else where the whole file has none."""
    coded = any(row.get("procedures") for row in made.get("hospital_stays", ()))
    return frozenset([*made, *(["procedures"] if coded else [])])


def _marked(row: Row, code: str) -> Row:
    """The row with ids of the trap's own."""
    return row | {
        name: f"{code}{row[name]}" for name in ("patient_id", "stay_id", "referral_id", "enrollment_id") if name in row
    }


def _added(counts: Counts, owners: Mapping[str, str]) -> Counts:
    """The counts of everyone and of those left out, added up by what `owners` puts in the place of their owner."""
    total: Counts = {}
    for own, figures in counts.items():
        if own[1] in owners and own[5] in ("all", "exclusion"):
            key = (own[0], owners[own[1]], *own[2:])
            total[key] = tuple(a + b for a, b in zip(figures, total.get(key, (0,) * len(figures)), strict=True))
    return total


def month(text: str) -> Span:
    """'2024-05' -> the month."""
    first = dt.date.fromisoformat(f"{text}-01")
    return Span("month", first, end_of_month(first))


def lines(text: str) -> list[Line]:
    """A pipe table, with or without the outer pipes of Markdown -> its lines by column; a blank cell is None."""
    written = [line for line in text.strip().splitlines() if line.strip() and not RULE.fullmatch(line)]
    outer = slice(1, -1) if written[0].startswith("|") else slice(None)
    head, *rest = [[cell.strip() for cell in line.split("|")[outer]] for line in written]
    assert all(len(line) == len(head) for line in rest), [line for line in rest if len(line) != len(head)]
    return [dict(zip(head, (cell or None for cell in line), strict=True)) for line in rest]


def read_specs(page: Path) -> list[Spec]:
    """The traps of an indicator's page: those under the usual choices, then those of each block of choices."""
    short: dict[str, tuple[str, ...]] = {}
    base: list[Line] = []
    found: list[tuple[dict[str, object], list[Line]]] = [({}, [])]
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        if block.startswith("```"):
            found.append((tomllib.loads(block[len("```toml") : -len("```")]), []))
            continue
        table = lines(block)
        match next(iter(table[0])):
            case "figure":
                short |= {str(line["figure"]): tuple(str(line["indicators"]).split(", ")) for line in table}
            case "trap":
                found[-1][1].extend(table)
            case _:
                base = table
    return [Spec(short, _traps(rows), base, choices) for choices, rows in found if rows]


def _traps(rows: list[Line]) -> list[Trap]:
    traps: list[Trap] = []
    for line in rows:
        name, expected = line.pop("trap"), line.pop("expected")
        if name:
            traps.append(Trap(name, f"T{len(traps):03d}", expected=expected or ""))
        traps[-1].lines.append(line)
    assert len({t.name for t in traps}) == len(traps), "two traps have one name"
    return traps


def datasets(base: list[Line], own: list[Line]) -> dict[str, list[Row]]:
    """Base and own lines -> the rows of each dataset."""
    without = {line["without"] for line in own if line.get("without")}
    given = {
        (dataset, line.get("event") if dataset == "clinical_events" else None) for line in own for dataset in of(line)
    }
    made: dict[str, list[Row]] = {}
    for number, line in enumerate([*base, *own]):
        for dataset in of(line):
            event = line.get("event") if dataset == "clinical_events" else None
            if number >= len(base) or ((dataset, event) not in given and not without & {dataset, event}):
                rows = made.setdefault(dataset, [])
                rows.append(as_row(dataset, line, len(rows)))
    return made


def of(line: Line) -> list[str]:
    """The datasets that the line holds a row of: those whose key column is filled in."""
    return list({dataset: None for column, dataset in KEYS.items() if line.get(column)})


def as_row(dataset: str, line: Line, number: int) -> Row:
    """The line's row of one dataset: its columns of that dataset."""
    row: Row = {c.name: line[c.name] for c in DATASETS[dataset].columns if line.get(c.name)}
    usual: dict[str, Row] = {
        "hospital_stays": {"stay_id": f"S{number}", "stay_type": "inpatient"},
        "food_programs": {"enrollment_id": f"E{number}", "program": "produce_prescription"},
        "referrals": {
            "referral_id": f"R{number}", "need": "food", "status": "requested",
            "status_on": line.get("status_on") or line.get("sent_on"),
        },
    }  # fmt: skip
    return {**usual.get(dataset, {}), "patient_id": line.get("patient") or "P1", **row}
