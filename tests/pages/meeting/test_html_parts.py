"""No text from outside becomes markup, wherever it is put in."""

import pytest

from pages.components.meeting import evidence_charts, glossary, plot
from pages.components.meeting.html_parts import EMPTY, Html, tag, together
from tests.pages.test_figure_sentences import row

HOSTILE = """<img src=x onerror="alert(1)">'&lt;</script>"""


@pytest.mark.parametrize(
    "made",
    [
        tag("p", HOSTILE),
        tag("p", "a", title=HOSTILE),
        together(HOSTILE, tag("b", HOSTILE)),
        glossary.term("now", HOSTILE),
        together(*glossary.notes({"x": (HOSTILE, HOSTILE)})),
        plot.label(HOSTILE, 50),
        plot.mark(1, 2, "usual", said=HOSTILE),
        plot.picture(HOSTILE, tag("g")),
        evidence_charts.dots([(HOSTILE, row(60, 100), "usual")], 0.7, 0.6, HOSTILE),
    ],
)
def test_a_hostile_name_stays_text(made):
    assert isinstance(made, Html)
    assert "<img" not in made and "</script" not in made and 'onerror="' not in made
    assert "&lt;img" in made


def test_markup_is_put_in_as_it_is_and_what_is_not_there_leaves_nothing():
    assert tag("p", tag("b", "x"), None, EMPTY, "") == "<p><b>x</b></p>"
    assert tag("button", "x", hidden=True, disabled=False, aria_label="y", class_="z", title=None) == (
        '<button hidden aria-label="y" class="z">x</button>'
    )
    assert tag("input", type="search") == '<input type="search">'


def test_text_that_was_joined_to_markup_is_text_again():
    """A trap: `Html + str` is a str, which is escaped as a whole rather than trusted as a whole."""
    assert "<b>" not in tag("p", tag("b", "x") + HOSTILE)
