"""What people type, read for identifiers: prose cannot be held to a list of allowed words, so each kind is looked for.

Sentences about files name dates, rows and counts, and these stay: "rows 10,000 to 12,000 of 2025-03-01 are right".
"""

import re
import unicodedata
from collections.abc import Collection

from data.personal_identifiers import EMAIL, PHONE, SSN
from data.receiving.plain_text import plain

_DATE = re.compile(r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))\b")
_COUNT = re.compile(r"\b\d{1,3}(?:,\d{3})+\b")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_STREET = r"(?:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive|ln|lane|ct|court|way|place|pl)"
_RUN = r"\d(?:[-./_()]?\d){6,}"
_IN_WORDS: dict[str, re.Pattern[str]] = {
    "an e-mail address": re.compile(rf"{EMAIL}|[\w.]@\w|\w ?[(\[]at[)\]] ?\w|\bat \w+ dot \w+", re.IGNORECASE),
    "a social security number": re.compile(
        SSN.replace(r"\x{2010}-\x{2015}", "\u2010-\u2015") + r"|\b\d{3} - \d{2} - \d{4}\b"
    ),
    "a phone number": re.compile(rf"{PHONE}|\+\d{{1,3}} ?\d+[ -]\d+[ -]\d+"),
    "a web or network address": re.compile(
        r"\b(?:https?|ftp)://\S+|\bwww\.\S+|\b(?:\d{1,3}\.){3}\d{1,3}\b|\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b"
        r"|\b[0-9a-f]{1,4}:[0-9a-f]{1,4}::?[0-9a-f:]+|(?<!\w)@\w{3,}",
        re.IGNORECASE,
    ),
    "a date of birth": re.compile(
        rf"\b(?:born|birth\w*|dob|d\.o\.b\.?|b\.|née?)(?:\W{{1,3}}\w+){{0,2}}?\W{{0,3}}(?:\d{{1,4}}[-/.]\d{{1,2}}[-/.]\d{{1,4}}"
        rf"|\d{{1,2}}\.? {_MONTH}|{_MONTH}\.? \d{{1,2}}\b)",
        re.IGNORECASE,
    ),
    "an address": re.compile(
        rf"\b\d{{1,5}}[a-z]? (?:[A-Z][\w'.-]* ){{1,3}}(?i:{_STREET})\b|\b(?i:p\.? ?o\.? box|box) ?\d+"
    ),
    "a name": re.compile(
        r"\b(?i:mr|mrs|ms|miss|mx)\.? [A-Z]\w+|\b(?i:named|name is|name:) [A-Z]\w+"
        r"|\b[A-ZÀ-ÞŁŚŻŽ'’-]{5,}[A-ZÀ-ÞŁŚŻŽ][a-zà-ÿıłśżž]{2,}"
        r"|[\u0370-\u1cff\u2e80-\ud7ff\uf900-\ufdff]{2,}"  # words that are not in Latin letters
    ),
}
_NUMBERS: dict[str, re.Pattern[str]] = {
    "a long number, which may be someone's": re.compile(rf"{_RUN}|(?:\b\d ){{6,}}\d\b"),
    "a number of letters and digits, which may be someone's": re.compile(
        r"\b(?=[A-Z0-9-]*[A-Z])(?=(?:[A-Z-]*\d){5})[A-Z0-9][A-Z0-9-]{7,}\b"
        r"|\b\d[A-Z][A-Z0-9]\d[- ]?[A-Z][A-Z0-9]\d[- ]?[A-Z]{2}\d{2}\b|\bP<[A-Z]{3}"  # Medicare, passports
    ),
}


_CAPITAL, _LETTER = r"[^\W\d_a-z]", r"[^\W\d_]"
_WORD = rf"{_CAPITAL}(?:{_LETTER}|['’-]){{2,}}"
_PERHAPS_NAMES = re.compile(rf"(?<![\w'’])(?=({_WORD}?)(?:,? |[_.])({_WORD}))")
_OF_FILES = frozenset([
    "the", "our", "this", "that", "these", "those", "they", "there", "and", "for", "from", "with", "when", "where",
    "which", "please", "since", "some", "all", "one", "two", "none", "not", "was", "were", "are", "has", "have",
    "had", "because", "each", "every", "both", "only", "also", "see", "january", "february", "march", "april",
    "may", "june", "july", "august", "september", "october", "november", "december", "monday", "tuesday",
    "wednesday", "thursday", "friday", "saturday", "sunday", "north", "south", "east", "west", "new", "main",
    "campus", "hospital", "clinic", "center", "medical", "health", "community", "family", "pantry", "food", "bank",
    "county", "department", "ward", "unit", "emergency", "room", "labor", "delivery", "street", "saint", "patient",
    "patients", "stay", "stays", "row", "rows", "column", "columns", "file", "files", "date", "dates", "code",
    "codes", "medicare", "medicaid", "epic", "cerner", "excel", "hunger", "vital", "sign", "blood", "pressure",
    "data", "concord", "icd", "cpt", "hcpcs", "loinc", "fhir", "ehr", "emr",
])  # fmt: skip


def found_in(words: str, known: Collection[str] = ()) -> str | None:
    """Which kind of identifier the words hold, to be told to who typed them; None where none is seen.

    `known`: names that may stand there: those of partners and their hospitals. Two capitalized words of which neither
    is among these, nor a word of files and calendars, are taken for a name.
    """
    text = unicodedata.normalize("NFC", plain(words)[0])
    for kind, form in _IN_WORDS.items():
        if form.search(text):
            return kind
    usual = _OF_FILES | {word for name in known for word in re.findall(r"\w+", name.casefold())}
    if any(not {part.casefold() for part in pair} & usual for pair in _PERHAPS_NAMES.findall(text)):
        return "a name"
    text = _COUNT.sub(" ", _DATE.sub(" ", text))
    return next((kind for kind, form in _NUMBERS.items() if form.search(text)), None)


def tells_of(words: str, name: str) -> bool:
    """Whether words hold the name of an organization, or what is left of it without words that many share: of Good
    Furrow Pantry also Good Furrow."""
    whole = re.findall(r"\w+", name.casefold())
    own = [word for word in whole if word not in _OF_FILES] or whole
    said = re.findall(r"\w+", words.casefold())
    return f" {' '.join(own)} " in f" {' '.join(said)} "
