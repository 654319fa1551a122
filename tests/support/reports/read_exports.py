"""The counts of an export, by a naive reader of each format: (measure, scope, stratifier, category) -> what it says."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

Place = tuple[str, str, str, str]
"""measure, scope, stratifier and category, as the release names them"""
Said = tuple[Any, Any]
"""denominator and numerator, or a word in their place"""
EVERYONE = ("all", "all")
V3 = "{urn:hl7-org:v3}"
ADX = "{urn:ihe:qrph:adx:2015}"


def bundle_of(files: Mapping[str, bytes]) -> dict[str, Any]:
    return json.loads(files["measure_reports.json"])


def reports_of(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return resources(bundle_of(files), "MeasureReport")


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def of_bundle(files: Mapping[str, bytes], scopes: Mapping[str, str]) -> dict[Place, Said]:
    """`scopes`: name -> scope."""
    found: dict[Place, Said] = {}
    for report in reports_of(files):
        (group,) = report["group"]
        where = (_link(group), scopes[report["reporter"]["display"]])
        _once(found, (*where, *EVERYONE), _said(group))
        for by in group.get("stratifier", []):
            for stratum in by["stratum"]:
                category = stratum["value"]["coding"][0]["code"]
                _once(found, (*where, _link(by), category), _said(stratum))
    return found


def _link(part: dict[str, Any]) -> str:
    (to,) = (e["valueString"] for e in part["extension"] if e["url"].endswith(".linkId"))
    return to


def _said(part: dict[str, Any]) -> Said:
    told = {p["code"]["coding"][0]["code"]: _count(p) for p in part["population"]}
    assert list(told) == ["initial-population", "denominator", "numerator"]
    assert told["initial-population"] == told["denominator"]
    return told["denominator"], told["numerator"]


def _count(population: dict[str, Any]) -> Any:
    assert ("count" in population) != ("_count" in population)
    if "count" in population:
        return population["count"]
    ((extension),) = population["_count"]["extension"]
    assert extension["url"].endswith("/data-absent-reason")
    return extension["valueCode"]


def of_qrda(files: Mapping[str, bytes]) -> dict[Place, Said]:
    """Strata by their words, as the document gives them: stratifier "" and the label as category."""
    found: dict[Place, Said] = {}
    for name, content in files.items():
        indicator, scope, _ = name.split(".")
        told: dict[str, dict[str, int]] = {}
        root = ElementTree.fromstring(content)
        for population in _templated(root, "27.3.5"):
            code = population.find(f"{V3}value").attrib["code"]  # type: ignore[union-attr]
            told.setdefault("", {})[code] = _aggregate(population)
            for stratum in _templated(population, "27.3.4"):
                label = stratum.findtext(f"{V3}value/{V3}originalText")
                assert label and code not in told.get(label, {})
                told.setdefault(label, {})[code] = _aggregate(stratum)
        for label, counts in told.items():
            assert counts["IPOP"] == counts["DENOM"] and len(counts) == 3
            place = EVERYONE if not label else ("", label)
            _once(found, (indicator, scope, *place), (counts["DENOM"], counts["NUMER"]))
    return found


def _templated(root: ElementTree.Element, template: str) -> Iterator[ElementTree.Element]:
    for one in root.iter(f"{V3}observation"):
        if any(t.attrib["root"].endswith(f".10.20.{template}") for t in one.findall(f"{V3}templateId")):
            yield one


def _aggregate(observation: ElementTree.Element) -> int:
    """The count that hangs on the observation itself, not on its strata."""
    own = observation.findall(f"{V3}entryRelationship[@inversionInd='true']/{V3}observation/{V3}value")
    (value,) = own
    return int(value.attrib["value"])


def of_adx(files: Mapping[str, bytes]) -> dict[Place, Said]:
    found: dict[Place, dict[str, int]] = {}
    for group in ElementTree.fromstring(files["adx.xml"]):
        for value in group:
            told = dict(value.attrib)
            indicator, which = told.pop("dataElement").split(".")
            count = int(told.pop("value"))
            place = next(iter(told.items()), EVERYONE)
            counts = found.setdefault((indicator, group.attrib["orgUnit"], *place), {})
            assert which not in counts
            counts[which] = count
    return {place: (counts["denominator"], counts["numerator"]) for place, counts in found.items()}


def numbers_in(text: str) -> set[str]:
    """Every run of digits that stands by itself: not within an id, a day or a version."""
    return set(re.findall(r"(?<![\w.:-])\d+(?:\.\d+)?(?![\w.:-])", text))


def counts_in(form: str, text: str) -> set[str]:
    """Every number anywhere in a file, but for what the standard itself wants: OIDs, codes, ids, days."""
    if form != "measure-report":
        text = re.sub(r'(?:root|code|codeSystem|extension|value="\d{8}"|effectiveTime)="[^"]*"|value="\d{8}"', "", text)
    text = re.sub(r"\d{4}-\d\d-\d\d(?:T[\d:]+Z)?|https?://\S+|urn:\S+|/P1Y", "", text)
    return numbers_in(re.sub(r"\b\d+[–-]\d+\b|\b\d+(?=[+ ]|\+)(?= and over)|\d+\+", "", text))


def _once(found: dict[Place, Said], place: Place, said: Said) -> None:
    assert place not in found, f"{place} is there twice"
    found[place] = said
