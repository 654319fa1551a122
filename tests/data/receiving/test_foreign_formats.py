"""Files of other formats are called by their name, with what their sender can export instead."""

import pytest

from data.findings import Refused
from data.receiving.archive_members import Member
from data.receiving.text_table import examine

QRDA = '<templateId root="2.16.840.1.113883.10.20.22.1.1"/><templateId root="2.16.840.1.113883.10.20.{}"/>'


@pytest.mark.parametrize(
    ("begin", "word"),
    [
        ("<!DOCTYPE html>\n<html><body><table><tr><td>patient_id</td></tr></table></body></html>", "web page"),
        ('\n<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table></table></html>', "web page"),
        ("<table border=1><tr><th>patient_id</th></tr></table>", "web page"),
        ('<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>', "saved as XML"),
        ('<?xml version="1.0"?>\n<ClinicalDocument/>', "clinical document"),
        (f'<?xml version="1.0"?>\n<ClinicalDocument>{QRDA.format("24.1.1")}</ClinicalDocument>', "QRDA Category I[)]"),
        (f'<?xml version="1.0"?>\n<ClinicalDocument>{QRDA.format("27.1.1")}</ClinicalDocument>', "QRDA Category III"),
        ('<?xml version="1.0"?>\n<Bundle xmlns="http://hl7.org/fhir"/>', "FHIR in XML"),
        ('<?xml version="1.0"?>\n<records><record/></records>', "It is XML"),
        ('{"type": "batch", "resourceType": "Bundle", "entry": []}', "FHIR bundle in another encoding"),
        ('{\n "resourceType": "Patient",\n "id": "P1"\n}', "no bulk export"),
        ('[\n {"patient_id": "P1"}]', "JSON"),
        ('{"patient_id": "P1"}\n{"patient_id": "P2"}\n', "JSON"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_text_that_is_no_table_is_called_by_its_name(begin, word, encoding):
    with pytest.raises(Refused, match=word) as caught:
        examine(Member("", begin.encode(encoding)))
    assert caught.value.rule.id == "not_a_text_file"


@pytest.mark.parametrize(
    "header", ["[patient_id],[measured_on],[systolic],[diastolic]", "<patient_id>,<measured_on>,sbp,dbp"]
)
def test_a_header_in_brackets_is_neither_json_nor_a_web_page(header):
    assert examine(Member("", f"{header}\nP1,2026-03-01,128,79\n".encode())).encoding == "utf-8"


@pytest.mark.parametrize(
    ("begin", "word"),
    [
        (b"MSH|^~\\&|ADT|HOSP\r", "an HL7 message"),
        (b"FHS|^~\\&|ADT\rBHS|^~\\&\r", "a batch of HL7"),
        (b"BHS|^~\\&|ADT\r", "a batch of HL7"),
        (b"ISA*00*          *00*", "an X12 file"),
        (b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!", "SAS transport file. Save it as CSV"),
        (b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!", "SAS transport file. Save it as CSV"),
        (bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011"), "SAS data set. Save it as CSV"),
        (b"$FL2@(#) SPSS DATA FILE", "SPSS file. Save it as CSV"),
        (b"$FL3@(#) SPSS DATA FILE", "SPSS file. Save it as CSV"),
        (b"<stata_dta><header><release>118", "Stata file. Save it as CSV"),
        (b"PAR1\x15\x04", "Parquet file. Save it as CSV"),
    ],
)
def test_a_file_of_another_program_is_called_by_its_name(begin, word):
    with pytest.raises(Refused, match=word) as caught:
        examine(Member("", begin))
    assert caught.value.rule.id == "not_a_text_file"
