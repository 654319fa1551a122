"""What a MeasureReport leans on: stable ids, the organizations, and the measures as FHIR R4 resources.

Ids are UUIDs worked out of what everyone may see: the same release gives the same ones, and they tell nothing more.
"""

import re
import uuid
from typing import Any

from metrics.counting.declaration import Indicator
from workflow.exporting.proportions import Figures, Proportion

Resource = dict[str, Any]
POPULATIONS = {
    "initial-population": "Initial Population",
    "denominator": "Denominator",
    "numerator": "Numerator",
}
"""Codes of the populations of a proportion, and their names. The first two are the same people: exclusions are taken
out before anybody is counted, and their number is not added back."""
_BASIS = {"people": "boolean", "stays": "Encounter", "referrals": "Task", "enrollments": "EpisodeOfCare"}
_OURS = uuid.UUID("70e09d8f-825e-489f-aff5-fd588fbf17ca")
_TERMS = "http://terminology.hl7.org/CodeSystem"
_IMPROVEMENT = {"higher": ("increase", "Increased score indicates improvement"),
                "lower": ("decrease", "Decreased score indicates improvement")}  # fmt: skip


def uid(*parts: object) -> str:
    """A UUID for what these words name, the same each time."""
    return str(uuid.uuid5(_OURS, "\x1f".join(map(str, parts))))


def measure_id(indicator: Indicator) -> str:
    """The id of a measure: the same in every partnership that uses its definition, whatever the version."""
    return uid("measure", indicator.id)


def version_id(indicator: Indicator, version: str) -> str:
    """The id of one version of a measure."""
    return uid("measure", indicator.id, version)


def organization_id(figures: Figures, scope: str) -> str:
    """The id of the partnership or a partner, of what everyone sees of it."""
    return uid("organization", figures.partnership, scope, figures.names[scope])


def report_id(figures: Figures, one: Proportion) -> str:
    """The id of a report: another release has another."""
    return uid(
        "report",
        figures.partnership,
        figures.made_at.isoformat(),
        figures.release,
        one.indicator.id,
        one.scope,
        one.end,
    )


def canonical(indicator: Indicator, version: str) -> str:
    """How a report names its measure: address and version."""
    return f"urn:uuid:{measure_id(indicator)}|{_word(version)}"


def coded(system: str, code: str, display: str) -> Resource:
    """A CodeableConcept of one code."""
    return {"coding": [{"system": system, "code": code, "display": display}]}


def population_code(code: str) -> Resource:
    """The standard's code of a population."""
    return coded(f"{_TERMS}/measure-population", code, POPULATIONS[code])


def scoring() -> Resource:
    """A proportion."""
    return coded(f"{_TERMS}/measure-scoring", "proportion", "Proportion")


def improvement(indicator: Indicator) -> Resource:
    """Which way is better."""
    return coded(f"{_TERMS}/measure-improvement-notation", *_IMPROVEMENT[indicator.better])


def organization(figures: Figures, scope: str) -> Resource:
    """The partnership, or a partner under the name that everyone may know."""
    return {
        "resourceType": "Organization",
        "id": organization_id(figures, scope),
        "active": True,
        "name": figures.names[scope],
    }


def measure(figures: Figures, indicator: Indicator, version: str, stratifiers: dict[str, str]) -> Resource:
    """A measure as the release defines it, in words. `stratifiers`: the release's word for each grouping -> title."""
    left_out = "; ".join(indicator.exclusions.values())
    counted = _line(indicator.denominator) + (f" Left out before anybody is counted: {left_out}." if left_out else "")
    words = {"initial-population": counted, "denominator": "The initial population.",
             "numerator": _line(indicator.numerator)}  # fmt: skip
    basis = _BASIS.get(indicator.units)
    url = "http://hl7.org/fhir/uv/cqm/StructureDefinition/cqm-populationBasis"
    return {
        "resourceType": "Measure",
        "id": version_id(indicator, version),
        **({"extension": [{"url": url, "valueCode": basis}]} if basis else {}),
        "url": f"urn:uuid:{measure_id(indicator)}",
        "version": _word(version),
        "name": "".join(part.title() for part in indicator.id.split("_")),
        "title": indicator.title,
        "status": "active",
        "publisher": figures.partnership,
        "description": f"{_line(indicator.plain)} Counted: {indicator.units}. Version {version}.",
        "purpose": _line(indicator.why),
        "relatedArtifact": [{"type": "derived-from", "citation": _line(indicator.source)}],
        "scoring": scoring(),
        "improvementNotation": improvement(indicator),
        "group": [
            {
                "id": indicator.id,
                "population": [
                    {"id": code, "code": population_code(code), "criteria": _in_words(words[code])}
                    for code in POPULATIONS
                ],
                "stratifier": [
                    {"id": name, "code": {"text": title}, "criteria": _in_words(title)}
                    for name, title in stratifiers.items()
                ],
            }
        ],
    }


def _in_words(text: str) -> Resource:
    return {"language": "text/plain", "expression": text}


def _line(text: str) -> str:
    return " ".join(text.split())


def _word(version: str) -> str:
    """A version as an address can hold it: `3.0-CCS-2019.1-CMS-2022-0b1...`."""
    return re.sub(r"[^\w.+]+", "-", version).strip("-")
