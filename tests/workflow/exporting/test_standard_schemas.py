"""The XML exports by the schemas and the schematron of those who made the standards, offline.

`CONCORD_CDA_SCHEMA`: a folder that holds HL7's `CDA_SDTC.xsd` with the files beside it. `CONCORD_QRDA_III`: one that holds
HL7's schematron of QRDA III STU 2.1 v1.1 (`HL7-QRDA-Category-III-STU-2.1-v1.1*.sch`) and, if there, its sample files.
`CONCORD_ADX_SCHEMA`: one that holds IHE's `adx_loose.xsd` and the `sdmx` folder. None of them is part of Concord.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.exporting.conftest import FIRST, NEWEST
from workflow.exporting import proportions, qrda_iii
from workflow.exporting.proportions import Cell
from workflow.exporting.xml_writing import as_bytes, node

etree = pytest.importorskip("lxml.etree", reason="lxml is not installed")
isoschematron = pytest.importorskip("lxml.isoschematron", reason="lxml is not installed")

V3 = {"v": "urn:hl7-org:v3"}


def folder(variable: str) -> Path:
    if not os.environ.get(variable):
        pytest.skip(f"{variable} names no folder with the standard's own files")
    return Path(os.environ[variable])


def found(variable: str, pattern: str) -> Path:
    return next(iter(sorted(folder(variable).rglob(pattern))))


@pytest.fixture(scope="module")
def faults() -> Callable[[bytes], list[str]]:
    """What schema and schematron have against a document."""
    schema = etree.XMLSchema(etree.parse(str(found("CONCORD_CDA_SCHEMA", "CDA_SDTC.xsd"))))
    rules = etree.parse(str(found("CONCORD_QRDA_III", "HL7-QRDA-Category-III-STU-2.1-v1.1*.sch")))
    schematron = isoschematron.Schematron(rules, phase="errors", store_report=True)

    def of(content: bytes) -> list[str]:
        document = etree.fromstring(content).getroottree()
        schema.validate(document)
        schematron.validate(document)
        failed = schematron.validation_report.iter("{http://purl.oclc.org/dsdl/svrl}failed-assert")
        return [e.message for e in schema.error_log] + ["".join(one.itertext()).strip() for one in failed]

    return of


@pytest.mark.parametrize("day", [FIRST, NEWEST], ids=str)
def test_every_document_passes_hl7_s_schema_and_schematron(exports, faults, day):
    files = exports["qrda-iii", day].files
    assert len(files) > 9
    assert {name: some for name, content in files.items() if (some := faults(content))} == {}


def test_the_checker_passes_hl7_s_own_sample_and_fails_its_older_one(faults):
    """The older sample lacks the extensions that version 1.1 checks."""
    samples = {p.name: p.read_bytes() for p in folder("CONCORD_QRDA_III").rglob("CDAR2*QRDAIII*.xml")}
    if not samples:
        pytest.skip("there are no sample files beside the schematron")
    good = next(content for name, content in samples.items() if "v1.1-July-2020" in name)
    assert faults(good) == []
    older = [content for name, content in samples.items() if "2017JUNE" in name]
    assert all(faults(content) for content in older)


def _spoiled(content: bytes, spoil: Callable[[Any], object]) -> bytes:
    root = etree.fromstring(content)
    spoil(root)
    return etree.tostring(root)


def _masked(root: Any) -> None:
    value = root.find(".//v:methodCode/../v:value", V3)
    del value.attrib["value"]
    value.set("nullFlavor", "MSK")


def _without(tag: str) -> Callable[[Any], object]:
    def spoil(root: Any) -> None:
        one = root.find(f".//v:{tag}", V3)
        one.getparent().remove(one)

    return spoil


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_without("custodian"), "custodian"),
        (_without("recordTarget"), "recordTarget"),
        (_without("externalDocument"), "reference"),
        (lambda root: root.find(".//v:typeId", V3).set("extension", "other"), "typeId"),
        (lambda root: root.append(etree.SubElement(root, "total")), "total"),
        # Why a hidden count is left out, and does not stand there as masked.
        (_masked, "value"),
    ],
)
def test_the_checker_fails_a_spoiled_document(exports, faults, spoil, told):
    good = exports["qrda-iii", NEWEST].files["bp_control.partnership.xml"]
    some = faults(_spoiled(good, spoil))
    assert some and any(told in one for one in some)


def test_a_measure_of_which_everything_is_hidden_has_no_document_and_is_listed(hiding):
    figures = proportions.read(hiding)
    hidden = Cell(None, None, None, "masked")
    one = replace(figures.proportions[0], everyone=hidden)
    made, left_out = qrda_iii.files(replace(figures, proportions=(one,)))
    assert made == {} and len(left_out) == 1 and "needs a number" in left_out[0].why


@pytest.mark.parametrize("day", [FIRST, NEWEST], ids=str)
def test_adx_passes_ihe_s_schema_and_a_spoiled_file_does_not(exports, day):
    schema = etree.XMLSchema(etree.parse(str(found("CONCORD_ADX_SCHEMA", "adx_loose.xsd"))))
    root = etree.fromstring(exports["adx", day].files["adx.xml"])
    assert schema.validate(root), list(schema.error_log)[:3]
    root[0][0].set("value", "hidden")
    assert not schema.validate(root)


def test_characters_that_no_xml_file_may_hold_are_left_out_and_the_others_escaped():
    """A trap: a name with a control character made the whole file unreadable."""
    made = as_bytes(node("a", {"b": '"\x01<&'}, "x\x0b & <y>\ufffe"))
    read = etree.fromstring(made)
    assert (read.get("b"), read.text) == ('"<&', "x & <y>")
