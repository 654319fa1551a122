"""A release as QRDA Category III: a document for each measure of the partnership and of each partner.

Its schema demands a number for every count. So a hidden count is not written at all: its group stands in no entry, and
what is left out is told in the document's text and beside it.
Source: HL7 CDA R2 Implementation Guide: QRDA Category III, STU 2.1 (June 2017, schematron 1.1 of July 2020).
"""

from collections.abc import Iterator

from workflow.exporting import fhir_measures
from workflow.exporting.fhir_measures import uid
from workflow.exporting.proportions import HIDDEN, Cell, Figures, Group, LeftOut, Proportion
from workflow.exporting.xml_writing import XSI, Node, as_bytes, node

STANDARD = "HL7 CDA R2, QRDA Category III STU 2.1"
_LOINC, _ACT_CODE, _SNOMED = "2.16.840.1.113883.6.1", "2.16.840.1.113883.5.4", "2.16.840.1.113883.6.96"
_METHOD = "2.16.840.1.113883.5.84"
_CONFIDENTIALITY = "2.16.840.1.113883.5.25"
_MEASURES = "2.16.840.1.113883.4.738"
"""The root under which a version of a measure is named by its UUID."""
_IG = "2.16.840.1.113883.10.20"
_POPULATIONS = {"IPOP": "initial population", "DENOM": "denominator", "NUMER": "numerator"}
_WORDS = {"masked": HIDDEN, "unknown": "not known to the partnership"}


def files(figures: Figures) -> tuple[dict[str, bytes], tuple[LeftOut, ...]]:
    """File name -> document, and what is in none of them because it has no number."""
    made: dict[str, bytes] = {}
    for one in figures.proportions:
        if one.everyone.told == "shown":
            made[f"{one.indicator.id}.{one.scope}.xml"] = as_bytes(_document(figures, one))
    return made, tuple(left for one in figures.proportions for left in _without_number(one))


def _without_number(one: Proportion) -> Iterator[LeftOut]:
    if one.everyone.told != "shown":
        why = f"its total is {_WORDS[one.everyone.told]}, and a document needs a number"
        yield LeftOut(one.indicator.id, one.scope, "The document", why)
        return
    for by in one.groupings:
        for group in by.groups:
            if group.cell.told != "shown":
                yield LeftOut(one.indicator.id, one.scope, f"{by.title}: {group.label}", _WORDS[group.cell.told])


def _document(figures: Figures, one: Proportion) -> Node:
    day, whole = f"{figures.made_at:%Y%m%d}", fhir_measures.report_id(figures, one)
    named = {"root": fhir_measures.organization_id(figures, next(iter(figures.names)))}
    partnership = figures.partnership
    return node(
        "ClinicalDocument", {"xmlns": "urn:hl7-org:v3", "xmlns:xsi": XSI},
        node("realmCode", {"code": "US"}),
        node("typeId", {"root": "2.16.840.1.113883.1.3", "extension": "POCD_HD000040"}),
        _template("27.1.1", "2017-06-01"),
        node("id", {"root": uid("document", whole)}),
        _code("55184-6", _LOINC, "Quality Reporting Document Architecture Calculated Summary Report"),
        node("title", None, f"{one.indicator.title}: {figures.names[one.scope]}"),
        node("effectiveTime", {"value": day}),
        node("confidentialityCode", {"code": "N", "codeSystem": _CONFIDENTIALITY}),
        node("languageCode", {"code": "en"}),
        node("setId", {"root": uid("documents", partnership, one.indicator.id, one.scope, one.end)}),
        node("versionNumber", {"value": figures.release}),
        node("recordTarget", None, node("patientRole", None, node("id", {"nullFlavor": "NA"}))),
        node("author", None, node("time", {"value": day}), node(
            "assignedAuthor", None, node("id", named),
            node("assignedAuthoringDevice", None, node("softwareName", None, "Concord")),
            node("representedOrganization", None, node("id", named), node("name", None, partnership)))),
        node("custodian", None, node("assignedCustodian", None, node(
            "representedCustodianOrganization", None, node("id", named), node("name", None, partnership)))),
        node("legalAuthenticator", None, node("time", {"value": day}), node("signatureCode", {"code": "S"}),
             node("assignedEntity", None, node("id", named), node(
                 "representedOrganization", None, node("id", named), node("name", None, partnership)))),
        node("documentationOf", {"typeCode": "DOC"}, node("serviceEvent", {"classCode": "PCPR"}, node(
            "performer", {"typeCode": "PRF"}, _entity(figures, one.scope)))),
        node("component", None, node("structuredBody", None, node("component", None, _section(figures, one)))),
    )  # fmt: skip


def _entity(figures: Figures, scope: str) -> Node:
    named = {"root": fhir_measures.organization_id(figures, scope)}
    known = node("representedOrganization", None, node("id", named), node("name", None, figures.names[scope]))
    return node("assignedEntity", None, node("id", named), known)


def _section(figures: Figures, one: Proportion) -> Node:
    period = node("effectiveTime", None, node("low", {"value": f"{one.start:%Y%m%d}"}),
                  node("high", {"value": f"{one.end:%Y%m%d}"}))  # fmt: skip
    act = node(
        "act", {"classCode": "ACT", "moodCode": "EVN"}, _template("17.3.8"),
        node("id", {"root": uid("period", one.start, one.end)}),
        _code("252116004", _SNOMED, "Observation Parameters"), period,
    )  # fmt: skip
    return node(
        "section", None, _template("24.2.2"), _template("27.2.1", "2017-06-01"),
        _code("55186-1", _LOINC, "Measure Section"), node("title", None, "Measure Section"), _told(figures, one),
        node("entry", None, _results(figures, one)), node("entry", {"typeCode": "DRIV"}, act),
    )  # fmt: skip


def _told(figures: Figures, one: Proportion) -> Node:
    """The same for people: every figure once, a word where it is hidden, and what is left out."""
    groups = [(f"{by.title}: {g.label}", g.cell) for by in one.groupings for g in by.groups]
    rows = [_row(label, cell) for label, cell in [("Everyone", one.everyone), *groups]]
    head = _cells("th", "Group", "Denominator", "Numerator")
    late = " It is provisional: data was missing when the year closed." if one.provisional else ""
    about = (
        f"{one.indicator.title}, version {one.version}. {figures.names[one.scope]}, {one.start} to {one.end}, "
        f"release {figures.release}.{late}"
    )
    return node(
        "text", None, node("paragraph", None, about),
        node("table", None, node("thead", None, head), node("tbody", None, *rows)),
        node("list", None, *(node("item", None, f"Left out: {n.what}: {n.why}.") for n in figures.left_out
                             if not n.indicator)),
    )  # fmt: skip


def _row(label: str, cell: Cell) -> Node:
    counts = (cell.denominator, cell.numerator) if cell.told == "shown" else (_WORDS[cell.told],) * 2
    return _cells("td", label, *map(str, counts))


def _cells(tag: str, *words: str) -> Node:
    return node("tr", None, *(node(tag, None, word) for word in words))


def _results(figures: Figures, one: Proportion) -> Node:
    document = node(
        "externalDocument", {"classCode": "DOC", "moodCode": "EVN"},
        node("id", {"root": _MEASURES, "extension": fhir_measures.version_id(one.indicator, one.version)}),
        _code("57024-2", _LOINC, "Health Quality Measure Document"), node("text", None, one.indicator.title),
        node("setId", {"root": fhir_measures.measure_id(one.indicator)}),
    )  # fmt: skip
    rate = [] if one.everyone.rate is None else [node("component", None, _rate(one, one.everyone.rate))]
    return node(
        "organizer", {"classCode": "CLUSTER", "moodCode": "EVN"},
        _template("24.3.98"), _template("27.3.1", "2016-09-01"),
        node("id", {"root": uid("results", fhir_measures.report_id(figures, one))}),
        _completed(), node("reference", {"typeCode": "REFR"}, document), *rate,
        *(node("component", None, _population(one, code)) for code in _POPULATIONS),
    )  # fmt: skip


def _rate(one: Proportion, rate: float) -> Node:
    numerator = node(
        "externalObservation", {"classCode": "OBS", "moodCode": "EVN"},
        node("id", {"root": _population_id(one, "NUMER")}), _code("NUMER", _ACT_CODE, "Numerator"),
    )  # fmt: skip
    return node(
        "observation", {"classCode": "OBS", "moodCode": "EVN"},
        _template("27.3.30", "2016-09-01"), _template("27.3.14", "2016-09-01"),
        _code("72510-1", _LOINC, "Performance Rate"), _completed(),
        node("value", {"xsi:type": "REAL", "value": f"{rate:.6f}"}),
        node("reference", {"typeCode": "REFR"}, numerator),
    )  # fmt: skip


def _population(one: Proportion, code: str) -> Node:
    value = {"xsi:type": "CD", "code": code, "codeSystem": _ACT_CODE, "displayName": _POPULATIONS[code]}
    return node(
        "observation", {"classCode": "OBS", "moodCode": "EVN"}, _template("27.3.5", "2016-09-01"),
        _assertion(), _completed(), node("value", value), _count(one.everyone, code),
        *(_stratum(one, by.stratifier, f"{by.title}: {g.label}", g, code)
          for by in one.groupings for g in by.groups if g.cell.told == "shown"),
        _reference(_population_id(one, code)),
    )  # fmt: skip


def _stratum(one: Proportion, stratifier: str, label: str, group: Group, code: str) -> Node:
    named = node("value", {"xsi:type": "CD", "nullFlavor": "OTH"}, node("originalText", None, label))
    return node("entryRelationship", {"typeCode": "COMP"}, node(
        "observation", {"classCode": "OBS", "moodCode": "EVN"}, _template("27.3.4"), _assertion(), _completed(), named,
        _count(group.cell, code),
        _reference(uid("stratum", one.indicator.id, one.version, stratifier, group.category)),
    ))  # fmt: skip


def _count(cell: Cell, code: str) -> Node:
    count = cell.numerator if code == "NUMER" else cell.denominator
    assert count is not None  # hidden cells never come here: the schema has no word for them
    return node("entryRelationship", {"typeCode": "SUBJ", "inversionInd": "true"}, node(
        "observation", {"classCode": "OBS", "moodCode": "EVN"}, _template("27.3.3"),
        _code("MSRAGG", _ACT_CODE, "rate aggregation"),
        node("value", {"xsi:type": "INT", "value": count}),
        node("methodCode", {"code": "COUNT", "codeSystem": _METHOD, "displayName": "Count"}),
    ))  # fmt: skip


def _population_id(one: Proportion, code: str) -> str:
    return uid("population", one.indicator.id, one.version, code)


def _reference(to: str) -> Node:
    return node("reference", {"typeCode": "REFR"}, node(
        "externalObservation", {"classCode": "OBS", "moodCode": "EVN"}, node("id", {"root": to})))  # fmt: skip


def _template(root: str, extension: str = "") -> Node:
    return node("templateId", {"root": f"{_IG}.{root}"} | ({"extension": extension} if extension else {}))


def _code(code: str, system: str, display: str) -> Node:
    return node("code", {"code": code, "codeSystem": system, "displayName": display})


def _assertion() -> Node:
    return _code("ASSERTION", _ACT_CODE, "Assertion")


def _completed() -> Node:
    return node("statusCode", {"code": "completed"})
