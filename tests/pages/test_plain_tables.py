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
        (FIGURES * 2, False),
        ([["A", 1, 2, 3, 4]] * 12, True),
        ([["A", 1, 2, 3, 4]] * 13, False),
    ],
    ids=["words", "three columns", "figures", "few wide rows", "many rows are compared down their columns"],
)
def test_on_a_phone_words_are_cards_and_figures_stay_a_table(rows, cards):
    table = listing_html([f"Column {n}" for n in range(len(rows[0]))], rows, "Name")
    assert ("c-stack" in table) == cards
    assert (table.count('role="cell"') == sum(map(len, rows))) == cards, "cards are told as a table"
    assert len(re.findall(r"<th scope=\"col\"[^>]*>[^<]+</th>", table)) == len(rows[0])
