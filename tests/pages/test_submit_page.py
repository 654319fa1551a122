"""Submit data, step by step, through Streamlit's own test runner."""

import re
import secrets
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.ledger.store import Store
from data.receiving import spool
from pages.components.access import who_looks
from pages.components.forms import file_chooser
from pages.components.forms.steps import choose_step
from pages.components.layout import page_state
from pages.components.sections import sent_files
from schemas.policy.viewer import Viewer
from tests.support.new_partnerships import release_on_acceptance
from workflow import accepting, previewing, reading, releasing, submitting

EXAMPLES = Path(__file__).parents[2] / "data" / "examples"
SETTINGS = """
name = "Test partnership"
demo = true
today = 2026-10-20

[[partners]]
id = "harbor"
name = "Harbor Clinic"
kind = "clinic"
sends = ["patients", "blood_pressure"]

[[partners]]
id = "hill"
name = "Hill Clinic"
kind = "clinic"
"""
HARBOR = Viewer(role="partner", partner_id="harbor")


def the_page() -> None:
    """What the router runs: the page alone."""
    from pages import submit

    submit.page()


def opened(who: str = "harbor", dataset: str = "blood_pressure") -> AppTest:
    page = AppTest.from_function(the_page, default_timeout=30)
    page.query_params["as"] = who
    page.query_params["dataset"] = dataset
    return ran(page)


def ran(page: AppTest) -> AppTest:
    page.run()
    assert not page.exception, page.exception
    return page


def press(page: AppTest, label: str) -> AppTest:
    button = next(b for b in page.button if b.label == label)
    assert not button.disabled, f"{label} cannot be pressed"
    button.click()
    return ran(page)


def send(page: AppTest, data: bytes, name: str = "file.csv") -> AppTest:
    """A file arrives for this session, as the route leaves it, and is checked when nothing is open about it.

    The chooser itself is tried in a real browser (test_browser_upload), the route in test_endpoints.
    """
    store = page_state.store()
    viewer = who_looks.audience(str(page.query_params["as"]), [p.id for p in store.partnership.partners])
    partner = viewer.partner_id or str(page.selectbox(key="send_for").value)
    upload = file_chooser.Upload(viewer, partner, name, len(data), word=secrets.token_hex(8))
    upload.file = spool.receive(store.folder, [data], 1 << 30)
    page.session_state[file_chooser.held(choose_step.FILE)] = upload
    return ran(page)


def example(name: str) -> bytes:
    return (EXAMPLES / f"{name}.csv").read_bytes()


def said(page: AppTest) -> str:
    """All the words on the page."""
    drawn = [e.proto.body for e in page.get("html")]
    return "\n".join([*drawn, *(e.value for kind in (page.markdown, page.caption, page.text) for e in kind)])


def title(page: AppTest) -> str:
    return said(page).split('<h1 class="c-title">')[1].split("</h1>")[0]


def labels(page: AppTest) -> list[str]:
    return [b.label for b in page.button]


def with_blocked_row() -> bytes:
    """One row of thirty without a day: under the limit."""
    rows = [f"H-{n:05d},2026-08-{1 + n % 28:02d},{120 + n},80,office" for n in range(29)]
    return "\n".join(["patient_id,measured_on,systolic,diastolic,setting", *rows, "H-09999,soon,17.3,80,"]).encode()


@pytest.mark.parametrize("who", ["", "analyst", "nobody"])
def test_who_may_not_send_reads_what_to_do(store, who):
    page = opened(who)
    assert "sent by the partners" in title(page) and "Look as" in said(page)
    assert not page.get("bidi_component") and not page.button


def test_step_one_says_what_is_missing_and_waits_for_a_file(store):
    page = opened()
    assert title(page) == "Nothing from Harbor Clinic counts yet. Send the first file"
    assert next(b for b in page.button if b.label == "Check the file").disabled
    assert 'aria-current="step"><b aria-hidden="true">1</b>' in said(page)


def test_a_file_with_too_many_mistakes_shows_them_all_and_nothing_is_kept(store):
    page = send(opened(), example("blood_pressure_mistakes"))
    assert "too many to go on" in title(page)
    assert "exam room 4" in said(page) and "office?" not in said(page)
    assert "130 mmHg, if this is kPa" in said(page) and "September has 30 days" in said(page)
    assert said(page).count("**How to fix it:**") == sum("-badge[" in e.label for e in page.expander)
    unusable, records = map(int, re.findall(r"\d+", title(page)))
    badges = re.findall(r"(\d+) rows? (blocked|without a value that is needed|can be used)\]", said(page))
    assert sum(int(n) for n, _ in badges) == records and f"{unusable / records:.1%}" in said(page)
    assert reading.read_submissions(store, HARBOR) == []
    assert "Preview" not in labels(page)
    assert title(press(page, "Choose the fixed file")).startswith("Nothing from")


@pytest.mark.parametrize(
    ("data", "what", "where"),
    [
        (
            b"patient_id,measured_on,systolic,ssn\nA,2026-01-01,120,1\n",
            "The file has a column that names people",
            "Row 1, column ssn",
        ),
        (b"patient_id,systolic\nA,120\n", "A required column is missing", "column measured_on"),
        (b"PK\x03\x04xx", "The file is damaged or cut short", "The whole file"),
        (b"", "The file holds no rows", "The whole file"),
    ],
)
def test_a_refused_file_says_what_where_and_how(store, data, what, where):
    page = send(opened(), data)
    assert title(page).startswith(what)
    assert where in said(page) and "How to fix it" in said(page) and "Nothing of this file was kept." in said(page)
    assert reading.read_submissions(store, HARBOR) == []


def test_the_order_of_slashed_dates_is_asked_once_and_then_known(store):
    page, header = opened(), b"patient_id,measured_on,systolic,diastolic\n"
    send(page, header + b"A1,03/04/2026,120,80\nA2,03/05/2026,121,80\n")
    assert "How are the dates written?" in said(page)
    assert next(b for b in page.button if b.label == "Check the file").disabled
    _order(page).set_value("dmy")
    page = press(ran(page), "Check the file")
    assert "add 2 rows" in title(page) and "1 Apr 2026 to 3 May 2026" in said(page)
    again = send(opened(), header + b"A3,05/06/2026,120,80\n")
    assert "add 1 row" in title(again) and "5 Jun 2026" in said(again)


def _order(page: AppTest):
    return next(g for g in page.button_group if "such as" in g.label)


def test_a_slashed_date_far_down_is_asked_for_where_it_is_found(store):
    rows = b"".join(b"A%d,2026-04-03,120,80\n" % n for n in range(400))
    page = send(opened(), b"patient_id,measured_on,systolic,diastolic\n" + rows + b"B,03/04/2026,120,80\n")
    assert title(page).startswith("Which comes first") and "row 402" in said(page)
    page.button_group[-1].set_value("dmy")
    assert "add 401 rows" in title(ran(page))


def test_good_rows_count_alone_only_when_that_is_said(store):
    page = send(opened(), with_blocked_row())
    assert title(page) == "1 of 30 rows will not count unless fixed"
    assert next(b for b in page.button if b.label == "Preview").disabled
    page.checkbox[0].check()
    page = press(press(press(ran(page), "Preview"), "Go on to accept"), "Accept")
    assert title(page) == "Accepted: 29 rows of blood-pressure readings"
    assert reading.read_submissions(store, HARBOR)[0].rows_kept == 29


def test_a_row_that_loses_a_value_counts_and_the_receipt_says_so(store):
    page = send(opened(), with_blocked_row().replace(b"soon,17.3,80,", b"2026-08-09,117,80,moon"))
    assert title(page) == "1 of 30 rows will lose a value unless fixed"
    page = press(press(press(page, "Preview"), "Go on to accept"), "Accept")
    assert "in 1 row of these; they stay" in said(page)
    assert reading.read_submissions(store, HARBOR)[0].rows_kept == 30


def accepted(page: AppTest) -> AppTest:
    send(page, example("blood_pressure_good"))
    assert title(page) == "This file would add 18 rows and replace none"
    return press(press(page, "Go on to accept"), "Accept")


def test_a_good_file_goes_from_choice_to_receipt(store, monkeypatch):
    release_on_acceptance(store, monkeypatch)
    page = accepted(opened())
    assert title(page) == "Accepted: the dashboards now show release 1"
    assert "Submission 1" in said(page) and "1 Jul 2026 to 30 Sep 2026" in said(page)
    entry = reading.read_submissions(store, HARBOR)[0]
    assert (entry.state, entry.rows_kept) == ("accepted", 18)
    assert title(press(page, "Send another file")) == "Still missing from Harbor Clinic: patients"


def test_a_file_name_of_four_thousand_characters_is_cut_where_it_is_shown(store):
    page = send(opened(), with_blocked_row(), "x" * 4_000 + ".csv")
    assert title(page).startswith("1 of 30 rows") and "x" * 100 not in said(page)


def test_the_same_file_again_changes_nothing(store):
    page = send(press(accepted(opened()), "Send another file"), example("blood_pressure_good"))
    assert title(page) == "You have sent this file already, as submission 1"
    assert "Nothing changed" in said(page)
    assert len(reading.read_submissions(store, HARBOR)) == 1


@pytest.mark.heavy
def test_a_second_accept_in_another_tab_makes_no_second_release(store, monkeypatch):
    release_on_acceptance(store, monkeypatch)
    first, second = opened(), opened()
    send(first, example("blood_pressure_good"))
    press(first, "Go on to accept")
    press(press(ran(second), "Go on"), "Go on to accept")
    press(first, "Accept")
    assert title(press(second, "Accept")) == "Accepted: the dashboards now show release 1"
    assert [e.state for e in reading.read_submissions(store, HARBOR)] == ["accepted"]


def test_leaving_deletes_the_held_rows(store):
    page = press(send(opened(), example("blood_pressure_good")), "Discard")
    assert [e.state for e in reading.read_submissions(store, HARBOR)] == ["left"]
    assert store.cursor().execute("SELECT count(*) FROM rows.blood_pressure").fetchone() == (0,)
    assert title(page).startswith("Nothing from Harbor Clinic")


def test_a_check_that_lapsed_is_told_and_nothing_breaks(store):
    page = send(opened(), example("blood_pressure_good"))
    accepting.discard(store, 1)
    page = press(page, "Go on to accept")
    assert "Choose the file again" in said(page) and "Accept" not in labels(page)


def test_withdrawing_asks_first(store):
    page = press(press(accepted(opened()), "Send another file"), "Withdraw")
    assert "Keep it" in labels(page) and "Its rows stop counting" in said(page)
    assert reading.read_submissions(store, HARBOR)[0].state == "accepted"


def test_a_withdrawn_submission_leaves_and_can_come_back(store, monkeypatch):
    release_on_acceptance(store, monkeypatch)
    page = press(accepted(opened()), "Send another file")
    with monkeypatch.context() as patch:
        patch.setattr(page_state, "viewer", lambda: HARBOR)
        told = sent_files.take_back(HARBOR, reading.read_submissions(store, HARBOR)[0])
    assert told == "Submission 1 is withdrawn. The dashboards now show release 2."
    assert reading.read_submissions(store, HARBOR)[0].state == "withdrawn"
    page = press(press(press(ran(page), "Use again"), "Go on to accept"), "Accept")
    assert title(page) == "Accepted: the dashboards now show release 3"


@pytest.mark.heavy
def test_withdrawing_twice_is_told_and_changes_nothing(store, monkeypatch):
    accepted(opened())
    monkeypatch.setattr(page_state, "viewer", lambda: HARBOR)
    entry = reading.read_submissions(store, HARBOR)[0]
    sent_files.take_back(HARBOR, entry)
    assert sent_files.take_back(HARBOR, entry).startswith("Nothing changed")
    assert [e.state for e in reading.read_submissions(store, HARBOR)] == ["withdrawn"]


def checked(store: Store, dataset: str) -> int:
    number = submitting.check(store, example(f"{dataset}_good"), dataset, "harbor").submission
    assert number
    return number


@pytest.mark.heavy
def test_a_preview_changes_nothing_and_tells_what_acceptance_then_does(store):
    for dataset in ("patients", "clinical_events"):
        accepting.accept(store, checked(store, dataset))
    number = checked(store, "blood_pressure")
    read = "SELECT * FROM counts ORDER BY ALL"
    before = store.cursor().execute(read).fetchall()
    moves = previewing.preview(store, number, HARBOR).moves
    assert store.cursor().execute(read).fetchall() == before
    accepting.accept(store, number)
    releasing.publish(store)
    got = reading.read_results(store, HARBOR, scope="harbor", period_kind="year", stratifier="all")
    figures = {(r["indicator"], r["period_end"]): (r["numerator"], r["denominator"]) for r in got.to_dicts()}
    told = {(m.indicator, m.period_end): m.after[:2] for m in moves if m.after}
    assert told and told.items() <= figures.items()
