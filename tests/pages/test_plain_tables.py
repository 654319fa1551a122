"""Plain tables: what is a card on a phone, and a head for each column."""

import re

import pytest

from pages.components.tables.plain_table import listing_html

WORDS = "Lend the next cuffs to groups left behind"
FIGURES = [["Millrace", "60.1%", "58.1% to 62.0%", 7]]


def test_a_column_without_a_name_is_refused():
    with pytest.raises(AssertionError, match="read out as nothing"):
        listing_html(["What", ""], [["a", "b"]], "Name")


@pytest.mark.parametrize(
    ("rows", "cards"),
    [
        ([["Action", WORDS, WORDS, "Done"]], True),
        ([["Action", WORDS, "Done"]], False),
        ([["Q4 2026", WORDS, WORDS]], True),
        (FIGURES * 2, False),
        ([["A", 1, 2, 3, 4]] * 12, True),
        ([["A", 1, 2, 3, 4]] * 13, False),
    ],
    ids=[
        "words",
        "three columns",
        "two of three are words",
        "figures",
        "few wide rows",
        "many rows are compared down their columns",
    ],
)
def test_on_a_phone_words_are_cards_and_figures_stay_a_table(rows, cards):
    table = listing_html([f"Column {n}" for n in range(len(rows[0]))], rows, "Name")
    assert ("c-stack" in table) == cards
    assert (table.count('role="cell"') == sum(map(len, rows))) == cards, "cards are told as a table"
    assert len(re.findall(r"<th scope=\"col\"[^>]*>[^<]+</th>", table)) == len(rows[0])


@pytest.mark.parametrize(
    ("cells", "right"),
    [
        ([7, 12], True),
        (["89%", "100%"], True),
        (["−0.2 points", "+12.5 points", "–"], True),
        (["$1,200", ""], True),
        (["5,693 people", "12 people"], False),
        (["–", ""], False),
        (["89%", "Hidden"], False),
    ],
)
def test_figures_stand_digit_under_digit(cells, right):
    table = listing_html(["What", "How many"], [["A", cell] for cell in cells], "Name")
    assert (table.count('class="c-num"') == len(cells) + 1) == right


def test_a_year_that_names_its_row_is_no_figure_and_a_day_stays_on_one_line():
    table = listing_html(["Year", "When"], [["2025", "5 Oct 2026"], ["2024", "Overdue since 5 Oct 2026"]], "Name")
    assert "c-num" not in table and table.count('class="c-day"') == 1


@pytest.mark.parametrize(("rows", "scrolls"), [(25, False), (26, True)])
def test_only_a_long_table_scrolls_inside_itself(rows, scrolls):
    assert ("c-long" in listing_html(["What"], [["A"]] * rows, "Name")) == scrolls


def test_what_someone_wrote_stands_as_words_also_where_it_is_a_number():
    table = listing_html(["Row", "In your file"], [["5", "1200"], ["7", "80"]], "Name", written=("In your file",))
    assert "c-num" not in table
