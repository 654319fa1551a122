"""The files of eight systems: Epic, athenahealth, eClinicalWorks, NextGen, HMIS, Link2Feed, OMOP and PCORnet, and those
of a tired person with Excel."""

import datetime as dt
import io
import itertools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import xlsxwriter

from tests.support.exporting.made_records import HOSPITALS, Records
from tests.support.partnerships import Row
from tests.support.written_files import zipped_files


@dataclass(frozen=True)
class Export:
    """One file: what is in it, the rows that truly count, and how many lines of words and no record it has.

    `answers`: what its sender says when asked: part of a question -> the answer, as it is shown.
    """

    system: str
    name: str
    dataset: str
    file: bytes = field(repr=False)
    truth: list[Row] = field(repr=False)
    answers: dict[str, str] = field(default_factory=dict)


def us(day: dt.date, *, padded: bool = True) -> str:
    """A day as the United States write it."""
    return f"{day:%m/%d/%Y}" if padded else f"{day.month}/{day.day}/{day.year}"


def lines(rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """Rows as text, with quotation marks only where they must be."""

    def cell(value: object) -> str:
        text = "" if value is None else str(value)
        return f'"{text.replace(chr(34), chr(34) * 2)}"' if any(c in text for c in (delimiter, '"', "\n")) else text

    return "".join(delimiter.join(map(cell, row)) + "\r\n" for row in rows)


MDY = {"Month first": "Month first (03/31/2026)"}


def epic(seed: int, quarter: int) -> Export:
    """A Reporting Workbench report of discharges: two sheets, a title, groups with a subtotal, military times."""
    made = Records(seed, quarter)
    classes = {"inpatient": "Inpatient", "observation": "Observation"}
    went = {"home": "Home or Self Care", "skilled_nursing": "Skilled Nursing Facility",
            "home_health": "Home-Health Care Svc", "against_advice": "Left Against Medical Advice"}  # fmt: skip

    def moment(day: dt.date) -> str:
        return f"{us(day)} {made.rng.randrange(24):02}{made.rng.randrange(60):02}"

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    about = book.add_worksheet("Report Settings")
    for n, (what, said) in enumerate([("Report", "Hospital Discharges"), ("Owner", "QUALITY TEAM"),
                                      ("Discharge Date", f"Q{quarter} 2026"), ("Departments", "All")]):  # fmt: skip
        about.write_row(n, 0, [what, said])
    sheet = book.add_worksheet("Results")
    head = ["Hospital Area", "CSN", "MRN", "Patient Class", "Admission Date/Time", "Discharge Date/Time", "LOS (Days)",
            "Disch Disp", "Primary Dx Code", "Discharge Department"]  # fmt: skip
    sheet.merge_range(0, 0, 0, len(head) - 1, f"Hospital Discharges, Quarter {quarter} 2026")
    sheet.write(1, 0, f"Run: {us(made.first, padded=False)} 7:14 AM")
    sheet.write_row(3, 0, head)
    at = 4
    for hospital in HOSPITALS:
        stays = [s for s in made.stays if s["hospital"] == hospital]
        others = [{**s, "stay_id": f"{s['stay_id']}9", "stay_type": "Emergency"} for s in stays[:4]]
        for s in (*stays, *others):
            length = (s["discharged_on"] - s["admitted_on"]).days
            cells = [
                hospital, s["stay_id"], s["patient_id"], classes.get(s["stay_type"], s["stay_type"]), moment(s["admitted_on"]),
                moment(s["discharged_on"]), length, went[s["disposition"]], s["principal_diagnosis"], "5 WEST"]  # fmt: skip
            sheet.write_row(at, 0, cells)
            at += 1
        sheet.write_row(at, 0, [f"{hospital} Total", None, None, None, None, len(stays) + len(others)])
        at += 1
    sheet.write(at, 0, "Grand Total")
    sheet.write(at, 5, len(made.stays) + 8)
    sheet.write(at + 2, 0, f"Printed on {us(made.first)} by QUALITY TEAM")
    book.close()
    answers = {**MDY, "“emergency”": "None of these: leave the rows out"}
    return Export("epic", f"Discharges Q{quarter}.xlsx", "hospital_stays", out.getvalue(), made.stays, answers)


def athenahealth(seed: int, quarter: int) -> Export:
    """A Report Builder file of vitals: lines about the report above, a count below, visits without a pressure."""
    made = Records(seed, quarter, "")
    head = ["patientid", "svc dprtmnt", "cln enc date", "vitals bp systolic", "vitals bp diastolic", "bp position"]
    body = [[r["patient_id"], "ELM ST PRIMARY CARE", us(r["measured_on"]), r["systolic"], r["diastolic"], "sitting"]
            for r in made.readings]  # fmt: skip
    body += [[one, "ELM ST PRIMARY CARE", us(made.day()), "", "", ""] for one in made.ids[:7]]
    above = [["Report: Clinical - Vitals"], [f"Report Run Date: {us(made.first)} 08:11 AM"],
             [f"Filters: cln enc date from {us(made.first)}; svc dprtmnt is ELM ST PRIMARY CARE"], []]  # fmt: skip
    text = lines([*above, head, *body, [f"Total Rows: {len(body)}"]])
    truth = [{**r, "setting": None} for r in made.readings]
    return Export("athenahealth", f"vitals_q{quarter}.csv", "blood_pressure", text.encode("utf-8-sig"), truth, MDY)


def eclinicalworks(seed: int, quarter: int) -> Export:
    """An eBO list of patients: mixed words for race and payer, days of birth with slashes, a page number below."""
    made = Records(seed, quarter, "")
    rng = made.rng
    races = {"white": ["White", "Caucasian"], "black": ["Black or African American", "BLACK"],
             "asian": ["Asian", "Asian - Chinese"], "american_indian_alaska_native": ["American Indian/Alaska Native"],
             "pacific_islander": ["Native Hawaiian", "Samoan"], "other": ["Other Race"], "declined": ["Refused to Report"]}  # fmt: skip
    groups = {
        "hispanic": "Hispanic or Latino",
        "not_hispanic": "Not Hispanic or Latino",
        "declined": "Refused to Report",
    }
    tongues = {"haitian_creole": "Haitian Creole; Haitian"}
    payers = {"medicare": ["Medicare B", "Medicare of MA"], "medicaid": ["MassHealth", "Medicaid of MA"],
              "commercial": ["BCBS of MA", "Aetna HMO"], "uninsured": ["Self Pay"]}  # fmt: skip
    head = ["Facility Name", "Patient Acct No", "Patient DOB", "Patient Age", "Patient Gender", "Patient Race",
            "Patient Ethnicity", "Patient Language", "Primary Insurance Name", "Patient Zip"]  # fmt: skip
    body = [["Riverside Health Center", p["patient_id"], us(p["birth_date"]), 2026 - p["birth_date"].year, p["sex"].title(),
             rng.choice(races[p["race"]]), groups[p["ethnicity"]],
             tongues.get(p["language"], p["language"].title()), rng.choice(payers[p["payer"]]), f"{p['zip']}-1234"]
            for p in made.patients]  # fmt: skip
    text = lines([["Patient Demographics"], [], head, *body, ["Page 1 of 1"]])
    return Export(
        "eclinicalworks", f"Demographics_{quarter}.csv", "patients", text.encode("cp1252"), made.patients, MDY
    )


def nextgen(seed: int, quarter: int) -> Export:
    """A file of the reporting server: boxes of text above the table, codes with and without dots, times of midnight."""
    made = Records(seed, quarter, "")
    codes = {"hypertension": "I10", "diabetes": "E11.65", "office_visit": "99213"}
    said = {"hypertension": "Essential (primary) hypertension", "diabetes": "Type 2 diabetes mellitus, with hyperglycemia",
            "office_visit": "Office/outpatient visit, est"}  # fmt: skip
    states = {"confirmed": "Active", "finished": "Completed"}
    head = ["person_nbr", "enc_nbr", "diagnosis_code_id", "description", "date_onset", "status_desc", "location_name"]
    body = [[e["patient_id"], f"8{n:05}", codes[e["event"]], said[e["event"]], f"{us(e['starts_on'], padded=False)} 12:00:00 AM",
             states[e["status"]], "Main"] for n, e in enumerate(made.events)]  # fmt: skip
    body += [[one, f"9{n:05}", "J06.9", "Acute upper respiratory infection, unspecified",
              f"{us(made.day(), padded=False)} 12:00:00 AM", "Active", "Main"] for n, one in enumerate(made.ids[:9])]  # fmt: skip
    text = lines([["textbox3", "textbox9"], ["Problem list and visits", f"Quarter {quarter}"], [], head, *body])
    return Export("nextgen", f"problems_{quarter}.csv", "clinical_events", text.encode("utf-8-sig"), made.events, MDY)


def hmis(seed: int, quarter: int) -> Export:
    """An HMIS export without names: a zip with Client.csv, whose races are columns of 0 and 1, and a file of no use."""
    made = Records(seed, quarter, "")
    boxes = {"american_indian_alaska_native": "AmIndAKNative", "asian": "Asian", "black": "BlackAfAmerican",
             "hispanic": "HispanicLatinaeo", "middle_eastern_north_african": "MidEastNAfrican",
             "pacific_islander": "NativeHIPacific", "white": "White"}  # fmt: skip
    sexes = {"female": "0", "male": "1", "unknown": "99"}
    head = ["PersonalID", "NameDataQuality", "DOB", "DOBDataQuality", *boxes.values(), "RaceNone", "Sex", "VeteranStatus",
            "DateCreated", "DateUpdated", "UserID", "DateDeleted", "ExportID"]  # fmt: skip
    body = [[p["patient_id"], 1, p["birth_date"], 1, *(int(p["race"] == race) for race in boxes),
             "" if p["race"] in boxes else 99, sexes[p["sex"]], 0,
             f"{made.first} 09:01:00", f"{made.first} 09:01:00", "u7", "", quarter] for p in made.patients]  # fmt: skip
    other = lines([["ExportID", "SourceType", "ExportDate"], [quarter, 1, f"{made.first} 09:00:00"]])
    file = zipped_files({"Client.csv": lines([head, *body]).encode(), "Export.csv": other.encode()})
    told = [{k: v for k, v in p.items() if k in ("patient_id", "birth_date", "sex", "race")} for p in made.patients]
    truth = [{**p, "race": p["race"] if p["race"] in boxes else None} for p in told]
    answers = {"“0” in sex": "Female", "“1” in sex": "Male", "“99” in sex": "Unknown"}
    return Export("hmis", f"hmis_q{quarter}.zip", "patients", file, truth, answers)


def link2feed(seed: int, quarter: int) -> Export:
    """A pantry's screens: groups of names above the header, the questions as headers, a total below each place."""
    made = Records(seed, quarter, "")
    said = {"often true": "Often true", "sometimes true": "Sometimes True", "never true": "Never true"}
    groups = ["Client", "", "Visit", "", "Food Security Screener", ""]
    head = ["Client ID", "Household Size", "Visit Date", "Location",
            "Within the past 12 months we worried whether our food would run out before we got money to buy more",
            "Within the past 12 months the food we bought just didn't last and we didn't have money to get more"]  # fmt: skip
    body: list[list[object]] = []
    for place, screens in (("Elm Street Pantry", made.screens[::2]), ("Oak Hall", made.screens[1::2])):
        body += [
            [s["patient_id"], 3, us(s["screened_on"]), place, *(said[a] for a in s["items"].split(";"))]
            for s in screens
        ]
        body.append([f"{place} Total", "", "", len(screens), "", ""])
    text = lines([["Screening Export"], groups, head, *body])
    answers = {**MDY, "Is it the same in every row": "Hunger Vital Sign (2 items)"}
    return Export(
        "link2feed", f"Screening {quarter}.csv", "food_security", text.encode("utf-8-sig"), made.screens, answers
    )


def tired_excel(seed: int, quarter: int) -> Export:
    """A workbook kept by hand: merged titles, a header of two rows, days and texts mixed, subtotals, blank rows, a
    second sheet of notes."""
    made = Records(seed, quarter, "")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    real, bold = book.add_format({"num_format": "m/d/yyyy"}), book.add_format({"bold": True})
    sheet, notes = book.add_worksheet(f"BP Q{quarter}"), book.add_worksheet("Notes")
    notes.write_column(0, 0, ["To do", "call the lab about March", "ask the front desk for the Oak list"])
    sheet.merge_range(0, 0, 0, 5, "Blood pressures, for the partnership", bold)
    sheet.merge_range(2, 0, 3, 0, "Chart #")
    sheet.merge_range(2, 1, 3, 1, "Date")
    sheet.merge_range(2, 2, 2, 3, "Blood pressure")
    sheet.write_row(3, 2, ["Sys", "Dia"])
    sheet.merge_range(2, 4, 3, 4, "Taken at")
    sheet.merge_range(2, 5, 3, 5, "Comment")
    at = 4
    for place, some in (("Elm", made.readings[::2]), ("Oak", made.readings[1::2])):
        for n, r in enumerate(some):
            day = r["measured_on"]
            sheet.write(at, 0, r["patient_id"])
            if n % 3:
                sheet.write_datetime(at, 1, dt.datetime.combine(day, dt.time()), real)
            else:
                sheet.write(at, 1, f"{day:%b} {day.day}, {day.year}")
            sheet.write(at, 2, f"{r['systolic']} mmHg" if n % 7 == 5 else r["systolic"])
            sheet.write(at, 3, r["diastolic"])
            sheet.write(at, 4, ["office", "clinic", "n/a"][n % 3])
            sheet.write(at, 5, ["", "recheck", "sat 5 min, then again"][n % 3])
            at += 1
        sheet.write(at, 0, f"{place} subtotal")
        sheet.write(at, 2, len(some))
        at += 2
    sheet.write(at, 0, "Prepared by the front desk")
    book.close()
    rest = itertools.chain(enumerate(made.readings[::2]), enumerate(made.readings[1::2]))
    truth = [{**r, "setting": None if n % 3 == 2 else "office"} for n, r in rest]
    return Export("tired_excel", f"bp for partnership q{quarter} FINAL.xlsx", "blood_pressure", out.getvalue(), truth)


def omop(seed: int, quarter: int) -> Export:
    """The table VISIT_OCCURRENCE with its concept ids, as text with tabs."""
    made = Records(seed, quarter, "")
    kinds = {"inpatient": "9201", "observation": "581385"}
    head = ["visit_occurrence_id", "person_id", "visit_concept_id", "visit_start_date", "visit_start_datetime",
            "visit_end_date", "visit_end_datetime", "visit_type_concept_id", "provider_id", "care_site_id",
            "discharged_to_concept_id", "discharged_to_source_value"]  # fmt: skip
    went = {"home": "Home", "skilled_nursing": "SNF", "home_health": "Home Health", "against_advice": "AMA"}

    def row(s: Row, kind: str) -> list[object]:
        return [s["stay_id"], s["patient_id"], kind, s["admitted_on"], f"{s['admitted_on']} 08:00:00", s["discharged_on"],
                f"{s['discharged_on']} 11:00:00", "32827", "", "", 0, went[s["disposition"]]]  # fmt: skip

    body = [row(s, kinds[s["stay_type"]]) for s in made.stays]
    body += [row({**s, "stay_id": f"{s['stay_id']}9"}, "9202") for s in made.stays[:30]]
    truth = [{**s, "hospital": None, "principal_diagnosis": None} for s in made.stays]
    answers = {"“9201”": "Inpatient", "“581385”": "Observation", "“9202”": "None of these: leave the rows out"}
    return Export(
        "omop", f"visit_occurrence_{quarter}.tsv", "hospital_stays", lines([head, *body], "\t").encode(), truth, answers
    )


def pcornet(seed: int, quarter: int) -> Export:
    """The table VITAL as SAS writes it: days with the month as letters, rows of height and weight alone."""
    made = Records(seed, quarter, "P")
    head = ["VITALID", "PATID", "ENCOUNTERID", "MEASURE_DATE", "MEASURE_TIME", "VITAL_SOURCE", "HT", "WT", "DIASTOLIC",
            "SYSTOLIC", "ORIGINAL_BMI", "BP_POSITION", "SMOKING", "TOBACCO", "RAW_SYSTOLIC"]  # fmt: skip

    def day(value: dt.date) -> str:
        return f"{value:%d%b%Y}".upper()

    body = [[n, r["patient_id"], f"E{n}", day(r["measured_on"]), "09:30", "HC", "", "", r["diastolic"], r["systolic"], "", "02",
             "NI", "NI", ""] for n, r in enumerate(made.readings)]  # fmt: skip
    body += [[9_000 + n, one, f"F{n}", day(made.day()), "", "HC", 64, 150, "", "", 25.7, "", "NI", "NI", ""]
             for n, one in enumerate(made.ids[:12])]  # fmt: skip
    truth = [{**r, "setting": None} for r in made.readings]
    return Export("pcornet", f"vital_{quarter}.csv", "blood_pressure", lines([head, *body]).encode(), truth)


SYSTEMS: dict[str, Callable[[int, int], Export]] = {
    made.__name__: made
    for made in (epic, athenahealth, eclinicalworks, nextgen, hmis, link2feed, tired_excel, omop, pcornet)
}
"""System -> (seed, quarter) -> its file."""
