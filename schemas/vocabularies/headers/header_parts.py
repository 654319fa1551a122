"""What the words of a header mean (`header_parts.csv`), and the ways in which one header can be read.

A system writes its own names around a known one: its table or segment before it, the type behind it, the words for it
in brackets. Each such reading is compared; what turns the meaning round ("target", "next", "source") stays.

Kinds of words: the same as another; noise; thin (left out where another word tells more); turning; generic (in these
alone, names are not alike); theme (what a whole file is about); empty (a program's name for a column without one).
"""

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

VERSION = "2026-11"
"""Of the table: month in which its sources were read."""
_OF_THE_PATIENT = {"id", "account", "name", "key", "identity", "record", "chart", "reference"}
_NUMBERED = {"id", "patient", "record", "code"}
_SEGMENT = re.compile(r"^((?:PID|PV1|DG1|OBX|PR1|IN1)[-_.]\d+)(?:[-_.]\d+)*[-_. ]+(?=\D)", re.IGNORECASE)
"""HL7 v2: a segment and the number of its field before the field's name."""
_ELEMENT = re.compile(r"^e[A-Z][A-Za-z]+\.\d+\s*[-:]\s*|^Q\d+[a-z]?[.):]\s+")
"""NEMSIS 3: section and number of an element; the number of a question."""
_DIGITS = re.compile(r"\(?\b(?:\d|three|five|nine)[- ]?digits?\b\)?", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Z])(?=(?:NBR|DSC|DTS|FLG|MRN)\b)")
_FORMS = (
    (re.compile(r"(?<![a-z])(?:icd|cie)[-_ ]?(?:9|10)(?:[-_ ]?(?:cm|pcs|mc|es)\b)?"), "icd"),
    (re.compile(r"(?<![a-z])(?:hb)?a1c(?![a-z])"), "hemoglobin"),
    (re.compile(r"\bf\s*/\s*u\b|\bfollow[-_ ]?up\b"), "followup"),
    (re.compile(r"\bd\s*/\s*c\b"), "discharge"),
)
_SOME_FORM = re.compile(r"icd|cie|a1c|/|follow")
"""Words that are written with digits or marks -> one word."""
_SHORT = frozenset(["id", "dt", "dttm", "dtm", "pat", "dob", "sex", "zip", "adm", "dis", "enc", "dx", "px"])
"""Short words that others are written together of."""
_TOGETHER = 6
"""Letters of a word from which it may be several written together."""
_A_WORD = 2
"""Letters above which a part of a header is a word."""
_SHARED_FROM = 4
"""Columns whose names begin with the same word, from which it is the table's."""


def flat(text: str) -> str:
    """Text without accents: "diagnóstico" and "diagnostico" are one word, "Nº" is "No"."""
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def spelled(text: str) -> str:
    """Text without accents, and with words for the signs that stand for one: "% met" is no "met"."""
    return flat(text).replace("#", " id ").replace("%", " percent ")


@lru_cache(maxsize=4096)
def readings(cell: str) -> dict[str, bool]:
    """What a header may say without what a system wrote around it -> whether that is all of it, or a part that must
    be a name by itself."""
    bare = _DIGITS.sub(" ", _ELEMENT.sub("", re.sub(r"\[\d*\]", "", cell)))
    parts = _BRACKETS.findall(bare)
    if segment := _SEGMENT.match(cell):
        parts += [segment[1], cell[segment.end() :]]
    if "." in bare and " " not in bare.strip(" .-:"):
        steps = bare.split(".")
        parts += [".".join(steps[n:]) for n in range(1, len(steps))]
    whole = {text.strip(" -:"): True for text in (cell, bare, _BRACKETS.sub(" ", bare))}
    return {text: all_of_it for text, all_of_it in ({p.strip(" -:"): False for p in parts} | whole).items() if text}


def shared_prefix(cells: Sequence[str]) -> str:
    """The word and its mark with which most headers of a table begin ("cln_", "ref_"); blank when none is shared."""
    first = Counter(m[0].casefold() for cell in cells if (m := re.match(r"[A-Za-z0-9]{1,12}[_.](?=\w)", cell)))
    word, times = first.most_common(1)[0] if first else ("", 0)
    return word if times >= max(_SHARED_FROM, 0.6 * len(cells)) else ""


@lru_cache(maxsize=4096)
def tokens(text: str) -> frozenset[str]:
    """What the words of a header mean, without those that change nothing."""
    words = _meant(text)
    if {"source", "value"} <= words:
        words -= {"source"}
    telling = words - _parts("noise") or words
    # "Service start" is no start of anything: such a word is left out only where another tells what it is.
    if (firm := telling - _parts("thin")) - _parts("generic") - _parts("turning"):
        telling = firm
    # "Patient race" is race: whose it is says nothing where something else does. A patient's id or name stays one.
    return telling - {"patient"} if len(telling) > 1 and not telling & _OF_THE_PATIENT else telling


def misses(known: frozenset[str], mine: frozenset[str]) -> bool:
    """Whether a header lacks a word that makes a known name what it is: "visit date" is no "pantry visit date"."""
    return bool(known - mine - _parts("theme")) or not (known & mine) - _parts("generic")


def says_nothing(text: str) -> bool:
    """Whether a header has no word that says what stands below it: "x", "Column 3", "Date"."""
    return not any(len(word) > _A_WORD and word not in _parts("empty") for word in _meant(text) - {"date"})


def says_something_known(text: str) -> bool:
    """Whether a header has a word that tells what it is of: "discharge date", not "date checked"."""
    return bool((tokens(text) - _parts("generic") - _parts("thin")) & _known())


def numbers_somebody(text: str) -> bool:
    """Whether a header says that numbers stand below it, and names nothing but a person whose they may be."""
    words = tokens(text)
    return bool(words & {"patient", "record"}) and words <= _NUMBERED


@lru_cache(maxsize=4096)
def turns(text: str) -> frozenset[str]:
    """Words of a header that make another thing of it, unless the name that it is held against has them too."""
    words = _meant(text)
    # OMOP writes "source value" behind every word that its source used.
    found = words & _parts("turning") - ({"source"} if {"source", "value"} <= words else set())
    steps = re.sub(r"\[\d*\]", "", text.casefold()).split(".")[:-1]
    return found | {step.strip() for step in steps if step.strip() in _parts("path")}


def _meant(text: str) -> frozenset[str]:
    apart = _CAMEL.sub(" ", spelled(text)).casefold()
    # Nearly all cells that are asked about are values: looking for each form in them made up a third of the time.
    if _SOME_FORM.search(apart):
        for form, word in _FORMS:
            apart = form.sub(word, apart)
    same, whole = _same(), re.findall(r"[^\W\d_]+|\d+", apart)
    parts = whole if max(map(len, whole), default=0) < _TOGETHER else [w for p in whole for w in _split(p)]
    return frozenset(same.get(p, p) for p in parts) - _parts("unit")


def _split(word: str) -> tuple[str, ...]:
    """A word as itself, or as the fewest known words that it is written together of: "admitdttm"."""
    known = _known()
    if word in known or not word.isalpha() or not _TOGETHER <= len(word) <= 40:
        return (word,)
    best: list[tuple[str, ...] | None] = [()]
    for end in range(1, len(word) + 1):
        made = [
            (*before, word[start:end])
            for start in range(max(0, end - 14), end - 1)
            if (before := best[start]) is not None and word[start:end] in known
        ]
        best.append(min(made, key=len, default=None))
    return best[-1] or (word,)


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Words that others are written together of: none so short that it stands in any word by chance."""
    words = {*_same(), *_same().values(), *_parts("noise"), *_parts("turning")}
    return frozenset(w for w in words if len(w) > 3 or w in _SHORT)


@lru_cache(maxsize=1)
def _same() -> dict[str, str]:
    rows = [row for row in _table() if row["kind"] == "same"]
    return {word: row["meaning"] for row in reversed(rows) for word in row["words"].split(";")}


@lru_cache(maxsize=8)
def _parts(kind: str) -> frozenset[str]:
    return frozenset(w for row in _table() if row["kind"] == kind for w in row["words"].split(";"))


@lru_cache(maxsize=1)
def _table() -> list[dict[str, str]]:
    with Path(__file__).with_name("header_parts.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
