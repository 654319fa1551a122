"""What the values below a header say: whether they can be a column's, whatever the header is called."""

import re
from collections.abc import Sequence

from schemas.datasets.columns import Column
from schemas.vocabularies.blanks.null_words import is_nothing
from schemas.vocabularies.code_lists import VOCABULARIES, YES_NO
from schemas.vocabularies.event_codes import event_of, is_procedure_code, of_no_measure
from schemas.vocabularies.headers.header_parts import numbers_somebody, says_nothing, says_something_known, turns
from schemas.vocabularies.likely_words import is_other_kind
from schemas.vocabularies.vocabulary import normal
from schemas.vocabularies.word_meaning import meaning_of

_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[ T].*)?|\d{1,2}[- ][A-Za-z]{3,9}[- ]\d{4}|(?:19|20)\d{6}")
_TICKS = {*YES_NO.spellings, "x", "checked", "unchecked", "✓", "✔", "☑", "☐", "99", "8", "9"}
_PAIR = re.compile(r"\s*\d{2,3}\s*/\s*\d{2,3}\s*(?:mm ?hg)?\s*", re.IGNORECASE)
_SOME_DAY = re.compile(r"\D*\d{1,4}(?:\D|\d{4})\D*\d|[1-5]\d{4}$|\d{8}")
_TIME = re.compile(r"\d{1,2}:\d\d(?::\d\d(?:\.\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?")
_NO_DAY = re.compile(rf"(?:19|20)\d\d[- ]?Q[1-4]|Q[1-4].*|{_TIME.pattern}|[^\W\d]{{3,10}}\.?[- ](?:19|20)\d\d")
"""A quarter, a time of day, a month: no day."""
_SHORT_CODE = 3
_SOME_NUMBER = re.compile(r"[-+<]?[.,]?\d+(?!\d*/)")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
_QUESTION = re.compile(
    r"^(?:q|p|item|question|pregunta|hvs|hfssm|usda)[ _.#-]*\d{1,2}[a-z]?$"
    r"|worr|\bfood\b|hungr|\bmeals?\b|\beat|comida|alimento|hambre|preocup",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"stamp|\bsnap|\bwic\b|pantry|\bbank|\bbox|\bbag|given|receiv|deliver|\bhelp|assist|refer|want|like|allerg|program|\bhous(?!ehold)|utilit|\brent|transport|medic",
    re.IGNORECASE,
)
"""What was done about food, or is wished: no question of a screen."""


FEWEST = 3
"""Values that tell something: one or two may be mistyped."""


def contradicted(column: Column, values: Sequence[str], *, said_so: bool = False) -> bool:
    """Whether the values below a name cannot be the column's: none is of its form, and some are there.

    A column "county" may hold names and not codes, a tick box must hold ticks, and an id is no day. `said_so`: the
    partner said that it is this column; then some ticks among other words are enough, and those are found.
    """
    said = [value for value in values if not is_nothing(value)]
    if len(said) < FEWEST:
        return False
    if column.kind == "tick":
        return not (any if said_so else all)(normal(value) in _TICKS for value in said)
    if column.kind in ("identifier", "pair"):
        return all(map(looks_like_date, said)) if column.kind == "identifier" else not any(map(_PAIR.match, said))
    if column.kind == "text" and column.pattern:
        form = re.compile(column.pattern)
        shown = [re.sub(column.remove, "", value) if column.remove else value for value in said]
        # A spreadsheet may have dropped a leading zero: four digits can still be a ZIP.
        return not any(form.search(value) or re.fullmatch(r"\d{4}", value) for value in shown)
    if column.kind in ("code", "codes") and column.vocabulary not in ("yes_no",):
        # A race of 0 and 1 is a box to tick whose word stands elsewhere, in the program's own list.
        boxes = column.ticked and all(value in ("0", "1") for value in said)
        return boxes or all(map(looks_like_date, said))
    return column.kind == "date" and (not any(map(_may_be_day, said)) or all(map(_TIME.fullmatch, said)))


def _may_be_day(text: str) -> bool:
    return bool(_SOME_DAY.match(text)) or looks_like_date(text) or bool(re.search(r"[A-Za-z]{3}.*\d{2}", text))


def fits(cell: str, values: list[str], column: Column) -> bool:
    """Whether the values below a cell can well be of this column: days where one is needed, two values with a stroke,
    or words of its list."""
    # "Before it would run out" is no print run: the words of a question about food turn nothing.
    asked = column.vocabulary == "screen_answer" and is_question(cell)
    if len(values) < FEWEST or (turns(cell) and not asked):
        return False
    if column.kind in ("date", "identifier"):
        return _fits_by_form(cell, values, column)
    if column.kind == "pair":
        return sum(bool(_PAIR.fullmatch(value)) for value in values) >= 0.8 * len(values)
    if column.vocabulary and column.vocabulary != "yes_no" and column.kind != "tick":
        spellings, answers = VOCABULARIES[column.vocabulary].spellings, column.vocabulary == "screen_answer"
        if column.vocabulary == "event":
            return _are_codes(values)
        words = [normal(part) for value in values for part in value.split(";")]
        known = {w for w in words if (w in spellings or (answers and _answer(w))) and not _NUMBER.fullmatch(w)}
        # Yes and no are answers to anything: below other words than a question they say nothing.
        telling = len(known) > 1 and not known <= set(YES_NO.spellings)
        # Two letters are a state as well as a language.
        telling &= column.vocabulary != "language" or any(len(w) > _SHORT_CODE for w in known)
        return (telling or asked) and 2 * sum(w in known for w in words) >= len(words)
    return False


def _fits_by_form(cell: str, values: list[str], column: Column) -> bool:
    """Days below a header that says nothing, or nothing else of the day of a record; numbers below one that names only
    a person."""
    if column.kind == "identifier":
        return "mrn" in column.synonyms and numbers_somebody(cell) and all(map(is_id_shaped, values))
    said = says_nothing(cell) or ("date" in column.synonyms and not says_something_known(cell))
    return column.required and said and all(map(looks_like_date, values))


def is_question(cell: str) -> bool:
    """Whether a header is a question of a food-security screen, by its number or by what it asks."""
    return bool(_QUESTION.search(cell)) and not _HELP.search(cell)


def _answer(word: str) -> bool:
    """Whether a word is an answer in any language: the list's spellings are the English ones."""
    return bool(meaning_of(VOCABULARIES["screen_answer"], word))


def _are_codes(values: list[str]) -> bool:
    """Whether the values are events of the list and codes of diagnoses or procedures: hardly any is neither, and one is
    the code of an event, or they are of several events. "Office" in every row is a place."""
    meant = [meaning_of(VOCABULARIES["event"], v) for v in values]
    known = sum(bool(event) or of_no_measure(v) for v, event in zip(values, meant, strict=True))
    telling = len({*meant} - {None}) > 1 or any(map(event_of, values))
    return telling and known >= 0.8 * len(values)


def may_be(values: list[str], column: Column) -> bool:
    """Whether the values below a name that is only like a column's can be the column's, or there is none to tell by.

    Stricter than `contradicted`: the name is a guess. A day has a day in it, which "2019Q1", "March 2026" and "04:15"
    have not; of words or codes one must be understood, or be a code of some other list.
    """
    said = [value for value in values if not is_nothing(value)]
    if not said:
        return True
    if column.kind == "date":
        days = [bool(_SOME_DAY.match(value)) and not _NO_DAY.fullmatch(value) for value in said]
        return 2 * sum(days) >= len(days)
    if form := {"number": _SOME_NUMBER, "integer": _SOME_NUMBER, "pair": _PAIR}.get(column.kind):
        return any(form.match(value) for value in said)
    if len(said) < FEWEST:
        return True
    return 2 * sum(_is_of(value, column) for value in said) >= len(said)


def _is_of(value: str, column: Column) -> bool:
    """Whether a value can be an id, a name or a word of the column's list: a day is neither, nor a tick a name."""
    if column.kind == "identifier":
        return any(map(str.isdigit, value)) and not looks_like_date(value)
    if column.kind == "text" and not column.pattern:
        return normal(value) not in _TICKS and not looks_like_date(value)
    return not column.vocabulary or column.kind == "tick" or _of_list(value, column.vocabulary)


def is_understood(values: Sequence[str], column: Column) -> bool:
    """Whether some values below a name of a code column mean words of its list."""
    return any(meaning_of(VOCABULARIES[column.vocabulary or ""], value) for value in values)


def _of_list(value: str, vocabulary: str) -> bool:
    """Whether a value can be of a code list: one of its words is understood, or it is a short code of another list."""
    if vocabulary == "yes_no":
        return normal(value) in _TICKS
    words = [part.strip() for part in value.split(";")]
    known = any(
        meaning_of(VOCABULARIES[vocabulary], word) or is_other_kind(word, VOCABULARIES[vocabulary]) for word in words
    )
    return (
        known
        or len(value) <= _SHORT_CODE
        or (vocabulary == "event" and (of_no_measure(value) or is_procedure_code(value)))
    )


def is_of_another_list(values: Sequence[str], column: Column, others: Sequence[Column]) -> bool:
    """Whether the words below a name are none of its column's list, and all are of another's: "Ethnicity" of races."""
    said = [value for value in values if not is_nothing(value)]
    if len(said) < FEWEST or not column.vocabulary or is_understood(said, column):
        return False
    lists = {c.vocabulary for c in others if c.vocabulary and c.vocabulary != column.vocabulary}
    told = [{meaning_of(VOCABULARIES[one], value) for value in said} for one in lists]
    return any(None not in meant and len(meant) > 1 for meant in told)


def looks_like_date(text: str) -> bool:
    """Whether a cell is written like a day."""
    return bool(_DATE.fullmatch(text.strip()))


def looks_like_value(text: str) -> bool:
    """Whether a cell is a day or a number, which no header cell is."""
    return bool(_NUMBER.fullmatch(text.strip())) or looks_like_date(text)


_ID = re.compile(r"(?=\S*\d)[^\s,;|\"']{1,64}")


def is_id_shaped(text: str) -> bool:
    """Whether a cell can be an id: one word with a digit that is neither a day nor a decimal number."""
    cell = text.strip()
    return (
        bool(_ID.fullmatch(cell)) and not looks_like_date(cell) and not re.fullmatch(r"[-+]?\d*[.,]\d+|\d{1,3}%?", cell)
    )


def is_record_like(cells: Sequence[str]) -> bool:
    """Whether a line has an id beside a day."""
    days = [n for n, cell in enumerate(cells) if looks_like_date(cell)]
    return any(is_id_shaped(cell) for n, cell in enumerate(cells) if n not in days[:1]) if days else False
