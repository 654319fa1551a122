"""Reasons, trails, appeals and files that wait, on the page: through Streamlit's own test runner."""

import pytest
from streamlit.testing.v1 import AppTest

from data.ledger.submissions import Window
from pages.components.layout import opened_store
from schemas.policy.viewer import Viewer
from tests.data.discussing.test_appeals import blocked
from tests.data.discussing.test_submission_history import WARNING, WHY, stays
from tests.pages.test_submit_page import HARBOR, labels, opened, press, ran, said, send, title
from tests.support.whole_run.every_run import some_of
from workflow import accepting, discussing, releasing, submitting

BACKBONE = Viewer(role="backbone")


def warned(month: int = 3) -> AppTest:
    return send(opened(dataset="hospital_stays"), stays(month=month))


def write(page: AppTest, label: str, words: str) -> AppTest:
    next(t for t in page.text_area if t.label.startswith(label)).set_value(words)
    return page


def disabled(page: AppTest, label: str) -> bool:
    return next(b for b in page.button if b.label == label).disabled


def opening(page: AppTest, fold: str) -> AppTest:
    page.session_state[fold] = True
    return ran(page)


def test_a_warning_is_justified_beside_its_card(store):
    page = warned()
    assert title(page) == "Nothing blocks this file; 1 warning to fix or explain"
    assert "1 warning needs a reason before you can accept." in said(page)
    page = press(write(page, "Fix it in the file, or say why", WHY), "Keep this reason")
    assert title(page) == "Nothing has to be fixed; 1 warning explained"
    assert WHY in said(page) and "Harbor Clinic, 20 Oct 2026" in said(page)
    page = press(press(press(page, "Preview"), "Go on to accept"), "Accept")
    assert title(page).startswith("Accepted: ")


def test_without_a_reason_nobody_can_press_accept(store):
    page = press(press(warned(), "Preview"), "Go on to accept")
    assert disabled(page, "Accept")
    page = press(write(page, "Fix it in the file, or say why", "call 617-555-0199 please"), "Keep this reason")
    assert disabled(page, "Accept") and "looks like a phone number" in page.warning[0].value
    page = press(write(page, "Fix it in the file, or say why", WHY), "Keep this reason")
    assert not disabled(page, "Accept") and not page.warning


def test_the_reason_of_the_last_file_is_one_click_away(store):
    press(write(warned(), "Fix it in the file, or say why", WHY), "Keep this reason")
    page = warned(month=6)
    assert "from last time" in said(page)
    assert discussing.read_warned(store, HARBOR, 2)[0].reason is None
    page = press(page, "Keep this reason")
    assert title(page) == "Nothing has to be fixed; 1 warning explained"


def test_a_file_waits_over_a_restart_and_is_taken_up_with_its_findings(store):
    page = press(press(warned(), "Preview"), "Decide later")
    assert "awaits acceptance until 3 Nov 2026" in page.toast[0].value
    assert "Awaiting acceptance" in said(page) and "until 3 Nov 2026" in said(page)
    store.close()
    opened_store._open.clear()
    page = press(opened(), "Go on")
    assert title(page) == "Nothing blocks this file; 1 warning to fix or explain"
    assert "The values are not kept here" in said(page)


def test_a_left_file_keeps_its_trail_below_the_history(store):
    page = press(press(warned(), "Preview"), "Discard")
    assert [e.label for e in page.expander if "discarded" in e.label] == ["1 file discarded"]
    page = opening(opening(page, "left"), "trail_1")
    assert "Discarded: its rows were deleted" in said(page)
    assert not {"Go on", "Use again", "Add the comment"} & set(labels(page))


def test_the_trail_is_read_when_it_is_opened_and_takes_comments(store):
    page = press(press(warned(), "Preview"), "Decide later")
    assert "Received and checked" not in said(page)
    page = opening(page, "trail_1")
    assert "Received and checked: 2 good rows" in said(page)
    next(g for g in page.button_group if g.label.startswith("Say something")).set_value("Comment")
    page = press(write(ran(page), "Your comment", "This is <b>ours</b> alone."), "Add the comment")
    assert "This is &lt;b&gt;ours&lt;/b&gt; alone." in said(page)
    assert [line.kind for line in discussing.read_history(store, HARBOR, 1)] == ["checked", "comment"]
    other = opened("hill")
    assert "Received and checked" not in said(other) and "ours&lt;" not in said(other)


def test_the_file_of_a_job_is_explained_afterwards_in_its_trail(store):
    number = submitting.check(store, stays(), "hospital_stays", "harbor", actor="job:harbor").submission
    assert number
    accepting.accept(store, number, actor="job:harbor")
    page = opening(opened(), "trail_1")
    assert "Scheduled job of Harbor Clinic" in said(page) and "1 warning has no reason yet" in said(page)
    page = press(write(page, "Fix it in the file, or say why", WHY), "Keep this reason")
    assert "no reason yet" not in said(page) and "Warning justified: “The stay overlaps" in said(page)


def test_a_blocked_file_is_appealed_answered_and_accepted(store):
    page = send(opened(), blocked())
    assert "Nothing of this file was kept" in said(page)
    words = "We disagree: the other half is right."
    page = press(write(page, "We disagree:", words), "Send the appeal")
    assert words in said(page) and "Appeal open" in [e.label for e in page.expander]
    staff = opened("backbone")
    assert "Open appeals" in said(staff) and words in said(staff)
    assert "however many are blocked" in said(staff)
    staff = press(write(staff, "Your answer", "Right, for this once."), "Uphold")
    assert "Every appeal has its answer" in said(staff)
    page = press(page, "Choose the fixed file")
    assert "Right, for this once." in said(page)
    page = send(page, blocked())
    assert title(page) == "10 of 20 rows will lose a value unless fixed"


@pytest.mark.parametrize("who", some_of(["hill", "", "analyst"], 3))
def test_appeals_are_seen_by_nobody_else(store, who):
    page = send(opened(), blocked())
    press(write(page, "We disagree:", "We disagree: the other half is right."), "Send the appeal")
    page = opened(who)
    assert "the other half" not in said(page) and "Open appeals" not in said(page)


@pytest.mark.heavy
def test_where_releases_wait_the_partner_looks_first(store):
    year = Window.read("2025-01-01:2025-12-31")
    number = submitting.check(store, stays(), "hospital_stays", "harbor", covers=year).submission
    discussing.justify(store, HARBOR, number or 0, *WARNING, WHY, "harbor")
    page = press(press(press(press(opened(), "Go on"), "Preview"), "Go on to accept"), "Accept")
    assert title(page).startswith("Accepted: 2 rows")
    assert "Awaiting release" in said(page)
    page = opening(page, "unreleased")
    assert "Not released: only you see these" in said(page) and "Year to Dec 2025" in said(page)
    staff = opened("backbone")
    assert "Awaiting release" in said(staff) and "Preview your figures" not in str([e.label for e in staff.expander])
    releasing.publish(store)
    assert "Awaiting release" not in said(ran(page))
