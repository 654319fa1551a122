"""Step 3 as it is drawn: the answer, rows, figures with why, what to check; and its sentences, each from its rule."""

import datetime as dt

import pytest

from data.ledger.row_comparison import ChangeKind, Compared
from metrics.indicators import indicators
from metrics.results.figure_movement import Figure, Movement
from metrics.results.movement_reasons import Part, Reasons
from pages.components.tables import row_changes
from pages.components.wording import movement_words
from tests.pages.test_submit_page import accepted, checked, example, opened, press, said, send, title
from workflow import accepting, submitting


def corrected() -> bytes:
    """The good example with one pressure fixed, one row doubled and one left out."""
    lines = example("blood_pressure_good").decode().splitlines()
    cells = lines[3].split("\t")
    lines[3] = "\t".join([*cells[:2], str(int(cells[2]) + 1), *cells[3:]])
    return "\n".join([*lines[:5], lines[1], *lines[6:]]).encode()


def test_a_correction_is_told_as_what_it_changes(store):
    page = send(press(accepted(opened()), "Send another file"), corrected())
    if not title(page).startswith("This file"):
        page = press(page, "Preview")
    assert title(page) == "This file would add 1 row, change 1 row and remove 1 row"
    assert "Changed: systolic" in said(page) and "row 4" in said(page) and "of submission 1" in said(page)
    page = press(page, "Go on to accept")
    assert "1 new, 1 changed, 1 removed, 16 already there, the same" in said(page)


def test_figures_come_with_why_and_nothing_to_check_is_said(store):
    for dataset in ("patients", "clinical_events"):
        accepting.accept(store, checked(store, dataset))
    page = send(opened(), example("blood_pressure_good"))
    assert title(page).startswith("Blood pressure under control would first read")
    assert "<h4>Why</h4>" in said(page) and "people more (" in said(page)
    assert "The dates have no gap" in said(page)


def test_a_hole_before_the_file_is_told_in_the_title_and_among_what_to_check(store):
    later = example("blood_pressure_good").decode()
    early = "\n".join([later.splitlines()[0], "H-10231\t2026-05-04\t120\t80\toffice"]).encode()
    accepting.accept(store, submitting.check(store, early, "blood_pressure", "harbor").submission or 0)
    page = press(send(opened(), later.encode()), "Preview")
    assert title(page).endswith("1 thing to check")
    assert "Days are missing between your last file and this one" in said(page)
    assert "5 May 2026 to 30 Jun 2026" in said(page)


JUNE, SEPTEMBER = dt.date(2026, 6, 30), dt.date(2026, 9, 30)
BP = Movement("bp_control", JUNE, Figure(600, 1000, complete=True), Figure(650, 1010, complete=True))
WHY = {
    "come_and_gone": (Reasons(Part(22, 13), Part(12, 3)), ["22 people more (13 of them under control), 12 left (3 of them under control)."]),
    "one_gone": (Reasons(left=Part(1, 0)), ["1 person left (0 of them under control)."]),
    "gained_and_lost": (Reasons(gained=41, lost=12, changed=29), ["41 now under control that were not, 12 the other way round."]),
    "one_gained": (Reasons(gained=1), ["1 now under control that was not."]),
    "only_lost": (Reasons(lost=3), ["3 no longer under control."]),
    "excluded": (Reasons(excluded={"hospice": Part(9, 4)}), ["9 now excluded: hospice care in the period (9)."]),
    "lifted": (Reasons(lifted={"pregnancy": Part(2, 1)}), ["2 no longer excluded: pregnancy in the period (2)."]),
    "rare_reasons_together": (
        Reasons(excluded={n: Part(k) for n, k in [("hospice", 9), ("pregnancy", 8), ("nursing_home", 7), ("frail_81", 2), ("kidney_failure", 1)]}),
        ["27 now excluded: hospice care in the period (9); pregnancy in the period (8); age 66 or over, living in a "
         "nursing home (7); other reasons (3)."],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WHY)
def test_why_in_plain_sentences(name):
    found, expected = WHY[name]
    assert [s for s in movement_words.sentences(BP, found) if "points" not in s] == expected


def test_both_causes_are_weighed_in_points_that_add_up():
    found = Reasons(Part(22, 33), Part(12, 12), gained=41, lost=12, changed=29)
    assert movement_words.sentences(BP, found)[-1] == (
        "Changed outcomes move the figure by +2.9 points. Who is counted moves it by +1.5."
    )
    assert f"{2.9 + 1.5:.1f}" == f"{100 * (650 / 1010 - 600 / 1000):.1f}"


def test_rows_are_numbered_without_separators_and_cut_short_openly():
    found = Compared(9, 2, 0, (ChangeKind(("systolic",), 7, (5, 45, 1208)),), (8, 906), ())
    assert row_changes.words(found) == "2 new, 7 changed, 9 already there, the same"
    assert row_changes._lines(found) == [
        ("Changed: systolic", 7, "rows 5, 45, 1208, …"),
        ("Added", 2, "rows 8, 906"),
    ]


def test_a_mean_is_told_in_its_own_unit_and_without_numerators():
    before, after = Figure(None, 3, complete=True, total=420), Figure(None, 3, complete=True, total=427.5)
    move = Movement("systolic_diabetes", JUNE, before, after)
    found = Reasons(Part(1, 160), Part(1, 150), gained=1, lost=2, changed=-2.5)
    assert [movement_words.in_words(move.indicator, side) for side in (before, after, None)] == [
        "140.0 mmHg",
        "142.5 mmHg",
        "no figure",
    ]
    assert movement_words.sentences(move, found) == [
        "1 person more (mean 160.0 mmHg), 1 left (mean 150.0 mmHg).",
        "2 now lower, 1 now higher.",
        "Changed outcomes move the figure by \u22120.8 mmHg. Who is counted moves it by +3.3.",
    ]


def test_every_rate_has_a_word_for_those_in_its_numerator():
    assert [i.id for i in indicators().values() if (i.statistic == "rate") != bool(i.outcome)] == []
