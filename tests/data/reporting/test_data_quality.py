"""The quality of a partner's data: what is counted, what is hidden from others, what is to be fixed first."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from data.ledger.store import Store
from data.reporting.data_quality import Counted, Known, Quality, Received, known
from pages.components.wording import fix_first
from schemas.policy.rule_catalog import RULES
from schemas.policy.viewer import EVERYONE, Viewer
from tests.support.new_partnerships import new_store
from tests.support.whole_run.every_run import some_of
from workflow import accepting, reading, submitting

SETTINGS = """
today = 2026-10-20
[[partners]]
id = "hill"
name = "Hill"
[[partners]]
id = "dale"
name = "Dale"
[calendar]
due_days = 15
"""
HILL, BACKBONE = Viewer(role="partner", partner_id="hill"), Viewer(role="backbone")
HEAD = "patient_id,birth_date,birth_year,sex,race,ethnicity,language,payer,zip\n"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = new_store(tmp_path / "var", SETTINGS)
    yield store
    store.close()


def send(store: Store, text: str, dataset: str, on: str = "2026-10-02", partner: str = "hill") -> int:
    at = dt.datetime.fromisoformat(f"{on}T12:00")
    number = submitting.check(store, text.encode(), dataset, partner, at=at).submission
    assert number
    accepting.accept_many(store, [number], as_checked=True)
    return number


def patients(*rows: str) -> str:
    return HEAD + "".join(f"P{n:04d},{row}\n" for n, row in enumerate(rows))


def shares(store: Store, fewest: int = 1) -> dict[str, Known]:
    return {k.item: k for k in known(store.cursor(), "hill", fewest)}


@pytest.mark.parametrize(
    ("row", "item", "is_known"),
    some_of(
        [
            ("1960-01-01,,female,white,not_hispanic,english,medicare,02139", "Race or ethnicity", 1),
            ("1960-01-01,,female,unknown,not_hispanic,english,medicare,02139", "Race or ethnicity", 0),
            ("1960-01-01,,female,declined,hispanic,english,medicare,02139", "Race or ethnicity", 1),
            ("1960-01-01,,female,unknown;asian,unknown,english,medicare,02139", "Race or ethnicity", 1),
            ("1960-01-01,,female,,,english,medicare,02139", "Race or ethnicity", 0),
            ("1960-01-01,,unknown,white,,declined,unknown,", "Sex", 0),
            ("1960-01-01,,declined,white,,declined,unknown,", "Preferred language", 0),
            ("1960-01-01,,declined,white,,other,unknown,", "Preferred language", 1),
            ("1960-01-01,,declined,white,,other,uninsured,", "Who pays for care", 1),
            ("1960-01-01,,declined,white,,other,unknown,", "Who pays for care", 0),
            ("1960-01-01,,declined,white,,other,unknown,", "ZIP code", 0),
            (",1960,female,white,,english,medicare,02139", "Birth date", 1),
            (",,female,white,,english,medicare,02139", "Birth date", 0),
        ],
        3,
    ),
)
def test_a_word_that_means_unknown_is_not_known(store, row, item, is_known):
    send(store, patients(row), "patients")
    assert (shares(store)[item].known, shares(store)[item].people) == (is_known, 1)


def test_a_patient_sent_twice_counts_once_as_last_known(store):
    send(store, patients("1960-01-01,,unknown,white,,,medicare,02139"), "patients", "2026-07-02")
    send(store, patients("1960-01-01,,female,,,,,"), "patients")
    assert (shares(store)["Sex"].known, shares(store)["Sex"].people) == (1, 1)
    assert shares(store)["Race or ethnicity"].known == 1, "a blank in a later file takes nothing back"


def people(total: int, unknown: int) -> str:
    return patients(*["1960-01-01,,unknown,white,,english,medicare,02139"] * unknown,
                    *["1960-01-01,,female,white,,english,medicare,02139"] * (total - unknown))  # fmt: skip


@pytest.mark.parametrize(
    ("total", "unknown", "nearly"),
    some_of(
        [(10, 0, "hidden"), (11, 0, ""), (40, 10, "all"), (40, 11, ""), (40, 30, "none"), (40, 29, ""), (40, 40, "")], 2
    ),
)
def test_others_are_told_nothing_of_one_to_ten_people(store, total, unknown, nearly):
    send(store, people(total, unknown), "patients")
    sex = shares(store, fewest=11)["Sex"]
    assert sex.nearly == nearly
    assert sex.known == (None if nearly else total - unknown)
    assert shares(store)["Sex"].known == total - unknown, "the partner itself sees all"


def test_only_the_partner_and_backbone_staff_see_it(store):
    send(store, people(12, 1), "patients")
    assert reading.read_quality(store, EVERYONE, "hill") is None
    assert reading.read_quality(store, Viewer(role="analyst"), "hill") is None
    assert reading.read_quality(store, Viewer(role="partner", partner_id="dale"), "hill") is None
    own, others = reading.read_quality(store, HILL, "hill"), reading.read_quality(store, BACKBONE, "hill")
    assert own and others
    assert {k.known for k in own.known if k.item == "Sex"} == {11}
    assert {k.known for k in others.known if k.item == "Sex"} == {None}


def readings(blank: int, month: int) -> str:
    good = [f"P{n:04d},2026-{month:02d}-{1 + n % 28:02d},120,80" for n in range(60)]
    bad = [f"B{n:04d},,120,80" for n in range(blank)]
    return "\n".join(["patient_id,measured_on,systolic,diastolic", *good, *bad]) + "\n"


def test_rows_are_counted_by_month_and_a_finding_of_two_files_recurs(store):
    send(store, readings(1, 7), "blood_pressure", "2026-08-03")
    send(store, readings(2, 8), "blood_pressure", "2026-09-03")
    left = send(store, readings(3, 9), "blood_pressure", "2026-10-03")
    accepting.withdraw(store, left)
    found = reading.read_quality(store, HILL, "hill")
    assert found
    assert [(m.month.month, m.files, m.rows_in, m.rows_kept) for m in found.months] == [(8, 1, 61, 60), (9, 1, 62, 60)]
    blank = next(f for f in found.findings if f.column == "measured_on")
    assert (blank.files, blank.cells, blank.recurs, blank.latest, str(blank.last)) == (2, 3, True, True, "2026-09-03")
    hidden = reading.read_quality(store, BACKBONE, "hill")
    assert hidden and next(f for f in hidden.findings if f.column == "measured_on").cells is None
    assert [(a.dataset, str(a.last), a.days) for a in found.ages] == [("blood_pressure", "2026-08-31", 50)]


@pytest.mark.heavy
def test_findings_of_a_superseded_file_leave_the_page_and_those_of_one_half_superseded_stay(store):
    send(store, readings(1, 7), "blood_pressure", "2026-08-03")
    assert [f.column for f in quality_of(store).findings] == ["measured_on"]
    send(store, readings(0, 7), "blood_pressure", "2026-08-04")
    assert quality_of(store).findings == [] and quality_of(store).months[0].files == 2
    send(store, people(12, 1).replace("1960-01-01", "1860-01-01", 1), "patients", "2026-08-05")
    send(store, patients("1960-01-01,,female,white,,,,"), "patients", "2026-08-06")
    assert "birth_date_implausible_left_blank" in rules_of(store), "eleven of its twelve rows are current"
    send(store, people(12, 1), "patients", "2026-08-07")
    assert "birth_date_implausible_left_blank" not in rules_of(store)


def rules_of(store: Store) -> set[str]:
    return {f.rule for f in quality_of(store).findings}


def quality_of(store: Store) -> Quality:
    found = reading.read_quality(store, HILL, "hill")
    assert found
    return found


def test_what_blocks_most_rows_comes_first_and_gaps_in_demographics_last():
    day = dt.date(2026, 10, 1)
    found = Quality(
        [Received(day, 2, 100, 90)],
        [Counted("hidden_at_source", "indicator_counts", "numerator", 2, 500, day, True),  # nothing to fix
         Counted("unknown_patient", "blood_pressure", "patient_id", 2, 400, day, True),
         Counted("blank_required", "blood_pressure", "measured_on", 1, 3, day, True),
         Counted("wrong_number", "blood_pressure", "systolic", 2, 7, day, False)],
        [], [Known("Sex", 100, 50), Known("ZIP code", 100, 95)],
    )  # fmt: skip
    told = fix_first.fixes(found, [], RULES)
    assert ["7 cells" in told[0], "3 cells" in told[1], "none of your patients files" in told[2], "Sex" in told[3]] == [
        True
    ] * 4
    assert len(told) == 4
    assert fix_first.headline(told, found, "Hill") == "90 of 100 rows from Hill count, with 4 things to fix"


def test_nothing_to_fix_is_said_in_so_many_words():
    found = Quality([Received(dt.date(2026, 10, 1), 1, 5, 5)], [], [], [])
    assert fix_first.headline([], found, "Hill") == "All 5 rows from Hill count, with nothing to fix"
    assert fix_first.headline([], Quality([], [], [], []), "Hill") == "Nothing from Hill counts yet"
