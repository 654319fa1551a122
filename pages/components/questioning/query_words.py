"""Words of the page Query."""

from data.releases.questions.asked import MOST_ROWS, SECONDS, Answer, Why
from pages.components.wording.count_words import many

EDITIONS = {"shared": "Figures", "research": "Rows of people, pseudonymized"}
WHAT = {
    "shared": "It holds what everyone may see: figures, hidden where they must be, and their definitions.",
    "research": "It holds pseudonymized rows, used under agreement. That you ask it stands in the history of access.",
}
NOT_ANSWERED: dict[Why, str] = {
    "wrong": "The query has a mistake",
    "one_question": "Write one query at a time",
    "not_a_question": "Only reading is possible: begin with SELECT, FROM or WITH",
    "too_large": "The answer needs more memory than a query may use. Ask for fewer rows",
    "too_slow": f"The query took longer than {SECONDS} seconds and was ended. Ask for less",
    "ended": "The query ended without an answer. Ask for less, or ask again",
    "cancelled": "You ended the query",
}
LEAD = "Write a DuckDB query. It can read this release and nothing else, and it changes nothing."


def headline(answer: Answer) -> str:
    """How many rows there are, or why there is no answer."""
    if answer.rows is None:
        return NOT_ANSWERED[answer.why_not or "ended"]
    if answer.more:
        return f"The first {MOST_ROWS:,} rows. There are more"
    return many(answer.rows.num_rows, "row") if answer.rows.num_rows else "No row fits"
