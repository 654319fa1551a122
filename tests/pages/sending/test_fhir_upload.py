"""A FHIR export on the page: what it holds, and its kinds of file one after the other."""

from tests.data.checking.test_fhir_intake import EXPORT, zipped
from tests.data.receiving.fhir.fhir_resources import lines, patient, pressure
from tests.pages.test_submit_page import labels, opened, press, said, send, title


def table(page) -> str:
    return said(page).split("What the export holds")[1].split("</table>")[0]


def test_an_export_shows_what_it_holds_before_anything_is_checked(store):
    page = send(opened(), zipped(EXPORT), "export.zip")
    boxes = {box.label: box.value for box in page.checkbox if "row" in box.label}
    assert boxes == dict.fromkeys(
        ("Patients: 2 rows", "Hospital stays: 1 row", "Clinical events: 3 rows", "Blood-pressure readings: 4 rows",
         "Food-security screens: 1 row", "Referrals: 1 row"), True,
    )  # fmt: skip
    assert "15 lines, and what becomes of each" in [e.label for e in page.expander]
    shown = table(page)
    assert "ServiceRequest" in shown and "Damaged lines" in shown


def test_each_kind_is_checked_and_accepted_after_the_other(store):
    page = send(
        opened(), zipped({"Patient.ndjson": lines(patient()), "Observation.ndjson": lines(pressure())}), "export.zip"
    )
    page = press(page, "Check the file")
    assert page.session_state["draft"].dataset == "patients"
    for step in ("Go on to accept", "Accept", "Check the next table"):
        page = press(page, step)
    for step in ("Preview", "Go on to accept", "Accept"):
        page = press(page, step) if step in labels(page) else page
    assert title(page) == "Accepted: 1 row of blood-pressure readings"


def test_a_kind_that_is_unticked_is_not_sent(store):
    page = send(
        opened(), zipped({"Patient.ndjson": lines(patient()), "Observation.ndjson": lines(pressure())}), "export.zip"
    )
    page.checkbox(key="export_patients").uncheck().run()
    page = press(page, "Check the file")
    assert page.session_state["draft"].dataset == "blood_pressure"


def test_a_finding_names_file_and_line(store):
    readings = [pressure(id=f"o{n}") for n in range(30)]
    page = send(opened(), zipped({"Observation.000.ndjson": lines(*readings, "{cut")}), "export.zip")
    page = press(page, "Check the file")
    assert "Observation.000.ndjson, line 31" in said(page)
    assert "Your file with findings (CSV)" not in labels(page)
