"""The published lists in the store: they say what was published, a partnership's own take their place, and figures follow."""

import csv
import datetime as dt
import gzip
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.data_folder import NotReady
from data.ledger.submissions import Window
from data.reporting.data_quality import Known, returns
from schemas.vocabularies.readmission_lists import OURS
from tests.support.partnerships import Row, TestPartnership, fresh
from workflow import administering, reading, releasing

PUBLISHED = Path(__file__).parents[4] / "shared" / "reference" / "codelists"
COVERS = Window(dt.date(2024, 1, 1), dt.date(2024, 12, 31))
YEAR = ("year", dt.date(2024, 1, 1), dt.date(2024, 12, 31))
needs_published = pytest.mark.skipif(not PUBLISHED.exists(), reason="../shared/reference/codelists is not there")


def published(table: str) -> list[dict[str, str]]:
    with (PUBLISHED / f"{table}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def on_list(name: str, kind: str, categories: dict[str, str], category: str = "") -> set[str]:
    """The codes of a published list: those named, and those of its categories."""
    lines = [x for x in published("readmission_lists") if x["list"] == name and x["category"] == category]
    codes, ccs = {"diagnosis": ("icd10cm", "ccs_diagnosis"), "procedure": ("icd10pcs", "ccs_procedure")}[kind]
    whole = {line["code"] for line in lines if line["code_kind"] == ccs}
    return {x["code"] for x in lines if x["code_kind"] == codes} | {
        c for c, group in categories.items() if group in whole
    }


@pytest.fixture
def partnership(tmp_path: Path) -> Iterator[TestPartnership]:
    made = fresh(tmp_path / "p", ["alder"])
    yield made
    made.close()


@needs_published
def test_no_code_disagrees_with_the_published_lists(partnership: TestPartnership):
    cur = partnership.store.cursor()
    diagnoses = {line["icd10cm"]: line["ccs"] for line in published("icd10cm_to_ccs")}
    procedures = {line["icd10pcs"]: line["ccs"] for line in published("icd10pcs_to_ccs")}
    held = cur.execute("SELECT code, left_out, always_planned, acute FROM code_list.diagnosis").fetchall()
    done = cur.execute("SELECT code, always_planned, potentially_planned FROM code_list.procedure").fetchall()
    acute = on_list("acute", "diagnosis", diagnoses)
    potentially = on_list("potentially_planned", "procedure", procedures)
    assert {row[0] for row in held} == set(diagnoses) | acute
    assert {row[0] for row in done} == set(procedures) | potentially
    for reason, title in (("cancer", "Medical Treatment of Cancer"), ("rehabilitation", "Rehabilitation"),
                          ("psychiatric", "Psychiatric")):  # fmt: skip
        births = {row[0] for row in held if row[1] == "birth"}
        theirs = on_list("not_an_index_stay", "diagnosis", diagnoses, title)
        assert {row[0] for row in held if row[1] == reason} ^ (theirs - births) == set()
    assert {row[0] for row in held if row[2]} ^ on_list("always_planned", "diagnosis", diagnoses) == set()
    assert {row[0] for row in held if row[3]} ^ acute == set()
    assert {row[0] for row in done if row[1]} ^ on_list("always_planned", "procedure", procedures) == set()
    assert {row[0] for row in done if row[2]} ^ potentially == set()


@needs_published
def test_every_diagnosis_is_joined_as_published(partnership: TestPartnership):
    """An index stay with each of the diagnoses, through intake and the figure's own query."""
    diagnoses = {line["icd10cm"]: line["ccs"] for line in published("icd10cm_to_ccs")}
    some = dict(sorted(diagnoses.items())[::23])
    partnership.send("alder", "hospital_stays", [stay(n, code) for n, code in enumerate(some)], COVERS)
    expected = {
        "cancer": "Medical Treatment of Cancer",
        "rehabilitation": "Rehabilitation",
        "psychiatric": "Psychiatric",
    }
    births = {c for c, group in some.items() if 177 <= int(group) <= 196 or 218 <= int(group) <= 224 or c[0] in "OP"}
    counted = {key[6]: n[0] for key, n in partnership.counts().items()
               if key[:6] == ("readmission_any_hospital", "alder", *YEAR, "exclusion")}  # fmt: skip
    assert counted == {"birth": len(births)} | {
        reason: len((on_list("not_an_index_stay", "diagnosis", diagnoses, title) & set(some)) - births)
        for reason, title in expected.items()
        if on_list("not_an_index_stay", "diagnosis", diagnoses, title) & set(some) - births
    }


def stay(
    number: int, diagnosis: str | None, admitted: str = "2024-03-01", discharged: str = "2024-03-05", **more: object
) -> Row:
    return {"stay_id": f"S{number}", "patient_id": f"P{number}", "stay_type": "inpatient", "disposition": "home",
            "admitted_on": dt.date.fromisoformat(admitted), "discharged_on": dt.date.fromisoformat(discharged),
            "principal_diagnosis": diagnosis, **more}  # fmt: skip


def figure(partnership: TestPartnership) -> tuple[int, int]:
    denominator, numerator, *_ = partnership.counts()["readmission_any_hospital", "alder", *YEAR, "all", "all"]
    return denominator, numerator


def test_codes_on_no_list_are_told_and_their_rows_stay(partnership: TestPartnership):
    rows = [stay(1, "U07.1"), stay(2, "I50.9", procedures="0ZZ9ZZZ;5A1D70Z"), stay(3, "i509", procedures="5a1d70z")]
    sent = partnership.check("alder", "hospital_stays", rows, COVERS)
    found = partnership.store.cursor().execute(
        """SELECT "row", "column" FROM finding WHERE submission = ? AND rule = ? ORDER BY "row" """,
        [sent.submission, "code_not_listed"],
    )
    assert found.fetchall() == [(2, "principal_diagnosis"), (3, "procedures")]


def test_procedures_that_could_not_be_read_are_not_none(partnership: TestPartnership):
    """A bad cell is blank in the store, with a finding; a blank of the same file means that nothing was done."""
    rows = [stay(1, "I50.9", procedures="5A1D70Z"), stay(2, "I50.9", "2024-03-20", "2024-03-22", patient_id="P1")]
    sent = partnership.send("alder", "hospital_stays", rows, COVERS)
    untold = ("readmission_any_hospital", "alder", *YEAR, "untold", "all")
    assert untold not in partnership.counts()
    partnership.store.cursor().execute(
        "INSERT INTO finding VALUES (?, 'wrong_pattern', 3, 'procedures')", [sent.submission]
    )
    administering.refresh(partnership.store)
    assert partnership.counts()[untold] == (1, 0)


def test_newer_lists_of_a_partnership_count_from_the_next_start(partnership: TestPartnership):
    """By ours dialysis is no reason to come back as planned; by the partnership's own list it is."""
    folder = partnership.store.folder
    rows = [stay(1, "I50.9"), stay(2, "M16.11", "2024-03-20", "2024-03-22", patient_id="P1", procedures="5A1D70Z")]
    partnership.send("alder", "hospital_stays", rows, COVERS)
    assert figure(partnership) == (2, 1)
    releasing.publish(partnership.store)
    partnership.close()
    newer = folder / "lists_2030"
    shutil.copytree(OURS, newer)
    (newer / "about.toml").write_text((newer / "about.toml").read_text().replace("CMS 2022", "CMS 2030"))
    lists = gzip.decompress((newer / "lists.csv.gz").read_bytes()) + b"potentially_planned,procedure,5A1D70Z\n"
    (newer / "lists.csv.gz").write_bytes(gzip.compress(lists))
    settings = folder / "concord.toml"
    settings.write_text('readmission_lists = "lists_2030"\n' + settings.read_text())
    partnership.store = administering.open_partnership(folder)
    assert figure(partnership) == (2, 0)
    assert reading.read_code_lists(partnership.store).version == "CCS 2019.1, CMS 2022", "as released"
    releasing.publish(partnership.store)
    assert reading.read_code_lists(partnership.store).version == "CCS 2019.1, CMS 2030"
    versions = partnership.store.cursor().execute(
        "SELECT DISTINCT release, version FROM released WHERE indicator = 'readmission_any_hospital' AND closed"
    )
    named = {version for _, version in versions.fetchall()}
    assert all(version.startswith("3.0 (CCS 2019.1, CMS 2022, ") for version in named), (
        "closed figures stay as they were"
    )


def test_lists_that_cannot_be_used_stop_the_start_in_words(partnership: TestPartnership):
    folder = partnership.store.folder
    partnership.close()
    settings = folder / "concord.toml"
    settings.write_text('readmission_lists = "lists_2030"\n' + settings.read_text())
    with pytest.raises(NotReady, match=r"(?s)cannot be used.*lists_2030/diagnoses\.csv: the file is missing"):
        administering.open_partnership(folder)
    settings.write_text(settings.read_text().replace('readmission_lists = "lists_2030"\n', ""))
    partnership.store = administering.open_partnership(folder)


@pytest.mark.heavy
def test_how_much_cannot_be_told_is_released_in_words_and_counted_for_the_partner(partnership: TestPartnership):
    rows = [row for n in range(1, 31) for row in (
        stay(2 * n, "I50.9", patient_id=f"P{n}"),
        stay(2 * n + 1, "I50.9", "2024-03-20", "2024-03-22", patient_id=f"P{n}", planned="no" if n > 20 else None),
    )]  # fmt: skip
    partnership.send("alder", "hospital_stays", rows, COVERS)
    releasing.publish(partnership.store)
    released = partnership.store.cursor().execute(
        """SELECT untold FROM released WHERE indicator = 'readmission_any_hospital' AND scope = 'partnership'
           AND period_kind = 'year' AND stratifier = 'all' AND period_end = '2024-12-31'"""
    )
    assert released.fetchall() == [("most",)]
    assert returns(partnership.store.cursor(), "alder") == Known("Planned or not", 30, 10)
