"""Files that are no table, told by how they begin, with what their sender can export instead."""

import codecs
import re

from data.findings import Refused

_AS_TABLES = "Export the records as tables, such as CSV."
_SIGNATURES = {
    b"PK\x03\x04": "an archive inside an archive",
    b"\x1f\x8b": "an archive inside an archive",
    b"\xd0\xcf\x11\xe0": "a spreadsheet inside an archive",
    b"%PDF": "a PDF",
    b"BZh": "a bzip2 archive",
    b"7z\xbc\xaf": "a 7-zip archive",
    b"PAR1": "a Parquet file",
    b"{\\rtf": "a rich-text file",
    b"Rar!\x1a": "a RAR archive",
    b"\xfd7zXZ": "an xz archive",
    b"\x28\xb5\x2f\xfd": "a Zstandard archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"SQLite format 3": "a database",
    b"\x00\x01\x00\x00Standard": "an Access database",
    b"MSH|": "an HL7 message",
    b"FHS|": "a batch of HL7 messages",
    b"BHS|": "a batch of HL7 messages",
    b"ISA*": "an X12 file, such as claims",
    b"HEADER RECORD*******LIBRARY": "a SAS transport file",
    b"HEADER RECORD*******LIBV8": "a SAS transport file",
    bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00": "a SAS data set",
    b"$FL2": "an SPSS file",
    b"$FL3": "an SPSS file",
    b"<stata_dta>": "a Stata file",
    codecs.BOM_UTF32_LE: "text in UTF-32",
    codecs.BOM_UTF32_BE: "text in UTF-32",
}
# Magic numbers of SAS, SPSS and Stata: the file(1) database and the libraries' own descriptions of their formats.
_TO_CSV = frozenset(("a Parquet file", "a SAS transport file", "a SAS data set", "an SPSS file", "a Stata file"))

_XML = rb"\s*(?:<[?!][^>]*>\s*)*"
_CDA = _XML + rb"<(?:\w+:)?ClinicalDocument\b"
# Templates that a quality document names: HL7 QRDA Category I and III, US realm headers.
_CATEGORY_1 = _CDA + rb"[\s\S]*?2\.16\.840\.1\.113883\.10\.20\.24\.1\.1\b"
_CATEGORY_3 = _CDA + rb"[\s\S]*?2\.16\.840\.1\.113883\.10\.20\.27\.1\.1\b"
_NO_TABLE = {
    re.compile(rb"\s*<(?:!doctype html|html|head|body|meta|style|table|div)\b", re.IGNORECASE): (
        "It is a web page, often saved under the name of a spreadsheet. Open it in Excel and save it as .xlsx."
    ),
    re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?(?:<[?!][^>]*>\s*)*<Workbook\b"): (
        "It is a spreadsheet saved as XML. Open it in Excel and save it as .xlsx."
    ),
    re.compile(_CATEGORY_1): (
        f"It is a quality report of one patient (QRDA Category I), which is no table. {_AS_TABLES}"
    ),
    re.compile(_CATEGORY_3): (
        "It is a quality report of totals (QRDA Category III). Send its counts as indicator_counts, in a table."
    ),
    re.compile(_CDA): f"It is a clinical document (C-CDA), which is no table. {_AS_TABLES}",
    re.compile(_XML + rb"<(?:\w+:)?\w+ [^>]*hl7\.org/fhir"): f"It is FHIR in XML, which is no table. {_AS_TABLES}",
    re.compile(rb"\s*<(?:\?xml\b|\w+(?: [^<>]*)?>\s*<)"): f"It is XML, which is no table. {_AS_TABLES}",
    re.compile(rb'\s*(?:\[\s*)?\{[\s\S]*?"resourceType"\s*:\s*"Bundle"'): (
        "It is a FHIR bundle in another encoding than UTF-8. Export it again, best as bulk NDJSON."
    ),
    re.compile(rb'\s*(?:\[\s*)?\{[\s\S]*?"resourceType"\s*:'): (
        "It is FHIR, and no bulk export: that has one resource a line, in UTF-8. Export it as bulk NDJSON."
    ),
    re.compile(rb'\s*(?:\[\s*)?\{\s*(?:"[^"]*"\s*:|\})'): f"It is JSON, which is no table. {_AS_TABLES}",
}
"""Text that is no table, by how it begins; the first that fits."""
_LOOKED_AT = 4096


def refuse(chunk: bytes) -> None:
    """Raise Refused where the first bytes of a file are those of another format."""
    for signature, kind in _SIGNATURES.items():
        if chunk.startswith(signature):
            more = " Save it as CSV or Excel." if kind in _TO_CSV else ""
            raise Refused("not_a_text_file", note=f"It is {kind}.{more}")
    head = chunk[:_LOOKED_AT]
    if head[257:262] == b"ustar":
        raise Refused("not_a_text_file", note="It is a tar archive.")
    begin = head.removeprefix(codecs.BOM_UTF8).replace(b"\0", b"")  # in UTF-16 as well
    begin = begin.removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE)
    for pattern, note in _NO_TABLE.items():
        if pattern.match(begin):
            raise Refused("not_a_text_file", note=note)
