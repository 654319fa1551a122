"""A release as FHIR R4: a Bundle of summary MeasureReports by the profile of Da Vinci DEQM, with what they refer to.

A hidden cell has no number anywhere: each of its counts and its score says `masked` by the data-absent-reason of FHIR.
Source: HL7 Da Vinci Data Exchange for Quality Measures, profile `deqm-summarymeasurereport`, its rules deqm-0 to -9.
"""

import json
from collections.abc import Iterable, Iterator
from html import escape

from workflow.exporting import fhir_measures
from workflow.exporting.fhir_measures import POPULATIONS, Resource, coded
from workflow.exporting.proportions import HIDDEN, Cell, Figures, Group, Grouping, LeftOut, Proportion

STANDARD = "HL7 FHIR R4 (4.0.1), Da Vinci DEQM Summary MeasureReport"
FILE = "measure_reports.json"
_DEQM = "http://hl7.org/fhir/uv/deqm/StructureDefinition"
_LINK = "http://hl7.org/fhir/5.0/StructureDefinition/extension-MeasureReport.group"
_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_SEX = {"female": "Female", "male": "Male"}
"""Groups that are exactly a code of FHIR's administrative gender; folded groups (“Male or not stated”) are not."""


def files(figures: Figures) -> tuple[dict[str, bytes], tuple[LeftOut, ...]]:
    """The one file, and nothing that is left out of it beyond what no format holds."""
    text = json.dumps(bundle(figures), indent=1, ensure_ascii=False) + "\n"
    return {FILE: text.encode()}, ()


def bundle(figures: Figures) -> Resource:
    """All reports, the measures as the release defines them, the organizations, and what is left out."""
    resources = [
        *(_report(figures, one) for one in figures.proportions),
        *(fhir_measures.measure(figures, *of, _stratifiers(figures, of[0].id)) for of in figures.definitions()),
        *(fhir_measures.organization(figures, scope) for scope in _scopes(figures)),
        _outcome(figures),
    ]
    whole = fhir_measures.uid("bundle", *(r["id"] for r in resources))
    return {
        "resourceType": "Bundle",
        "id": whole,
        "identifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{whole}"},
        "type": "collection",
        "timestamp": _moment(figures),
        "entry": [{"fullUrl": f"urn:uuid:{r['id']}", "resource": r} for r in resources],
    }


def _report(figures: Figures, one: Proportion) -> Resource:
    return {
        "resourceType": "MeasureReport",
        "id": fhir_measures.report_id(figures, one),
        "meta": {"profile": [f"{_DEQM}/deqm-summarymeasurereport"]},
        "text": {"status": "generated", "div": _narrative(figures, one)},
        "extension": [{"url": f"{_DEQM}/deqm-measureScoring", "valueCodeableConcept": fhir_measures.scoring()}],
        "status": "complete",
        "type": "summary",
        "measure": fhir_measures.canonical(one.indicator, one.version),
        "date": _moment(figures),
        "reporter": {
            "reference": f"urn:uuid:{fhir_measures.organization_id(figures, one.scope)}",
            "display": figures.names[one.scope],
        },
        "period": {"start": str(one.start), "end": str(one.end)},
        "improvementNotation": fhir_measures.improvement(one.indicator),
        "group": [
            {
                "extension": [_link("", one.indicator.id)],
                "code": {"text": one.indicator.title},
                "population": _populations(one.everyone, ".population"),
                # No mark here: the profile's rule deqm-6 takes a number for everyone, or nothing.
                **(_score(one.everyone) if one.everyone.told == "shown" else {}),
                **({"stratifier": [_stratifier(by) for by in one.groupings]} if one.groupings else {}),
            }
        ],
    }  # fmt: skip


def _stratifier(by: Grouping) -> Resource:
    return {
        "extension": [_link(".stratifier", by.stratifier)],
        "code": [{"text": by.title}],
        "stratum": [_stratum(by.stratifier, group) for group in by.groups],
    }


def _stratum(stratifier: str, group: Group) -> Resource:
    own = {"system": f"urn:uuid:{fhir_measures.uid('groups', stratifier)}", "code": group.category}
    value: Resource = {"coding": [own | {"display": group.label}], "text": group.label}
    if stratifier == "sex" and group.category in _SEX:
        standard = coded("http://hl7.org/fhir/administrative-gender", group.category, _SEX[group.category])
        value["coding"] += standard["coding"]
    return {
        "value": value,
        "population": _populations(group.cell, ".stratifier.stratum.population"),
        **_score(group.cell),
    }


def _populations(cell: Cell, place: str) -> list[Resource]:
    counts = dict(zip(POPULATIONS, (cell.denominator, cell.denominator, cell.numerator), strict=True))
    return [
        {
            "extension": [_link(place, code)],
            "code": fhir_measures.population_code(code),
            **({"count": count} if count is not None else {"_count": _absent(cell)}),
        }
        for code, count in counts.items()
    ]


def _score(cell: Cell) -> Resource:
    """A rate of nobody is no number, and is left out."""
    if cell.told != "shown":
        return {"measureScore": _absent(cell)}
    return {} if cell.rate is None else {"measureScore": {"value": round(cell.rate, 6)}}


def _absent(cell: Cell) -> Resource:
    return {"extension": [{"url": _ABSENT, "valueCode": cell.told}]}


def _link(place: str, to: str) -> Resource:
    return {"url": f"{_LINK}{place}.linkId", "valueString": to}


def _narrative(figures: Figures, one: Proportion) -> str:
    cell = one.everyone
    found = f"{cell.numerator} of {cell.denominator}" if cell.told == "shown" else _WORDS[cell.told]
    late = " Provisional: data was missing when the year closed." if one.provisional else ""
    told = f"{one.indicator.title}, {figures.names[one.scope]}, {one.start} to {one.end}: {found}.{late}"
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{escape(told)}</div>'


_WORDS = {"masked": HIDDEN, "unknown": "not known"}


def _outcome(figures: Figures) -> Resource:
    """What is left out, in the bundle itself."""
    return {
        "resourceType": "OperationOutcome",
        "id": fhir_measures.uid("left out", figures.partnership, figures.made_at.isoformat(), figures.release),
        "issue": [
            {"severity": "information", "code": "not-supported", "details": {"text": f"{n.what}: {n.why}."}}
            for n in figures.left_out
        ],
    }


def _stratifiers(figures: Figures, indicator: str) -> dict[str, str]:
    by = [by for one in figures.proportions if one.indicator.id == indicator for by in one.groupings]
    return {one.stratifier: one.title for one in sorted(by, key=lambda b: b.stratifier)}


def _scopes(figures: Figures) -> Iterable[str]:
    return dict.fromkeys(_named(figures))


def _named(figures: Figures) -> Iterator[str]:
    yield next(iter(figures.names))
    yield from (one.scope for one in figures.proportions)


def _moment(figures: Figures) -> str:
    """When the release was made: never the hour of the export, so that the same release gives the same bytes."""
    return figures.made_at.replace(microsecond=0).isoformat() + "Z"
