"""The bundle by the rules of the profile, read by hand; and by checkers that others made, where they are at hand.

`CONCORD_FHIR_PYTHON`: an interpreter that has `fhir.resources` (and `fhirpathpy`). `CONCORD_DEQM`: a folder with the
guide's `StructureDefinition-deqm-summarymeasurereport.xml` and its examples `MeasureReport-summ-*.json`. Neither is part
of Concord.
"""

import copy
import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.support.reports.read_exports import bundle_of, reports_of, resources
from tests.workflow.exporting.conftest import FIRST, NEWEST

PYTHON, DEQM = os.environ.get("CONCORD_FHIR_PYTHON", ""), os.environ.get("CONCORD_DEQM", "")
WITH_PYTHON = pytest.mark.skipif(not PYTHON, reason="CONCORD_FHIR_PYTHON names no interpreter with fhir.resources")
WITH_DEQM = pytest.mark.skipif(not DEQM, reason="CONCORD_DEQM names no folder with the guide's files")
STRUCTURE = """
import sys
from fhir.resources.R4B.bundle import Bundle
print(len(Bundle.model_validate_json(sys.stdin.read()).entry))
"""
PROFILE = """
import json, pathlib, sys, xml.etree.ElementTree as tree
from fhirpathpy import evaluate
from fhirpathpy.models import models
FHIR = {"f": "http://hl7.org/fhir"}
(path,) = pathlib.Path(sys.argv[1]).rglob("StructureDefinition-deqm-summarymeasurereport.xml")
rules = [
    (element.find("f:path", FHIR).get("value").split(".")[1:], rule.find("f:key", FHIR).get("value"),
     rule.find("f:expression", FHIR).get("value"))
    for element in tree.parse(path).iter("{http://hl7.org/fhir}element") for rule in element.findall("f:constraint", FHIR)
]
def at(node, steps):
    found = [node]
    for step in steps:
        found = [one for n in found if step in n for one in (n[step] if isinstance(n[step], list) else [n[step]])]
    return found
tried, broken = {}, []
for report in json.load(sys.stdin):
    for steps, key, expression in rules:
        if key == "deqm-0":  # it is written for the resource
            expression, steps = expression.replace("%resource.", ""), []
        for node in at(report, steps):
            tried[key] = tried.get(key, 0) + 1
            if evaluate(node, expression, {"resource": report}, models["r4"]) != [True]:
                broken.append(key)
print(json.dumps([tried, broken]))
"""
LINKED = "http://hl7.org/fhir/5.0/StructureDefinition/extension-MeasureReport.group"
# What the guide's own examples of a summary report say that ours do not, and the other way round (see
# docs/how-to/export_in_standard_formats.md).
ONLY_THEIRS = {
    "meta.source",
    "group.code.coding",
    "group.population.id",
    "group.stratifier.code.coding",
    "group.stratifier.id",
}
ONLY_OURS = {
    "text", "extension.valueCodeableConcept.coding.display", "reporter.display", "group.stratifier.code.text",
    "group.stratifier.stratum.value.text", "group.stratifier.stratum.population.code.coding.display",
    "group.stratifier.stratum.population._count", "group.stratifier.stratum.measureScore.extension",
}  # fmt: skip


def asked(script: str, given: object, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-c", script, *arguments], input=json.dumps(given), capture_output=True, text=True, check=False
    )


def nodes(report: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each part that the profile has rules for, and the place in its links."""
    for group in report["group"]:
        yield "", group
        yield from ((".population", p) for p in group["population"])
        for by in group.get("stratifier", []):
            yield ".stratifier", by
            yield from ((".stratifier.stratum.population", p) for s in by["stratum"] for p in s["population"])


def test_every_report_is_as_the_profile_demands(exports):
    for report in (r for day in (FIRST, NEWEST) for r in reports_of(exports["measure-report", day].files)):
        assert report["meta"]["profile"] == [
            "http://hl7.org/fhir/uv/deqm/StructureDefinition/deqm-summarymeasurereport"
        ]
        assert (report["type"], report["status"]) == ("summary", "complete")
        assert "subject" not in report and "evaluatedResource" not in report, "a summary is of nobody"
        assert report["improvementNotation"]["coding"][0]["code"] in ("increase", "decrease")
        assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", report["period"][end]) for end in ("start", "end"))
        for place, node in nodes(report):
            assert [e["url"] for e in node["extension"]] == [f"{LINKED}{place}.linkId"]
            assert "subjectResults" not in node
            if place == ".stratifier":
                assert len(node["code"]) == 1 and all("component" not in s for s in node["stratum"])


def test_what_a_report_refers_to_is_in_the_bundle(exports):
    bundle = bundle_of(exports["measure-report", NEWEST].files)
    entries = {e["fullUrl"]: e["resource"] for e in bundle["entry"]}
    assert len(entries) == len(bundle["entry"])
    assert all(url == f"urn:uuid:{UUID(r['id'])}" for url, r in entries.items())
    measures = {f"{m['url']}|{m['version']}": m for m in resources(bundle, "Measure")}
    assert len(measures) == 6 and all(" " not in canonical for canonical in measures)
    for report in resources(bundle, "MeasureReport"):
        assert entries[report["reporter"]["reference"]]["name"] == report["reporter"]["display"]
        ((described),) = measures[report["measure"]]["group"]
        ((group),) = report["group"]
        assert group["extension"][0]["valueString"] == described["id"]
        known = {p["id"] for p in described["population"]} | {s["id"] for s in described["stratifier"]}
        assert {n["extension"][0]["valueString"] for place, n in nodes(report) if place} <= known


def test_a_measure_is_in_the_words_of_its_definition_and_says_when_people_are_left_out(exports):
    measures = {m["name"]: m for m in resources(bundle_of(exports["measure-report", NEWEST].files), "Measure")}
    one = measures["BpControl"]
    counted, _, met = (p["criteria"]["expression"] for p in one["group"][0]["population"])
    assert "People aged 18 to 85" in counted and "Left out before anybody is counted: Hospice care" in counted
    assert "below 140" in met and "CMS165v14" in one["relatedArtifact"][0]["citation"]
    assert one["extension"][0]["valueCode"] == "boolean"
    assert measures["ReadmissionAnyHospital"]["extension"][0]["valueCode"] == "Encounter", "stays are no people"
    assert "\n" not in json.dumps([one["description"], one["purpose"]])


def test_a_folded_group_is_not_given_the_standard_s_code_of_a_part_of_it(exports):
    """A trap: “Male or not stated” is not male."""
    codes: dict[str, set[str]] = {}
    for report in reports_of(exports["measure-report", NEWEST].files):
        for by in report["group"][0].get("stratifier", []):
            for stratum in by["stratum"]:
                own, *standard = stratum["value"]["coding"]
                codes.setdefault(own["code"], set()).update(c["code"] for c in standard)
    assert codes["female"] == {"female"} and codes["male_or_not_stated"] == set() and codes["white"] == set()


@WITH_PYTHON
def test_the_structure_is_what_fhir_resources_takes(exports):
    for day in (FIRST, NEWEST):
        bundle = bundle_of(exports["measure-report", day].files)
        done = asked(STRUCTURE, bundle)
        assert done.stdout.strip() == str(len(bundle["entry"])), done.stderr[-600:]


def _count_as_text(report: dict[str, Any]) -> None:
    report["group"][0]["population"][0]["count"] = "many"


def _no_period(report: dict[str, Any]) -> None:
    del report["period"]


def _own_word(report: dict[str, Any]) -> None:
    report["group"][0]["hidden"] = True


@WITH_PYTHON
@pytest.mark.parametrize("spoil", [_count_as_text, _no_period, _own_word])
def test_the_checker_of_structure_refuses_a_spoiled_bundle(exports, spoil: Callable[[dict[str, Any]], None]):
    bundle = copy.deepcopy(bundle_of(exports["measure-report", NEWEST].files))
    spoil(bundle["entry"][0]["resource"])
    assert asked(STRUCTURE, bundle).returncode != 0


@WITH_PYTHON
@WITH_DEQM
def test_the_profile_s_own_rules_hold_for_every_report(exports):
    reports = [r for day in (FIRST, NEWEST) for r in reports_of(exports["measure-report", day].files)]
    done = asked(PROFILE, reports, DEQM)
    assert done.returncode == 0, done.stderr[-600:]
    tried, broken = json.loads(done.stdout)
    assert broken == [] and set(tried) == {f"deqm-{n}" for n in range(10)}


@WITH_PYTHON
@WITH_DEQM
def test_the_profile_s_own_rules_refuse_a_spoiled_report(exports):
    report = reports_of(exports["measure-report", NEWEST].files)[0]
    spoiled = [copy.deepcopy(report) for _ in range(4)]
    spoiled[0]["measure"] = spoiled[0]["measure"].partition("|")[0]
    del spoiled[1]["improvementNotation"]
    spoiled[2]["group"][0]["measureScore"]["value"] = 12.9
    del spoiled[3]["group"][0]["population"][1]["count"]
    assert json.loads(asked(PROFILE, spoiled, DEQM).stdout)[1] == ["deqm-0", "deqm-2", "deqm-6", "deqm-8"]


def paths(node: Any, at: str = "") -> Iterator[str]:
    if isinstance(node, dict):
        for name, inside in node.items():
            yield (here := f"{at}.{name}".lstrip("."))
            yield from paths(inside, here)
    elif isinstance(node, list):
        for one in node:
            yield from paths(one, at)


@WITH_DEQM
def test_the_guide_s_own_examples_differ_only_as_the_docs_say(exports):
    examples = [
        json.loads(next(Path(DEQM).rglob(f"MeasureReport-summ-{name}.json")).read_text())
        for name in ("measurereport01", "medicare-stratification-example")
    ]
    theirs, ours = {p for e in examples for p in paths(e)}, set()
    for report in reports_of(exports["measure-report", NEWEST].files):
        ours |= set(paths(report))
    assert _highest(theirs - ours) == ONLY_THEIRS
    assert _highest(ours - theirs) == ONLY_OURS


def _highest(found: set[str]) -> set[str]:
    return {p for p in found if p.rpartition(".")[0] not in found}
