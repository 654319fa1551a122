"""Files that are locked, or made to do harm, are refused; the server and its files stay as they are."""

import gzip
import io
import time
import zipfile

import pytest
import xlsxwriter

from data.findings import Refused
from data.receiving import archive_members, spreadsheets
from tests.data.receiving.test_any_file import CSV, archive, book, one_sheet, refused, store, text

__all__ = ["store"]


def test_a_zip_that_is_locked_is_refused():
    locked = bytearray(archive(a=CSV))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    assert refused(bytes(locked)) == "encrypted_file"


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: archive(a=data)], ids=["gzip", "zip"])
def test_what_unpacks_to_far_more_than_its_size_is_refused(monkeypatch, pack):
    monkeypatch.setattr(archive_members, "ALWAYS_ALLOWED", 1 << 20)
    assert refused(pack(b"," * (4 << 20))) == "unpacks_too_large"
    monkeypatch.setattr(archive_members, "MOST_TIMES", 10_000)
    assert sum(map(len, text(pack(b"," * (4 << 20))))) == 4 << 20


def test_a_cell_at_the_far_corner_ends_only_the_child():
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        sheet.write(0, 0, "x")
        sheet.write(1_048_575, 16_383, "y")

    began = time.monotonic()
    assert refused(book(fill)) in ("unpacks_too_large", "damaged_file")
    assert time.monotonic() - began < 30


def test_an_xml_bomb_is_not_expanded():
    bomb = b'<!DOCTYPE s [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    good = one_sheet(["patient_id"], ["P1"])
    with zipfile.ZipFile(io.BytesIO(good)) as inside:
        parts = {name: inside.read(name) for name in inside.namelist()}
    shared = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = shared.replace(b"<sst", bomb + b"<sst", 1).replace(b"P1", b"&b;")
    try:
        assert all("haha" not in line for line in text(archive(**parts)))
    except Refused as error:
        assert error.rule.id == "damaged_file"


def test_a_spreadsheet_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(spreadsheets, "SECONDS", 0.001)
    assert refused(one_sheet(["x"])) == "unpacks_too_large"


def test_no_file_of_the_server_is_read_into_a_sheet(tmp_path):
    (tmp_path / "secret").write_text("canary")
    entity = f'<!DOCTYPE s [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>'.encode()
    with zipfile.ZipFile(io.BytesIO(one_sheet(["patient_id"], ["P1"]))) as inside:
        parts = {name: inside.read(name) for name in inside.namelist()}
    shared = parts["xl/sharedStrings.xml"]
    parts["xl/sharedStrings.xml"] = shared.replace(b"<sst", entity + b"<sst", 1).replace(b"P1", b"&x;")
    try:
        assert all("canary" not in line for line in text(archive(**parts)))
    except Refused as error:
        assert error.rule.id == "damaged_file"
